"""Why a deadline is when it is, in words: the promise, what counted, what did not, and where that leads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from longwatch.domain import clocks
from longwatch.domain.case_state import Policy
from longwatch.domain.clocks import Clock
from longwatch.domain.incident_state import State
from web.clocks import clock_of, promise_of, span, why

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
STATE = State(policy=Policy("gold", 3))


def begun(target: int = 4 * 3600) -> Clock:
    return clocks.begin("resolution", target, "always", NINE)


def test_a_clock_that_counts_says_what_is_left() -> None:
    told = clock_of(begun(), STATE, NINE + HOUR)

    assert (told["elapsed"], told["left"], told["target"]) == (3600, 3 * 3600, 4 * 3600)
    assert told["due"] == "2026-11-23T13:00:00.000000Z"
    assert told["why"] == [
        "Resolution is promised within 4 h of time round the clock by policy gold, version 3.",
        "2026-11-23 09:00:00 UTC until now: 1 h counted, 1 h in all.",
        "3 h are left, so it is due at 2026-11-23 13:00:00 UTC.",
    ]


def test_a_clock_that_stood_still_says_when_and_why() -> None:
    paused = clocks.pause(begun(), {}, NINE + HOUR, "awaiting_requester")
    resumed = clocks.resume(paused, NINE + 3 * HOUR)

    assert list(why(paused, STATE, NINE + 2 * HOUR))[1:] == [
        "2026-11-23 09:00:00 UTC to 2026-11-23 10:00:00 UTC: 1 h counted.",
        "It stands still (awaiting requester); 3 h are left.",
    ]
    assert list(why(resumed, STATE, NINE + 3 * HOUR))[2:] == [
        "2026-11-23 10:00:00 UTC to 2026-11-23 12:00:00 UTC: not counted (awaiting requester).",
        "2026-11-23 12:00:00 UTC until now: 0 s counted, 1 h in all.",
        "3 h are left, so it is due at 2026-11-23 15:00:00 UTC.",
    ]


def test_a_clock_that_is_met_or_breached_says_when() -> None:
    met = clocks.end(begun(), {}, NINE + HOUR, "resolved")
    breached = clocks.breach(begun(), NINE + 4 * HOUR)

    assert list(why(met, STATE, NINE + 2 * HOUR))[-1] == "Met at 2026-11-23 10:00:00 UTC: 1 h of 4 h used."
    assert list(why(breached, STATE, NINE + 5 * HOUR))[-1] == "Breached: the time was up at 2026-11-23 13:00:00 UTC."


def test_a_promise_of_no_known_policy_and_a_calendar_of_its_own_are_told_as_they_are() -> None:
    told = next(why(replace(begun(), calendar="office"), State(), NINE))

    assert told == "Resolution is promised within 4 h of working time (calendar office)."


def test_what_lists_tell_of_a_clock_does_not_change_while_the_clock_does_not() -> None:
    assert promise_of(begun(), STATE).items() <= clock_of(begun(), STATE, NINE + HOUR).items()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (3661, "1 h 1 min"),
        (90000, "25 h"),
        (-5400, "-1 h 30 min"),
    ],
)
def test_a_span_is_told_to_the_minute(seconds: int, words: str) -> None:
    assert span(seconds) == words
