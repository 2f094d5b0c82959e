"""How a change is carried along on skipped time: planned, put to the vote, voted on."""

from datetime import timedelta
from typing import Any

from longwatch.domain.ticket import Actor, stamp
from tests.workflows.skipping import SkippingDesk

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ANSWERS = {"rehearsed": "partly", "outage": "short", "backout": "written"}
WORDS = {"plan": "Swap the disk.", "backout": "Put it back.", "test": "It reads.", "communication": "Nobody notices."}
AUTHOR, MANAGER, LEAD = "user:agent2", "user:change-manager", "user:lead"
DECLARER = Actor("user:change-manager", roles=("change-manager",))
APPROVER, APPROVER2 = "user:approver", "user:approver2"


async def planned(desk: SkippingDesk, after: timedelta = 2 * DAY, length: timedelta = 4 * HOUR, **data: Any) -> str:
    begin = await desk.now() + after
    window = {"begin": stamp(begin), "end": stamp(begin + length)}
    whole = {"title": "New disk", "type": "normal", "cis": ["mail-1"], "answers": ANSWERS, **WORDS, **window, **data}
    return await desk.open_of("change", AUTHOR, **whole)


async def done(desk: SkippingDesk, number: str, action: str, actor: str, **data: Any) -> str:
    """What the change's status is after an action that must succeed."""
    command = await desk.ask(number, action, actor, **data)
    assert (command.outcome, command.reason) == ("applied", None)
    status: str = (await desk.state(number)).status
    return status


async def vote(desk: SkippingDesk, number: str, actor: str, decision: str = "approve") -> str:
    approval = (await desk.state(number)).approval
    said = {"comment": "Not in that week."} if decision == "refuse" else {}
    return await done(
        desk, number, "vote", actor, decision=decision, content=approval.content, stage=approval.stage.id, **said
    )


async def before_the_board(desk: SkippingDesk, **data: Any) -> str:
    number = await planned(desk, **data)
    await done(desk, number, "submit", AUTHOR)
    await done(desk, number, "assess", MANAGER)
    await done(desk, number, "request_authorization", MANAGER)
    return number


async def authorised(desk: SkippingDesk, **data: Any) -> str:
    """Planned, assessed, and agreed to by all three who must."""
    number = await before_the_board(desk, **data)
    for actor in (LEAD, APPROVER, APPROVER2):
        await vote(desk, number, actor)
    return number


def task(name: str, stage: int) -> dict[str, Any]:
    """A task of the servers' team, with its back-out."""
    back = {"title": f"Undo {name}", "team": "servers"}
    return {"id": name, "stage": stage, "title": f"Do {name}", "team": "servers", "back_out": back}


THREE = {"on_failure": "back_out", "tasks": [task("one", 1), task("two", 2), task("three", 3)]}
