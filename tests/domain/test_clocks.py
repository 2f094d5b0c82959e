"""The clocks: counting, pausing, meeting, breaching, and the ledger that neither loses nor gains."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain import clocks as clocking
from longwatch.domain.calendar import ALWAYS, read_hours
from longwatch.domain.clocks import RESOLUTION, RESPONSE, SECOND, Clock
from tests.domain.incident_desk import MONDAY, office

HOUR = 3600
OFFICE = read_hours("office", office(MONDAY - timedelta(days=3), MONDAY + timedelta(days=60)))
HOURS = {"office": OFFICE}


def after(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def begun(target: int = 4 * HOUR, name: str = RESOLUTION) -> Clock:
    return clocking.begin(name, target, "office", MONDAY)


def counted(clock: Clock, at: datetime) -> int:
    return clocking.elapsed(clock, HOURS, at) // SECOND


def test_a_clock_counts_working_time_only() -> None:
    assert counted(begun(), after(2)) == 2 * HOUR
    assert counted(begun(), after(24)) == 8 * HOUR


def test_the_deadline_is_where_the_target_is_reached_by_working_time() -> None:
    assert clocking.due(begun(4 * HOUR), HOURS) == after(4)
    assert clocking.due(begun(10 * HOUR), HOURS) == after(26)


def test_a_pause_moves_the_deadline_by_the_working_time_it_takes() -> None:
    paused = clocking.pause(begun(), HOURS, after(1), "awaiting_requester")
    resumed = clocking.resume(paused, after(3))

    assert paused.state == "paused"
    assert clocking.due(paused, HOURS) is None
    assert resumed.state == "running"
    assert clocking.due(resumed, HOURS) == after(6)


def test_the_ledger_keeps_every_stretch_with_its_reason() -> None:
    clock = clocking.resume(clocking.pause(begun(), HOURS, after(1), "awaiting_requester"), after(3))
    clock = clocking.pause(clock, HOURS, after(4), "planned_until")

    assert [(entry.reason, entry.work // SECOND) for entry in clock.ledger] == [
        ("", HOUR),
        ("awaiting_requester", 0),
        ("", HOUR),
    ]


def test_pausing_twice_only_changes_the_reason() -> None:
    once = clocking.pause(begun(), HOURS, after(1), "awaiting_requester")

    twice = clocking.pause(once, HOURS, after(2), "planned_until")

    assert twice == replace(once, reason="planned_until")


def test_a_clock_met_stays_met_whatever_is_done_to_it() -> None:
    met = clocking.end(begun(), HOURS, after(1), "taken")

    assert met.state == "met"
    assert clocking.overdue(met, HOURS) is None
    assert clocking.pause(met, HOURS, after(2), "late") == met
    assert clocking.resume(met, after(2)) == met
    assert counted(met, after(100)) == HOUR


def test_a_breached_clock_counts_on_and_ends_late() -> None:
    breached = clocking.breach(begun(), after(4))
    ended = clocking.end(breached, HOURS, after(5), "resolved")

    assert counted(breached, after(5)) == 5 * HOUR
    assert clocking.due(breached, HOURS) == after(4)
    assert clocking.overdue(breached, HOURS) is None
    assert ended.state == "breached"
    assert ended.ended_at == after(5)


def test_a_breached_clock_that_is_paused_stays_breached() -> None:
    breached = clocking.breach(begun(), after(4))

    resumed = clocking.resume(clocking.pause(breached, HOURS, after(5), "awaiting_requester"), after(6))

    assert resumed.state == "breached"
    assert counted(resumed, after(7)) == 6 * HOUR


def test_a_reopened_clock_goes_on_from_its_ledger() -> None:
    met = clocking.end(begun(), HOURS, after(1), "resolved")

    again = clocking.reopen(met, after(24))

    assert again.state == "running"
    assert again.round == met.round + 1
    assert clocking.due(again, HOURS) == after(27)


def test_a_restarted_clock_begins_at_nothing() -> None:
    again = clocking.restart(clocking.breach(begun(), after(4)), after(5))

    assert again.state == "running"
    assert again.banked == 0
    assert again.breaches == 1
    assert clocking.due(again, HOURS) == after(25)


def test_a_new_target_carries_over_what_was_counted() -> None:
    moved = clocking.retarget(begun(), HOURS, after(1), 2 * HOUR, "office")

    assert counted(moved, after(1)) == HOUR
    assert clocking.due(moved, HOURS) == after(2)


def test_a_new_target_that_was_passed_already_is_overdue_since_it_was_passed() -> None:
    moved = clocking.retarget(begun(), HOURS, after(3), 2 * HOUR, "office")

    assert clocking.overdue(moved, HOURS) == after(2)


def test_a_longer_target_takes_a_breach_back_but_remembers_it() -> None:
    breached = clocking.breach(begun(), after(4))

    moved = clocking.retarget(breached, HOURS, after(5), 10 * HOUR, "office")

    assert moved.state == "running"
    assert moved.breaches == 1
    assert clocking.due(moved, HOURS) == after(26)


def test_a_longer_target_makes_good_what_was_resolved_late() -> None:
    late = clocking.end(clocking.breach(begun(), after(4)), HOURS, after(5), "resolved")

    moved = clocking.retarget(late, HOURS, after(6), 10 * HOUR, "office")

    assert (moved.state, moved.ended_at, moved.breaches) == ("met", after(5), 1)


def test_a_response_given_stays_as_it_was_promised() -> None:
    met = clocking.end(begun(HOUR, RESPONSE), HOURS, after(0.5), "taken")

    assert clocking.retarget(met, HOURS, after(1), 60, "office") == met


def test_another_calendar_counts_from_now_on() -> None:
    moved = clocking.retarget(begun(), HOURS, after(7), 10 * HOUR, ALWAYS.calendar)

    assert clocking.due(moved, HOURS) == after(10)
    assert [entry.calendar for entry in moved.ledger] == ["office"]


def test_reading_the_calendar_anew_leaves_no_seam_in_the_ledger() -> None:
    clock = begun(20 * HOUR)
    for hour in range(1, 30):
        clock = clocking.bank(clock, HOURS, after(hour))

    assert len(clock.ledger) == 1
    assert clocking.due(clock, HOURS) == clocking.due(begun(20 * HOUR), HOURS)


def test_a_deadline_beyond_the_known_hours_is_not_guessed() -> None:
    short = {"office": OFFICE.clip(MONDAY, after(2))}

    assert clocking.due(begun(), short) is None
    assert clocking.elapsed(begun(), short, after(5)) // SECOND == 2 * HOUR


def test_a_threshold_passed_in_the_past_is_found_in_the_ledger_to_the_second() -> None:
    clock = clocking.resume(clocking.pause(begun(), HOURS, after(2), "planned_until"), after(3))
    clock = clocking.pause(clock, HOURS, after(4), "planned_until")

    assert clocking.reached(clock, HOURS, HOUR * SECOND) == after(1)
    assert clocking.reached(clock, HOURS, 2 * HOUR * SECOND) == after(2)
    assert clocking.reached(clock, HOURS, (2 * HOUR + 60) * SECOND) == after(3) + timedelta(minutes=1)
    assert clocking.reached(clock, HOURS, 4 * HOUR * SECOND) is None


def test_a_threshold_passed_before_the_hours_in_hand_is_given_the_end_of_its_stretch() -> None:
    clock = clocking.pause(begun(), HOURS, after(3), "planned_until")

    assert clocking.reached(clock, {"office": OFFICE.clip(after(20), after(90))}, HOUR * SECOND) == after(3)


def test_a_deadline_is_explained_line_by_line() -> None:
    clock = clocking.pause(begun(10 * HOUR), HOURS, after(1), "awaiting_requester")
    clock = clocking.resume(clock, after(2))

    lines = clocking.why(clock, HOURS)

    assert [(line["reason"], line["seconds"]) for line in lines] == [
        ("counting", HOUR),
        ("awaiting_requester", 0),
        ("counting", 6 * HOUR),
        ("counting", 3 * HOUR),
    ]
    assert lines[0]["from"] == "2026-11-23T09:00:00.000000Z"
    assert lines[-1]["to"] == "2026-11-24T12:00:00.000000Z"
    assert {line["calendar"] for line in lines} == {"office"}


def test_a_very_long_deadline_is_explained_in_a_bounded_number_of_lines() -> None:
    far = {"office": read_hours("office", office(MONDAY, MONDAY + timedelta(days=400)))}

    lines = clocking.why(begun(200 * 8 * HOUR), far)

    assert len(lines) == clocking.MOST_LINES + 1
    assert sum(int(line["seconds"]) for line in lines) == 200 * 8 * HOUR


def test_a_met_clock_explains_what_it_counted() -> None:
    met = clocking.end(begun(), HOURS, after(1), "taken")

    assert [line["seconds"] for line in clocking.why(met, HOURS)] == [HOUR]


def test_a_ledger_grown_long_sums_up_its_oldest_entries_and_loses_no_time() -> None:
    clock = begun(8 * HOUR)
    for minute in range(0, 240, 2):
        clock = clocking.pause(clock, HOURS, after((minute + 1) / 60), "awaiting_requester")
        clock = clocking.resume(clock, after((minute + 2) / 60))

    assert len(clock.ledger) == clocking.MOST_ENTRIES
    assert clock.ledger[0].reason == clocking.EARLIER
    assert clock.banked == 2 * HOUR * SECOND
    assert clocking.reached(clock, HOURS, 60 * SECOND) == clock.ledger[0].end


steps = st.lists(
    st.tuples(st.integers(0, 90_000_000_000), st.sampled_from(["pause", "resume", "bank", "read"])), max_size=25
)


@settings(max_examples=150)
@given(steps)
def test_pausing_and_resuming_at_random_neither_loses_nor_gains_a_microsecond(steps: list[tuple[int, str]]) -> None:
    clock, at = begun(400 * HOUR), MONDAY
    running, expected = True, timedelta(0)
    for wait, step in steps:
        then = at + timedelta(microseconds=wait)
        expected += OFFICE.known_difference(at, then) if running else timedelta(0)
        at = then
        if step == "pause":
            clock, running = clocking.pause(clock, HOURS, at, "awaiting_requester"), False
        elif step == "resume":
            clock, running = clocking.resume(clock, at), True
        elif step == "bank":
            clock = clocking.bank(clock, HOURS, at)
        else:
            clock = clocking.retarget(clock, HOURS, at, clock.target, "office")

        assert timedelta(microseconds=clocking.elapsed(clock, HOURS, at)) == expected
    whole = [*clock.ledger]
    assert all(one.end == two.begin for one, two in pairwise(whole))
    assert clock.since is not None or clock.idle_since is not None


@settings(max_examples=100)
@given(steps)
def test_the_lines_of_a_deadline_add_up_to_its_target(steps: list[tuple[int, str]]) -> None:
    clock, at = begun(30 * HOUR), MONDAY
    for wait, step in steps[:6]:
        at += timedelta(microseconds=wait // 20)
        clock = clocking.pause(clock, HOURS, at, "planned_until") if step == "pause" else clocking.resume(clock, at)
    clock = clocking.resume(clock, at)
    due = clocking.overdue(clock, HOURS)

    if due is not None and due > at:
        assert sum(int(line["seconds"]) for line in clocking.why(clock, HOURS)) == 30 * HOUR
    else:
        assert clocking.elapsed(clock, HOURS, at) >= 30 * HOUR * SECOND
