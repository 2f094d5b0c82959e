"""Problems on an engine whose time can be skipped: solved by a change, reopened by a recurrence, accepted, reviewed."""

from datetime import timedelta

import pytest

from longwatch.domain.ticket import instant, stamp
from longwatch.messages import PROBLEM
from tests.workflows.problems import AGENT, DAY, HOUR, MANAGER, changed, done, known, logged
from tests.workflows.skipping import SkippingDesk

pytestmark = pytest.mark.engine


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


async def test_the_review_of_a_major_incident_leaves_a_problem_that_owes_its_own(desk: SkippingDesk) -> None:
    incident = await desk.open()
    staff = {"manager": "user:lead", "communications": "user:agent2", "technical_lead": AGENT}
    await done(desk, incident, "declare_major", "user:lead", **staff, cadence=3600)
    await done(desk, incident, "mitigate", AGENT, text="Mail flows over the old server.")
    await done(desk, incident, "stand_down", "user:lead", text="It holds.")

    await done(desk, incident, "review_major", "user:lead", text="The disk was full again.", problem=True)

    problem = await desk.state("PRB-000001")
    assert (problem.status, problem.owes_review, problem.source) == ("logged", True, "desk")
    assert [(link.type, link.ticket) for link in problem.links] == [("caused", incident)]
    assert ("caused_by", "PRB-000001") in [(link.type, link.ticket) for link in (await desk.state(incident)).links]


async def test_part_of_an_incidents_conversation_becomes_a_problem(desk: SkippingDesk) -> None:
    incident = await desk.open()
    await desk.ask(incident, "message", "user:requester", body="It happens every Monday.", public=True)
    lines = [fact["seq"] for fact in await desk.facts(incident, "MessageAdded")]

    await done(desk, incident, "split", AGENT, title="Every Monday", messages=lines, kind=PROBLEM)

    assert (await desk.state("PRB-000001")).status == "logged"
    assert (await desk.proof("PRB-000001")).problems == []
