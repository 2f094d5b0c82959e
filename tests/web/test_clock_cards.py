"""Why this deadline: promise, ledger, opening hours and the end, line by line in the viewer's zone."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from longwatch.domain import clocks
from longwatch.domain.calendar import OpenHours
from longwatch.domain.case_state import Policy
from longwatch.domain.clocks import EARLIER, Clock, Stretch
from longwatch.domain.ticket import Actor
from web.console.clock_cards import ClockCard, clock_cards
from web.console.people import Viewer

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAYS = [MONDAY + timedelta(days=day) for day in range(5)]
OFFICE = OpenHours("office", 7, MONDAY, MONDAY + timedelta(days=30), tuple((day, day + 8 * HOUR) for day in DAYS))


@dataclass
class Ticket:
    """As much of a ticket as its clocks need."""

    clocks: tuple[Clock, ...]
    hours: dict[str, OpenHours] = field(default_factory=lambda: {"office": OFFICE})
    opened_at: datetime = MONDAY
    policy: Policy | None = field(default_factory=lambda: Policy("office-p3", 2))


def card(clock: Clock, now: datetime) -> ClockCard:
    return clock_cards(Ticket((clock,)), Viewer(Actor("user:anna"), "Anna", now, UTC))[0]


def test_a_running_clock_tells_promise_count_and_end() -> None:
    clock = clocks.begin("resolution", 4 * 3600, "office", MONDAY)

    told = card(clock, MONDAY + HOUR)

    assert told.label == "Resolution"
    assert told.spent == 25
    assert told.chip.text == "3 h 00 left"
    assert told.why == (
        "Policy office-p3 (version 2) promises 4 h 00 of working time, calendar office (version 7).",
        "It counts since Mon 23 Nov, 08:00 UTC: 1 h 00 so far.",
        "So it is due Mon 23 Nov, 12:00 UTC.",
    )


def test_nights_between_now_and_the_deadline_explain_themselves() -> None:
    clock = clocks.begin("resolution", 10 * 3600, "office", MONDAY)

    told = card(clock, MONDAY)

    assert "Open Mon 23 Nov, 08:00 UTC to 16:00: 8 h 00 count." in told.why
    assert "Open Tue 24 Nov, 08:00 UTC to 10:00: 2 h 00 count." in told.why
    assert told.why[-1] == "So it is due Tue 24 Nov, 10:00 UTC."


def test_a_pause_says_for_whom_it_waits() -> None:
    running = clocks.begin("resolution", 4 * 3600, "office", MONDAY)
    held = clocks.pause(running, {"office": OFFICE}, MONDAY + HOUR, "awaiting_requester")
    again = clocks.resume(held, MONDAY + 3 * HOUR)

    paused, resumed = card(held, MONDAY + 2 * HOUR), card(again, MONDAY + 3 * HOUR)

    assert paused.chip.text == "paused"
    assert paused.why[-1] == "It stands still since Mon 23 Nov, 09:00 UTC: waiting for the requester's answer."
    assert (
        "It stood still from Mon 23 Nov, 09:00 UTC to Mon 23 Nov, 11:00 UTC: waiting for the requester's answer."
        in resumed.why
    )


def test_what_a_long_ledger_summed_up_still_counts() -> None:
    clock = clocks.begin("resolution", 4 * 3600, "office", MONDAY)
    early = Stretch(MONDAY, MONDAY + HOUR, int(HOUR / timedelta(microseconds=1)), EARLIER, "office", 7)

    told = card(replace(clock, ledger=(early,), since=MONDAY + HOUR), MONDAY + HOUR)

    assert "1 h 00 counted from Mon 23 Nov, 08:00 UTC to Mon 23 Nov, 09:00 UTC." in told.why


def test_a_met_and_a_missed_clock_say_so() -> None:
    running = clocks.begin("response", 3600, "office", MONDAY)
    hours = {"office": OFFICE}
    met = card(clocks.end(running, hours, MONDAY + HOUR / 2, "taken"), MONDAY + HOUR)
    missed = card(clocks.breach(running, MONDAY + HOUR), MONDAY + 2 * HOUR)

    assert (met.chip.text, met.chip.tone) == ("met", "green")
    assert (missed.chip.text, missed.chip.tone, missed.spent) == ("1 h 00 over", "red", 100)
    assert missed.why[-1] == "So it was due Mon 23 Nov, 09:00 UTC."


def test_a_calendar_that_ends_too_soon_is_admitted() -> None:
    clock = clocks.begin("resolution", 1000 * 3600, "office", MONDAY)

    assert card(clock, MONDAY).why[-1].startswith("The calendar in hand does not reach its end yet")
