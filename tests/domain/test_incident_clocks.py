"""The incident's clocks and rungs: what starts, stops, breaches and escalates them."""

from datetime import timedelta
from typing import Any

import pytest

from longwatch.domain import clocks as clocking
from longwatch.domain import incident
from longwatch.domain.ticket import Notify, instant, stamp
from tests.domain.incident_desk import (
    AGENT,
    DESK,
    DISPATCHER,
    LADDER,
    MONDAY,
    MONITORING,
    REQUESTER,
    TARGETS,
    TIMER,
    Desk,
    policy,
    ref,
)

ROUND_THE_CLOCK = [{**target, "calendar": "always"} for target in TARGETS]


def worked_on() -> Desk:
    desk = Desk().open()
    desk.send(AGENT, "start")
    return desk


def rungs(desk: Desk, type_: str = "RungRun") -> list[str]:
    return [fact.data["rung"] for fact in desk.all(type_)]


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


def test_monitorings_resolution_is_no_response_and_the_clock_goes_on_when_it_fires_again() -> None:
    desk = Desk().open_by_alert().wait(minutes=5)
    desk.send(MONITORING, "alert", event="cleared", severity="error", count=1)
    assert desk.clock("response").state == "paused"
    assert desk.clock("resolution").state == "met"

    desk.wait(hours=1)
    desk.send(MONITORING, "alert", event="refired", severity="error", count=2)

    assert desk.clock("response").state == "running"
    assert clocking.due(desk.clock("response"), desk.state.hours) == desk.at + timedelta(minutes=10)


def by_priority(about: Any, since: Any, until: Any) -> Any:
    """P1 has half the time, another ladder, and no update clock."""
    if about["priority"] > 1:
        return policy(since, until)
    halved = [{**target, "work": target["work"] // 2} for target in TARGETS if target["clock"] != "update"]
    return policy(since, until, policy="critical", version=7, targets=halved, ladder={**LADDER, "version": 2})


def test_a_new_priority_chooses_a_new_policy_and_carries_over_what_was_counted() -> None:
    desk = Desk(policy=by_priority).open().wait(minutes=5)

    desk.send(AGENT, "prioritise", impact=1, urgency=1)
    desk.answer()

    assert desk.state.policy is not None
    assert (desk.state.policy.name, desk.state.policy.version) == ("critical", 7)
    assert clocking.due(desk.clock("response"), desk.state.hours) == MONDAY + timedelta(seconds=450)


def test_a_promise_already_missed_under_the_new_policy_is_a_breach_at_once() -> None:
    desk = Desk(policy=by_priority).open().wait(minutes=10)

    desk.send(AGENT, "prioritise", impact=1, urgency=1)
    desk.answer()
    desk.wait(minutes=0)

    assert desk.clock("response").state == "breached"


def test_a_clock_that_is_promised_no_longer_stands_still_and_is_not_lost() -> None:
    desk = Desk(policy=by_priority).open().wait(minutes=5)

    desk.send(AGENT, "prioritise", impact=1, urgency=1)
    desk.answer()
    assert desk.clock("update").state == "paused"
    assert desk.clock("update").reason == "not_promised"

    desk.send(AGENT, "prioritise", impact=3, urgency=3)
    desk.answer()
    assert desk.clock("update").state == "running"


def growing(about: Any, since: Any, until: Any) -> Any:
    """Only P1 is promised updates and a resolution."""
    return policy(since, until, targets=TARGETS if about["priority"] == 1 else TARGETS[:1])


def test_a_clock_first_promised_by_a_new_policy_begins_then_with_all_its_rungs_ahead() -> None:
    desk = Desk(policy=growing).open().wait(minutes=5)

    desk.send(AGENT, "prioritise", impact=1, urgency=1)
    desk.answer()

    assert desk.clock("resolution").since == desk.at
    desk.wait(hours=5)
    assert {"s75", "s100"} <= {*rungs(desk)}


@pytest.mark.parametrize(("reason", "state"), [("awaiting_requester", "paused"), ("awaiting_supplier", "running")])
def test_a_clock_first_promised_during_a_hold_stands_still_with_the_others(reason: str, state: str) -> None:
    desk = Desk(policy=growing).open()
    desk.send(AGENT, "hold", reason=reason)

    desk.send(AGENT, "prioritise", impact=1, urgency=1)
    desk.answer()

    assert desk.clock("resolution").state == state


def test_a_policy_that_comes_after_the_resolution_wakes_no_clock_and_no_rung() -> None:
    desk = Desk(policy=growing).open()
    desk.send(AGENT, "prioritise", impact=1, urgency=1)
    desk.send(AGENT, "resolve", code="fixed", text=ref())

    desk.answer()
    desk.wait(days=2)

    assert desk.clock("resolution").since is None
    assert rungs(desk) == []
    desk.wait(days=30)
    assert incident.sealed(desk.state)


def test_a_policy_chosen_anew_at_the_instant_of_the_resolution_calls_nothing_off_twice() -> None:
    desk = Desk().open_by_alert("warning")
    desk.send(MONITORING, "alert", event="firing", severity="critical", count=2)
    desk.send(MONITORING, "alert", event="cleared", severity="critical", count=2)

    desk.answer()

    called_off = [rung["rung"] for fact in desk.all("RungsCancelled") for rung in fact.data["rungs"]]
    assert len(called_off) == len(LADDER["rungs"])
    assert {*called_off} == {"r50", "r100", "s75", "s100", "s-after", "u100"}


def test_the_old_ladder_is_called_off_when_another_policy_brings_its_own() -> None:
    desk = Desk(policy=by_priority).open()

    desk.send(AGENT, "prioritise", impact=1, urgency=1)
    desk.answer()

    assert rungs_of(desk) == {"r50", "r100", "s75", "s100", "s-after", "u100"}
    assert desk.last("RungsCancelled").data["reason"] == "policy"
    assert desk.state.ladder.version == 2


def rungs_of(desk: Desk) -> set[str]:
    return {rung["rung"] for fact in desk.all("RungsCancelled") for rung in fact.data["rungs"]}


def test_the_same_policy_again_leaves_the_ladder_as_it_stands() -> None:
    desk = Desk().open().wait(minutes=8)
    assert rungs(desk) == ["r50"]

    desk.send(AGENT, "prioritise", impact=1, urgency=1)
    desk.answer()
    desk.wait(minutes=1)

    assert rungs(desk) == ["r50"]


def test_rungs_run_one_by_one_as_the_clock_counts() -> None:
    desk = Desk().open()

    desk.wait(minutes=8)
    assert rungs(desk) == ["r50"]

    desk.wait(minutes=8)
    assert rungs(desk) == ["r50", "r100"]
    assert desk.state.level == 1


def test_a_rung_moves_the_incident_to_another_team_and_raises_its_level() -> None:
    desk = Desk(routing={"team": "l1", "person": "user:agent", "reasons": []}).open()
    desk.answers["routing"] = {"team": "l2", "person": "user:agent2", "reasons": ["least loaded"]}

    desk.wait(hours=4)

    assert desk.state.team == "l2"
    assert desk.state.assignee == "user:agent2"
    assert desk.state.level == 2
    assert any(fact.data.get("rung") == "s100" and fact.data["person"] is None for fact in desk.all("Assigned"))


def test_a_rung_that_names_the_same_team_leaves_the_owner_alone() -> None:
    desk = Desk(routing={"team": "l2", "person": "user:agent2", "reasons": []}).open()

    desk.wait(hours=4)

    assert desk.state.assignee == "user:agent2"


def test_after_an_outage_only_the_highest_rung_of_a_clock_runs() -> None:
    desk = Desk().open()
    desk.at = MONDAY + timedelta(hours=5)
    desk.send(TIMER, "alarm", name="rung:r50")

    assert sorted(rungs(desk)) == ["r100", "s100", "u100"]
    assert {(fact.data["rung"], fact.data["by"]) for fact in desk.all("RungOvertaken")} == {
        ("r50", "r100"),
        ("s75", "s100"),
    }


def test_nobody_is_paged_for_what_was_answered_during_the_outage() -> None:
    desk = Desk().open()

    desk.send(AGENT, "take", at=MONDAY + timedelta(minutes=20))
    desk.wait(minutes=30)

    assert rungs(desk) == []
    assert rungs_of(desk) == {"r50", "r100"}
    assert desk.last("RungsCancelled").data["reason"] == "taken"


def test_resolving_calls_off_what_was_to_come_and_says_why() -> None:
    desk = worked_on()

    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.wait(days=1)

    assert rungs(desk) == []
    assert {fact.data["reason"] for fact in desk.all("RungsCancelled")} == {"taken", "resolved"}
    assert rungs_of(desk) == {"r50", "r100", "s75", "s100", "s-after", "u100"}


def test_reopening_arms_the_rungs_that_lie_ahead_and_no_others() -> None:
    desk = worked_on().wait(hours=3)
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.wait(hours=1)
    before = rungs(desk)
    assert "s75" in before

    desk.send(REQUESTER, "reopen", reason=ref())
    desk.wait(hours=1)

    assert rungs(desk)[len(before) :] == ["s100"]


def test_the_update_rung_comes_due_again_after_every_message() -> None:
    desk = worked_on().wait(hours=2)
    assert rungs(desk) == ["u100"]

    desk.send(AGENT, "message", public=True, body=ref())
    desk.wait(hours=2)

    assert rungs(desk).count("u100") == 2


def test_a_rung_repeats_a_bounded_number_of_times() -> None:
    desk = worked_on().wait(days=5)

    assert rungs(desk).count("s-after") == 3


def test_a_rung_due_while_the_clock_stood_still_runs_when_it_counts_again() -> None:
    desk = worked_on().wait(hours=2)
    desk.send(AGENT, "hold", reason="awaiting_requester")
    desk.wait(days=1)
    assert "s75" not in rungs(desk)

    desk.send(REQUESTER, "message", public=True, body=ref())
    desk.wait(hours=1)

    assert "s75" in rungs(desk)


def test_cancelling_stops_everything() -> None:
    desk = worked_on()

    desk.send(AGENT, "cancel", reason=ref())
    before = len(desk.all("RungRun"))
    desk.wait(days=11)

    assert len(desk.all("RungRun")) == before
    assert "ClockBreached" not in desk.types()
    assert all(clock.since is None for clock in desk.state.clocks)


def test_an_alarm_with_nothing_due_changes_nothing() -> None:
    desk = worked_on()

    assert desk.send(TIMER, "alarm", name="rung:r50") == []


def test_escalations_are_sent_to_those_the_rung_names() -> None:
    desk = Desk().open().wait(minutes=16)

    rung = [effect for effect in desk.effects if isinstance(effect, Notify) and effect.template in ("rung", "page")]
    assert [(effect.template, effect.to) for effect in rung] == [("rung", ("team:l1",)), ("page", ("role:lead",))]


def test_clocks_round_the_clock_need_no_calendar() -> None:
    def always(_: Any, since: Any, until: Any) -> Any:
        close = {"work": 3600, "calendar": "always"}
        return policy(since, until, targets=ROUND_THE_CLOCK, calendars={}, close_after=close)

    desk = Desk(policy=always).open()

    assert clocking.due(desk.clock("resolution"), desk.state.hours) == MONDAY + timedelta(hours=4)
    assert desk.state.hours == {}


def test_more_service_hours_are_read_before_those_in_hand_end() -> None:
    desk = worked_on()
    desk.send(AGENT, "hold", reason="awaiting_supplier")

    desk.wait(days=400)

    assert len(desk.all("CalendarRead")) > 5
    assert desk.state.hours["office"].until >= desk.at + timedelta(days=14)
    assert len(desk.clock("resolution").ledger) == 1


def test_a_paused_clock_reads_its_hours_when_it_counts_again() -> None:
    desk = worked_on()
    desk.send(AGENT, "hold", reason="awaiting_requester")
    desk.wait(days=300)
    assert "CalendarRead" not in desk.types()

    desk.send(REQUESTER, "message", public=True, body=ref())
    desk.answer()
    began = desk.clock("resolution").since
    desk.wait(days=2)

    assert "CalendarRead" in desk.types()
    assert began is not None
    assert desk.clock("resolution").state == "breached"


def test_an_edited_calendar_moves_the_deadline_and_not_the_past() -> None:
    desk = worked_on().wait(hours=1)
    closed_today = {"version": 2, "since": stamp(desk.at), "until": stamp(desk.at + timedelta(days=200))}
    first_thing = instant("2026-11-24T09:00:00.000000Z")
    opened = [
        [stamp(first_thing + timedelta(days=day)), stamp(first_thing + timedelta(days=day, hours=8))]
        for day in range(100)
    ]

    desk.answers["calendar"] = {**closed_today, "intervals": opened}
    desk.send(DESK, "calendar_changed", calendar="office")
    desk.answer()

    assert clocking.due(desk.clock("resolution"), desk.state.hours) == instant("2026-11-24T12:00:00.000000Z")
    assert desk.clock("resolution").banked == 3600 * clocking.SECOND


def test_a_calendar_nobody_counts_by_is_not_asked_for() -> None:
    assert worked_on().send(DESK, "calendar_changed", calendar="moon") == []


def test_a_deadline_beyond_the_hours_in_hand_asks_for_more_at_once() -> None:
    def far(_: Any, since: Any, until: Any) -> Any:
        return policy(since, until, targets=[{"clock": "resolution", "work": 100 * 8 * 3600, "calendar": "office"}])

    desk = Desk(policy=far).open()

    assert clocking.due(desk.clock("resolution"), desk.state.hours) is not None


def test_a_calendar_that_is_never_open_does_not_keep_asking() -> None:
    def never(_: Any, since: Any, until: Any) -> Any:
        empty = {"version": 1, "since": stamp(since), "until": stamp(until), "intervals": []}
        return policy(since, until, calendars={"office": empty})

    desk = Desk(policy=never, calendar=None)
    desk.open()
    for _ in range(20):
        pending = [one for one in incident.questions(desk.state) if one.kind == "calendar"]
        if not pending:
            break
        about = pending[0].data
        empty = {"version": 1, "since": about["since"], "until": about["until"], "intervals": []}
        desk.send(DESK, "answered", question=pending[0].id, kind="calendar", answer=empty)

    assert [one.kind for one in incident.questions(desk.state)] == []
    assert desk.clock("resolution").state == "running"
