"""How a problem is carried along on skipped time: suspected, understood, solved by a change or not."""

from datetime import timedelta
from typing import Any

from longwatch.domain.ticket import stamp
from longwatch.messages import PROBLEM
from tests.workflows.changes import ANSWERS, WORDS, vote
from tests.workflows.skipping import SkippingDesk

MANAGER, AGENT, CHANGES = "user:problem-manager", "user:agent", "user:change-manager"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def done(desk: SkippingDesk, number: str, action: str, actor: str = MANAGER, **data: Any) -> str:
    """The ticket's status after an action that must succeed."""
    command = await desk.ask(number, action, actor, **data)
    assert (command.outcome, command.reason) == ("applied", None)
    status: str = (await desk.state(number)).status
    return status


async def logged(desk: SkippingDesk, **data: Any) -> tuple[str, str]:
    """An incident, and the problem that somebody suspects behind it."""
    incident = await desk.open()
    links = [{"type": "caused", "ticket": incident}]
    fields = {"title": "Mail stops every Monday", "ci": "mail-1", "links": links, **data}
    return await desk.open_of(PROBLEM, MANAGER, **fields), incident


async def known(desk: SkippingDesk) -> tuple[str, str]:
    """Its cause was found."""
    number, incident = await logged(desk)
    await done(desk, number, "assess", impact=2, urgency=2)
    await done(desk, number, "investigate", AGENT)
    await done(desk, number, "record_cause", AGENT, text="The disk fills up.", **{"why:1": "Logs are never rotated."})
    await done(desk, number, "known_error", AGENT, symptom="No mail on Mondays.", workaround="Empty the spool.")
    return number, incident


async def changed(desk: SkippingDesk, number: str, outcome: str) -> str:
    """Raises the change, has it made and reviewed; the change's number."""
    assert await done(desk, number, "raise_change", AGENT, title="Rotate the logs") == "fix_in_progress"
    change: str = (await desk.state(number)).change
    begin = await desk.now() + 2 * DAY
    window = {"begin": stamp(begin), "end": stamp(begin + 4 * HOUR)}
    await done(desk, change, "edit", CHANGES, cis=["mail-1"], answers=ANSWERS, **WORDS, **window)
    await done(desk, change, "submit", CHANGES)
    await done(desk, change, "assess", CHANGES)
    await done(desk, change, "request_authorization", CHANGES)
    for actor in ("user:lead", "user:approver", "user:approver2"):
        await vote(desk, change, actor)
    await desk.pass_time(2 * DAY)
    await done(desk, change, "start", AGENT)
    await done(desk, change, "complete", AGENT)
    await done(desk, change, "review", CHANGES, outcome=outcome, text="Looked at the spool for an hour.")
    return change
