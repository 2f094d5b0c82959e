"""Problems on an engine whose time can be skipped: solved by a change, reopened by a recurrence, accepted, reviewed."""

from datetime import timedelta
from typing import Any

import pytest

from longwatch.domain.ticket import instant, stamp
from longwatch.messages import PROBLEM
from tests.workflows.changes import ANSWERS, WORDS, vote
from tests.workflows.skipping import SkippingDesk

pytestmark = pytest.mark.engine

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


async def test_a_successful_change_solves_a_problem_and_frees_what_waited_for_it(desk: SkippingDesk) -> None:
    number, incident = await known(desk)
    assert [fact["data"]["ticket"] for fact in await desk.facts(incident, "WorkaroundOffered")] == [number]
    await done(desk, incident, "hold", AGENT, reason="awaiting_problem")

    await changed(desk, number, "successful")

    state = await desk.state(number)
    assert (state.status, state.resolution) == ("resolved", "fixed_by_change")
    assert (await desk.state(incident)).hold is None
    await desk.pass_time(40 * DAY)
    assert (await desk.state(number)).status == "closed"
    assert (await desk.proof(number)).problems == []


async def test_a_change_that_failed_leaves_a_known_error(desk: SkippingDesk) -> None:
    number, _ = await known(desk)

    change = await changed(desk, number, "failed")

    assert (await desk.state(number)).status == "known_error"
    assert (await desk.facts(number, "ChangeFailed"))[0]["data"]["ticket"] == change


async def test_an_incident_after_the_solution_reopens_the_problem(desk: SkippingDesk) -> None:
    number, _ = await known(desk)
    await done(desk, number, "resolve", AGENT, code="fixed", text="Rotated by hand.")
    await desk.pass_time(3 * DAY)
    again = await desk.open()

    await done(desk, again, "link", AGENT, type="caused_by", ticket=number)

    state = await desk.state(number)
    assert (state.status, state.recurrences) == ("under_investigation", 1)
    assert [fact["data"]["ticket"] for fact in await desk.facts(again, "WorkaroundOffered")] == [number]
    assert (await desk.proof(number)).problems == []


async def test_an_accepted_risk_is_looked_at_again_on_its_day(desk: SkippingDesk) -> None:
    number, _ = await known(desk)
    day = await desk.now() + 200 * DAY
    await done(desk, number, "request_risk_acceptance", "user:lead", reason="It is retired soon.", review_at=stamp(day))
    for actor in (MANAGER, "user:approver"):
        held = (await desk.state(number)).approval
        await done(desk, number, "vote", actor, decision="approve", content=held.content, stage=held.stage.id)
    assert (await desk.state(number)).resolution == "risk_accepted"

    await desk.pass_until(day + HOUR)

    reopened = (await desk.facts(number, "Reopened"))[0]
    assert reopened["data"]["why"] == "review date reached"
    assert timedelta(0) <= instant(reopened["at"]) - day < timedelta(seconds=10)
    assert (await desk.state(number)).status == "known_error"
    assert (await desk.proof(number)).problems == []


async def test_what_a_major_incident_left_closes_only_after_its_review(desk: SkippingDesk) -> None:
    number, _ = await logged(desk, major_review=True)
    await done(desk, number, "resolve", AGENT, code="fixed", text="A new disk.")

    await desk.pass_time(60 * DAY)
    assert (await desk.state(number)).status == "resolved"
    await done(desk, number, "review", text="Watch the disks.")
    await desk.pass_time(HOUR)

    assert (await desk.state(number)).status == "closed"


async def test_a_problem_is_cancelled_by_whoever_answers_for_problems(desk: SkippingDesk) -> None:
    number, _ = await logged(desk)
    refused = await desk.ask(number, "cancel", AGENT, reason="No.")

    assert refused.outcome == "refused"
    assert await done(desk, number, "cancel", reason="It was the weather.") == "cancelled"
