"""Changes on an engine whose time can be skipped: from the plan to the review, and every way aside."""

from datetime import timedelta
from typing import Any

import pytest

from longwatch.domain.ticket import stamp
from longwatch.store import agreed_windows
from tests.workflows.changes import (
    APPROVER,
    APPROVER2,
    AUTHOR,
    DECLARER,
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

pytestmark = pytest.mark.engine


async def test_a_normal_change_passes_two_stages_with_a_quorum_and_closes(desk: SkippingDesk) -> None:
    number = await before_the_board(desk)
    assert (await desk.state(number)).authority == "cab-normal"

    stages = [await vote(desk, number, LEAD), await vote(desk, number, APPROVER), await vote(desk, number, APPROVER2)]
    await desk.pass_time(timedelta(days=2))
    await done(desk, number, "start", "user:agent")
    made = await done(desk, number, "complete", "user:agent")
    closed = await done(desk, number, "review", MANAGER, outcome="successful")

    assert stages == ["authorization", "authorization", "scheduled"]
    assert (made, closed) == ("review", "closed")
    assert (await desk.proof(number)).problems == []


async def test_a_refused_change_is_reworked_and_agreed_to_in_a_second_round(desk: SkippingDesk) -> None:
    number = await before_the_board(desk)
    await vote(desk, number, LEAD)
    refused = await vote(desk, number, APPROVER, "refuse")
    rejected = await vote(desk, number, APPROVER2, "refuse")
    assert (refused, rejected) == ("authorization", "rejected")

    await done(desk, number, "rework", AUTHOR)
    await done(desk, number, "edit", AUTHOR, plan="Swap the disk at night.")
    await done(desk, number, "submit", AUTHOR)
    await done(desk, number, "assess", MANAGER)
    await done(desk, number, "request_authorization", MANAGER)
    for actor in (LEAD, APPROVER, APPROVER2):
        await vote(desk, number, actor)

    state = await desk.state(number)
    assert (state.status, state.approval.rounds) == ("scheduled", 2)
    assert (await desk.proof(number)).problems == []


async def test_an_absent_approvers_deputy_votes_instead(desk: SkippingDesk) -> None:
    number = await before_the_board(desk)

    await vote(desk, number, LEAD)
    await done(desk, number, "delegate", APPROVER, to="user:dispatcher")
    await vote(desk, number, "user:dispatcher")
    status = await vote(desk, number, APPROVER2)

    assert status == "scheduled"


async def test_a_stage_whose_time_passes_goes_to_its_fallback(desk: SkippingDesk) -> None:
    number = await before_the_board(desk, after=timedelta(days=10))

    await desk.pass_time(timedelta(days=2, minutes=1))
    called = await desk.facts(number, "FallbackCalled")
    await vote(desk, number, MANAGER)

    assert called[0]["data"]["names"] == ["role:change-manager", "role:admin"]
    assert (await desk.state(number)).approval.current == 1


async def test_an_emergency_nobody_ratifies_ends_as_unauthorised(desk: SkippingDesk) -> None:
    number = await planned(desk, type="emergency")
    await done(desk, number, "implement_first", AUTHOR, reason="The disk smokes.")
    await done(desk, number, "complete", AUTHOR)

    await desk.pass_time(timedelta(hours=25))
    wrong = await desk.ask(number, "review", MANAGER, outcome="successful", text="Went well.")
    closed = await done(desk, number, "review", MANAGER, outcome="unauthorised", text="Call somebody next time.")

    assert (wrong.outcome, wrong.field, closed) == ("refused", "outcome", "closed")
    assert len(await desk.facts(number, "RatificationMissed")) == 1


async def test_a_freeze_declared_after_authorisation_blocks_the_start_until_it_ends(desk: SkippingDesk) -> None:
    number = await authorised(desk)
    state = await desk.state(number)
    freeze = {
        "kind": "freeze",
        "name": "Audit",
        "reason": "The auditors are in the house.",
        "scope": {"kind": "all", "names": []},
        "begin": stamp(state.begin),
        "end": stamp(state.begin + timedelta(hours=1)),
    }
    await desk.write(lambda session: agreed_windows.add(desk.store, session, DECLARER, freeze))
    await desk.pass_until(state.begin)

    blocked = await done(desk, number, "start", "user:agent")
    await desk.pass_time(timedelta(hours=1, minutes=1))

    assert blocked == "scheduled"
    assert (await desk.state(number)).status == "implementation"
    assert (await desk.proof(number)).problems == []


async def test_the_back_outs_run_in_reverse_after_the_third_task_fails(desk: SkippingDesk) -> None:
    number = await authorised(desk, tasks=THREE)
    await desk.pass_time(timedelta(days=2))
    await done(desk, number, "start", "user:agent")
    await done(desk, number, "complete_task", "user:agent", task="one")
    await done(desk, number, "complete_task", "user:agent", task="two")

    status = await done(desk, number, "fail_task", "user:agent", task="three", text="No power.")
    for name in ("three", "two", "one"):
        last = await done(desk, number, "complete_task", "user:agent", task=f"{name}.back-out")

    assert (status, last) == ("backing_out", "review")
    assert (await desk.state(number)).proposed == "backed_out"
    assert (await desk.proof(number)).problems == []


async def test_a_standard_change_needs_no_vote_and_a_failed_one_demotes_its_model(desk: SkippingDesk) -> None:
    quota: dict[str, Any] = {"type": "standard", "model": "mailbox-quota", "after": timedelta(hours=1)}
    number = await planned(desk, length=timedelta(hours=1), **quota)
    scheduled = await done(desk, number, "submit", AUTHOR)
    await desk.pass_time(timedelta(hours=1))
    await done(desk, number, "start", AUTHOR)
    await done(desk, number, "fail", AUTHOR, text="The disk is full.")
    await done(desk, number, "review", MANAGER, outcome="failed", text="Look at the disk first.")

    second = await planned(desk, length=timedelta(hours=1), **quota)
    refused = await done(desk, second, "submit", AUTHOR)

    assert (scheduled, refused) == ("scheduled", "draft")
    misfit = (await desk.facts(second, "ModelMisfits"))[0]["data"]["reasons"]
    assert misfit == [f"The model mailbox-quota was demoted after {number} (failed)."]
