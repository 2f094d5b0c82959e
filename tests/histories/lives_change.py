"""Lives of changes, as their authors, authorities and implementers make them."""

from datetime import timedelta

from tests.workflows.changes import (
    APPROVER,
    APPROVER2,
    AUTHOR,
    LEAD,
    MANAGER,
    THREE,
    authorised,
    before_the_board,
    done,
    planned,
    vote,
)
from tests.workflows.skipping import SkippingDesk

IMPLEMENTER = "user:agent"


async def normal(desk: SkippingDesk) -> str:
    """Planned, edited under vote, voted on again, made by its tasks, reviewed, sealed."""
    number = await before_the_board(desk, tasks=THREE)
    await vote(desk, number, LEAD)
    await done(desk, number, "edit", AUTHOR, plan="Swap the disk at night.")
    for actor in (LEAD, APPROVER, APPROVER2):
        await vote(desk, number, actor)
    await desk.pass_time(timedelta(days=2))
    await done(desk, number, "start", IMPLEMENTER)
    for name in ("one", "two", "three"):
        await done(desk, number, "complete_task", IMPLEMENTER, task=name)
    await done(desk, number, "review", MANAGER, outcome="successful")
    await desk.pass_time(timedelta(days=20))
    return number


async def backed_out(desk: SkippingDesk) -> str:
    """Its second task fails; what was done is undone in reverse."""
    number = await authorised(desk, tasks=THREE)
    await desk.pass_time(timedelta(days=2))
    await done(desk, number, "start", IMPLEMENTER)
    await done(desk, number, "complete_task", IMPLEMENTER, task="one")
    await done(desk, number, "fail_task", IMPLEMENTER, task="two", text="No power.")
    for name in ("two", "one"):
        await done(desk, number, "complete_task", IMPLEMENTER, task=f"{name}.back-out")
    await done(desk, number, "review", MANAGER, outcome="backed_out", text="Order power first.")
    return number


async def emergency(desk: SkippingDesk) -> str:
    """Made first, ratified by nobody in time."""
    number = await planned(desk, type="emergency")
    await done(desk, number, "implement_first", AUTHOR, reason="The disk smokes.")
    await done(desk, number, "complete", AUTHOR)
    await desk.pass_time(timedelta(hours=25))
    await done(desk, number, "review", MANAGER, outcome="unauthorised", text="Call somebody next time.")
    return number


async def missed(desk: SkippingDesk) -> str:
    """Nobody starts it: its window passes; the second window is taken, by a change that is then cancelled."""
    number = await authorised(desk)
    await desk.pass_time(timedelta(days=3))
    await done(desk, number, "cancel", AUTHOR, reason="No longer needed.")
    return number
