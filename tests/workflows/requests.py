"""How a request is carried along on skipped time: asked for, put to the vote, made ready task by task."""

from datetime import timedelta
from typing import Any

from longwatch.messages import REQUEST
from tests.workflows.skipping import SkippingDesk

REQUESTER, BOSS, DEPUTY, AGENT = "user:requester", "user:lead", "user:approver2", "user:agent"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LAPTOP: dict[str, Any] = {
    "title": "New laptop",
    "item": "new-laptop",
    "item_version": 1,
    "answers": {"model": "light", "cost": "1200.00"},
    "answer:purpose": "For travelling to customers.",
}
TASKS = ("order", "install", "hand-over")


async def ordered(desk: SkippingDesk, **data: Any) -> str:
    """A laptop is asked for through the portal."""
    return await desk.open_of(REQUEST, REQUESTER, **{**LAPTOP, "source": "portal", **data})


async def done(desk: SkippingDesk, number: str, action: str, actor: str, **data: Any) -> str:
    """The request's status after an action that must succeed."""
    command = await desk.ask(number, action, actor, **data)
    assert (command.outcome, command.reason) == ("applied", None)
    status: str = (await desk.state(number)).status
    return status


async def vote(desk: SkippingDesk, number: str, actor: str, decision: str = "approve") -> str:
    held = (await desk.state(number)).approval
    said = {"comment": "Too dear this year."} if decision == "refuse" else {}
    return await done(desk, number, "vote", actor, decision=decision, content=held.content, **said)


async def fulfilled(desk: SkippingDesk) -> str:
    """Agreed to after a day; its three tasks done a day after one another."""
    number = await ordered(desk)
    await desk.pass_time(DAY)
    await vote(desk, number, BOSS)
    for task in TASKS:
        await desk.pass_time(DAY)
        await done(desk, number, "take_task", AGENT, task=task)
        await done(desk, number, "complete_task", AGENT, task=task)
    return number
