"""The incident's clocks and rungs: what starts, stops, breaches and escalates them."""

from datetime import timedelta

import pytest

from longwatch.domain import clocks as clocking
from longwatch.domain.incident import incident
from longwatch.domain.ticket import instant, stamp
from tests.domain.incident_desk import (
    AGENT,
    DISPATCHER,
    MONDAY,
    REQUESTER,
    TARGETS,
    Desk,
    policy,
    ref,
    rungs,
    worked_on,
)

ROUND_THE_CLOCK = [{**target, "calendar": "always"} for target in TARGETS]


def test_the_clocks_run_from_the_opening_however_late_the_policy_is_known() -> None:
    desk = Desk(policy=None).open()
    desk.wait(minutes=10)
    del desk.answers["policy"]
    desk.answer()

    assert desk.clock("response").since == MONDAY
    assert clocking.due(desk.clock("response"), desk.state.hours) == MONDAY + timedelta(minutes=15)


@pytest.mark.parametrize("action", ["take", "start"])
def test_the_first_human_take_or_start_meets_the_response_clock(action: str) -> None:
    desk = Desk().open().wait(minutes=5)

    desk.send(AGENT, action)

    assert desk.clock("response").state == "met"
    assert desk.last("ClockMet").data["elapsed"] == 300


def test_the_staffs_public_reply_meets_the_response_clock() -> None:
    desk = Desk().open()

    desk.send(AGENT, "message", public=True, body=ref())

    assert desk.clock("response").state == "met"


def test_an_internal_note_is_no_response_and_neither_is_the_requesters_own_message() -> None:
    desk = Desk().open()

    desk.send(AGENT, "message", public=False, body=ref())
    desk.send(REQUESTER, "message", public=True, body=ref())

    assert desk.clock("response").state == "running"


def test_automatic_assignment_is_no_response_and_neither_is_a_dispatchers() -> None:
    desk = Desk(routing={"team": "l1", "person": "user:agent", "reasons": []}).open()
    assert desk.clock("response").state == "running"

    desk.send(DISPATCHER, "assign", person="user:agent2")
    assert desk.clock("response").state == "running"


def test_resolving_at_first_contact_is_a_response_too() -> None:
    desk = Desk().open()

    desk.send(AGENT, "resolve", code="fixed", text=ref())

    assert [desk.clock(name).state for name in ("response", "resolution")] == ["met", "met"]


def test_a_clock_nobody_meets_is_breached_at_its_due_time() -> None:
    desk = Desk().open().wait(hours=1)

    assert desk.clock("response").state == "breached"
    assert desk.last("ClockBreached").data == {"clock": "response", "due": stamp(MONDAY + timedelta(minutes=15))}
    assert desk.last("ClockBreached").actor == "system:timer"


def test_a_breach_is_never_a_status() -> None:
    assert Desk().open().wait(hours=1).state.status == "assigned"


def test_a_late_response_ends_the_breached_clock() -> None:
    desk = Desk().open().wait(hours=1)

    desk.send(AGENT, "take")

    assert desk.clock("response").state == "breached"
    assert desk.clock("response").ended_at == desk.at
    assert desk.last("ClockEnded").data["elapsed"] == 3600


def test_a_click_accepted_before_the_deadline_counts_as_before_it_however_late_it_is_decided() -> None:
    desk = Desk().open()

    desk.send(AGENT, "take", at=MONDAY + timedelta(minutes=14, seconds=59))
    desk.wait(hours=1)

    assert desk.clock("response").state == "met"
    assert "ClockBreached" not in desk.types()


def test_a_click_accepted_after_the_deadline_finds_the_breach_recorded_first() -> None:
    desk = Desk().open()

    facts = desk.send(AGENT, "take", at=MONDAY + timedelta(minutes=20))

    assert [fact.type for fact in facts[:2]] == ["ClockBreached", "Touched"]
    assert facts[0].data["due"] == stamp(MONDAY + timedelta(minutes=15))
    assert desk.clock("response").state == "breached"


def test_a_click_at_the_very_instant_of_the_deadline_is_late() -> None:
    desk = Desk().open()

    desk.send(AGENT, "take", at=MONDAY + timedelta(minutes=15))

    assert desk.clock("response").state == "breached"


def test_what_was_done_before_the_policy_was_known_is_judged_by_it() -> None:
    desk = Desk(policy=None).open().wait(minutes=5)
    desk.send(AGENT, "start")
    desk.wait(minutes=5)
    desk.send(AGENT, "hold", reason="awaiting_requester")
    desk.wait(minutes=30)
    desk.send(AGENT, "resume")
    desk.wait(minutes=10)
    del desk.answers["policy"]
    desk.answer()

    response, resolution = desk.clock("response"), desk.clock("resolution")
    assert response.state == "met"
    assert response.banked == 300 * clocking.SECOND
    assert clocking.elapsed(resolution, desk.state.hours, desk.at) == 1200 * clocking.SECOND
    assert "ClockBreached" not in desk.types()


def test_a_response_too_late_for_a_policy_known_later_is_a_breach() -> None:
    desk = Desk(policy=None).open().wait(minutes=20)
    desk.send(AGENT, "start")
    desk.wait(minutes=5)
    del desk.answers["policy"]
    desk.answer()

    assert desk.clock("response").state == "breached"
    assert desk.last("ClockBreached").data["due"] == stamp(MONDAY + timedelta(minutes=15))
    assert desk.last("ClockEnded").data["ended"] == stamp(MONDAY + timedelta(minutes=20))


def test_an_incident_resolved_before_its_policy_was_known_has_its_clocks_met() -> None:
    desk = Desk(policy=None).open().wait(minutes=5)
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.wait(minutes=60)
    del desk.answers["policy"]
    desk.answer()

    assert [desk.clock(name).state for name in ("response", "resolution")] == ["met", "met"]
    assert desk.clock("resolution").banked == 300 * clocking.SECOND
    desk.wait(days=30)
    assert rungs(desk) == []
    assert incident.sealed(desk.state)


def test_each_public_message_of_the_staff_starts_the_update_clock_anew() -> None:
    desk = worked_on().wait(hours=1)

    desk.send(AGENT, "message", public=True, body=ref())

    assert desk.clock("update").since == desk.at
    assert clocking.due(desk.clock("update"), desk.state.hours) == desk.at + timedelta(hours=2)


def test_an_update_owed_is_breached_and_the_next_message_starts_anew() -> None:
    desk = worked_on().wait(hours=2)
    assert desk.clock("update").state == "breached"

    desk.send(AGENT, "message", public=True, body=ref())

    assert desk.clock("update").state == "running"
    assert desk.clock("update").breaches == 1


def test_an_update_on_hold_starts_anew_when_the_hold_ends() -> None:
    desk = worked_on()
    desk.send(AGENT, "hold", reason="awaiting_requester")
    desk.wait(hours=1)

    desk.send(AGENT, "message", public=True, body=ref())

    assert desk.clock("update").state == "paused"
    desk.send(AGENT, "resume")
    assert clocking.due(desk.clock("update"), desk.state.hours) == desk.at + timedelta(hours=2)


@pytest.mark.parametrize(
    ("reason", "stops"),
    [
        ("awaiting_requester", True),
        ("planned_until", True),
        ("awaiting_supplier", False),
        ("awaiting_change", False),
        ("awaiting_problem", False),
    ],
)
def test_the_resolution_clock_stands_still_on_the_holds_that_are_not_ours(reason: str, *, stops: bool) -> None:
    desk = worked_on().wait(hours=1)

    desk.send(AGENT, "hold", reason=reason, until="2026-11-27T09:00:00Z")

    assert (desk.clock("resolution").state == "paused") is stops
    assert desk.clock("response").state == "met"


def test_a_policy_says_which_holds_stop_the_clock() -> None:
    desk = Desk(policy=lambda _, since, until: policy(since, until, pauses=["awaiting_supplier"])).open()
    desk.send(AGENT, "start")

    desk.send(AGENT, "hold", reason="awaiting_requester")
    assert desk.clock("resolution").state == "running"

    desk.send(AGENT, "hold", reason="awaiting_supplier")
    assert desk.clock("resolution").state == "paused"


def test_a_hold_before_any_response_does_not_stop_the_response_clock() -> None:
    desk = Desk().open()

    desk.send(AGENT, "hold", reason="planned_until", until="2026-11-27T09:00:00Z")

    assert desk.clock("response").state == "running"


def test_nights_and_weekends_do_not_count() -> None:
    desk = worked_on().wait(hours=3)
    desk.send(AGENT, "hold", reason="awaiting_requester")
    desk.wait_until(instant("2026-11-27T16:30:00.000000Z"))
    desk.send(REQUESTER, "message", public=True, body=ref())

    assert clocking.due(desk.clock("resolution"), desk.state.hours) == instant("2026-11-30T09:30:00.000000Z")


def test_a_planned_hold_that_ended_in_an_outage_counts_from_its_date() -> None:
    desk = worked_on()
    desk.send(AGENT, "hold", reason="planned_until", until=stamp(MONDAY + timedelta(hours=1)))
    desk.at = MONDAY + timedelta(hours=3)

    desk.send(AGENT, "tag", tags=["late"])

    assert desk.state.status == "in_progress"
    assert desk.clock("resolution").since == MONDAY + timedelta(hours=1)


def test_the_resolution_clock_stops_when_resolved_and_goes_on_from_there_when_reopened() -> None:
    desk = worked_on().wait(hours=1)
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.wait(hours=24)
    assert desk.clock("resolution").state == "met"

    desk.send(REQUESTER, "reopen", reason=ref())

    assert desk.clock("resolution").state == "running"
    assert clocking.due(desk.clock("resolution"), desk.state.hours) == desk.at + timedelta(hours=3)
    assert desk.clock("response").state == "met"
    assert desk.clock("update").since == desk.at
