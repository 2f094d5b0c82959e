"""Lives of service requests. Each returns the request it is about."""

from datetime import timedelta

from longwatch.messages import REQUEST
from tests.workflows.requests import AGENT, BOSS, DAY, HOUR, REQUESTER, done, fulfilled, ordered, vote
from tests.workflows.skipping import SkippingDesk


async def ready(desk: SkippingDesk) -> str:
    """Agreed to, made ready, reopened, a task done again, held, confirmed, sealed."""
    number = await fulfilled(desk)
    await done(desk, number, "reopen", REQUESTER, reason="It does not start.")
    await done(desk, number, "redo_tasks", AGENT, tasks=["install"])
    await done(desk, number, "hold", AGENT, reason="awaiting_requester", text="Which cable?")
    await done(desk, number, "message", REQUESTER, body="The white one.", public=True)
    await done(desk, number, "complete_task", AGENT, task="install", text="A new cable.")
    await done(desk, number, "confirm", REQUESTER)
    await desk.pass_time(20 * DAY)
    return number


async def contested(desk: SkippingDesk) -> str:
    """Edited while others thought about it, left alone by its approver, refused by who took over, sealed."""
    number = await ordered(desk)
    await desk.pass_time(HOUR)
    answers = {"model": "strong", "memory": 64, "cost": "3000.00"}
    await done(desk, number, "edit", REQUESTER, answers=answers, **{"answer:purpose": "For building software."})
    await desk.pass_time(2 * DAY + HOUR)
    await desk.ask(number, "vote", BOSS, decision="approve", content="what it was before")
    await vote(desk, number, "user:approver", "refuse")
    await desk.pass_time(20 * DAY)
    return number


async def forgotten(desk: SkippingDesk) -> str:
    """Nobody agreed in time, and nobody did who took over."""
    number = await ordered(desk)
    await desk.pass_time(30 * DAY)
    return number


async def free(desk: SkippingDesk) -> str:
    """In free words; given tasks, one of which fails once; left to close by itself."""
    number = await desk.open_of(REQUEST, REQUESTER, title="Move my desk", description="To the window.", source="portal")
    await done(desk, number, "add_tasks", AGENT, tasks=[{"title": "Carry it", "limit": 3600}, {"title": "Plug it in"}])
    await desk.pass_time(2 * HOUR)
    await done(desk, number, "fail_task", AGENT, task="task-1", text="Too heavy.")
    await done(desk, number, "retry_task", AGENT, task="task-1")
    await done(desk, number, "complete_task", AGENT, task="task-1")
    await done(desk, number, "complete_task", AGENT, task="task-2")
    await desk.pass_time(timedelta(days=40))
    return number


async def withdrawn(desk: SkippingDesk) -> str:
    """Cancelled by its requester while others were asked."""
    number = await ordered(desk)
    await done(desk, number, "cancel", REQUESTER, reason="I found another one.")
    await desk.pass_time(20 * DAY)
    return number
