"""Service requests on an engine whose time can be skipped: agreed to, made ready, refused, expired, taken back."""

from datetime import timedelta

import pytest

from longwatch.domain.ticket import Actor, instant
from longwatch.store import absences
from longwatch.store.absences import Period
from tests.workflows.requests import AGENT, BOSS, DAY, DEPUTY, HOUR, REQUESTER, TASKS, done, fulfilled, ordered, vote
from tests.workflows.skipping import SkippingDesk

pytestmark = pytest.mark.engine


async def test_a_request_with_approval_and_three_tasks_is_fulfilled_and_closes_by_itself(desk: SkippingDesk) -> None:
    number = await fulfilled(desk)
    assert (await desk.state(number)).status == "fulfilled"

    await desk.pass_time(40 * DAY)

    state = await desk.state(number)
    resolution = state.clock("resolution")
    assert (state.status, state.sealed_at is not None) == ("closed", True)
    assert resolution.target == 7 * 10 * 3600
    assert "awaiting_approval" in [entry.reason for entry in resolution.ledger]
    assert [fact["data"]["task"] for fact in await desk.facts(number, "TaskDone")] == list(TASKS)
    assert (await desk.proof(number)).problems == []


async def test_an_absent_approvers_delegate_agrees_instead(desk: SkippingDesk) -> None:
    now = await desk.now()
    away = Period(now - DAY, now + 9 * DAY, DEPUTY.removeprefix("user:"))
    await desk.write(lambda session: absences.enter(desk.store, session, Actor(BOSS, roles=("lead",)), "lead", away))
    number = await ordered(desk)

    status = await vote(desk, number, DEPUTY)

    found = (await desk.facts(number, "ApproversFound"))[0]["data"]["seats"]
    assert [(seat["person"], seat["delegate"]) for seat in found] == [(BOSS, DEPUTY)]
    assert status == "in_fulfilment"


async def test_a_stage_whose_time_is_over_goes_to_its_fallback(desk: SkippingDesk) -> None:
    number = await ordered(desk)
    opened = instant((await desk.facts(number, "StageOpened"))[0]["at"])

    await desk.pass_time(2 * DAY + HOUR)

    called = (await desk.facts(number, "FallbackCalled"))[0]
    assert timedelta(0) <= instant(called["at"]) - opened - 2 * DAY < timedelta(seconds=10)
    assert await vote(desk, number, "user:approver") == "in_fulfilment"


async def test_what_nobody_agrees_to_is_rejected_in_the_end(desk: SkippingDesk) -> None:
    number = await ordered(desk)

    await desk.pass_time(5 * DAY)
    rejected = (await desk.facts(number, "Rejected"))[0]
    await desk.pass_time(20 * DAY)

    assert (rejected["actor"], rejected["data"]["why"]) == ("system:timer", "approval expired")
    assert (await desk.state(number)).sealed_at is not None
    assert (await desk.proof(number)).problems == []


async def test_a_refusal_rejects_it_with_what_was_written(desk: SkippingDesk) -> None:
    number = await ordered(desk)

    status = await vote(desk, number, BOSS, "refuse")

    assert status == "rejected"
    assert (await desk.facts(number, "Rejected"))[0]["data"]["reason"]["body"]


async def test_a_requester_takes_back_what_nobody_works_on(desk: SkippingDesk) -> None:
    number = await ordered(desk)

    status = await done(desk, number, "cancel", REQUESTER, reason="I found another one.")

    assert status == "cancelled"
    assert (await desk.state(number)).approval.status == "recalled"


async def test_what_was_fulfilled_is_reopened_and_done_again(desk: SkippingDesk) -> None:
    number = await fulfilled(desk)

    assert await done(desk, number, "reopen", REQUESTER, reason="It does not start.") == "in_fulfilment"
    await done(desk, number, "redo_tasks", AGENT, tasks=["install"])

    assert await done(desk, number, "complete_task", AGENT, task="install") == "fulfilled"
    assert (await desk.proof(number)).problems == []


async def test_a_request_that_does_not_fit_its_form_is_rejected_by_the_loop(desk: SkippingDesk) -> None:
    number = await ordered(desk, answers={"model": "heavy", "cost": "1200.00"})

    rejected = (await desk.facts(number, "Rejected"))[0]["data"]
    assert (rejected["why"], rejected["field"]) == ("answers do not fit", "model")


async def test_an_edit_and_a_vote_at_once_never_agree_to_what_was_not_seen(desk: SkippingDesk) -> None:
    number = await ordered(desk)
    seen = (await desk.state(number)).approval.content

    edit = await desk.accept(
        number, "edit", REQUESTER, answers={"model": "light", "cost": "5000.00"}, **{"answer:purpose": "The dear one."}
    )
    agreed = await desk.accept(number, "vote", BOSS, decision="approve", content=seen)
    await desk.settle()

    assert (await desk.command(edit)).outcome == "applied"
    assert (await desk.command(agreed)).outcome == "refused"
    assert (await desk.state(number)).status == "awaiting_approval"
