"""What a policy promises, chosen and chosen anew, and what it makes of clocks and rungs."""

from datetime import timedelta
from typing import Any

import pytest

from longwatch.domain import clocks as clocking
from longwatch.domain.incident import incident
from longwatch.domain.ticket import Notify, instant, stamp
from tests.domain.incident_desk import (
    AGENT,
    DESK,
    LADDER,
    MONDAY,
    MONITORING,
    REQUESTER,
    TARGETS,
    TIMER,
    Desk,
    policy,
    ref,
    rungs,
    worked_on,
)

ROUND_THE_CLOCK = [{**target, "calendar": "always"} for target in TARGETS]


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
