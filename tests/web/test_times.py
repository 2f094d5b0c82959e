"""Instants and deadlines in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from web.console.times import LEAST_WARNING, MOST_WARNING, deadline, exact, moment, relative, short, soon, span, zone

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h 00"),
        (7500, "2 h 05"),
        (172_799, "47 h 59"),
        (172_800, "2 d 0 h"),
        (-5, "0 s"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert span(seconds) == said


@given(some.integers(0, 10**9))
def test_a_span_never_says_more_than_there_is(seconds: int) -> None:
    sizes = {"s": 1, "min": 60, "h": 3600, "d": 86400}
    words = span(seconds).split()
    said = int(words[0]) * sizes[words[1]]
    if len(words) > 2:
        said += int(words[2]) * (60 if words[1] == "h" else 3600)

    assert said <= seconds < said + {"s": 1, "min": 60, "h": 60, "d": 3600}[words[1]]


def test_a_moment_is_told_in_the_viewers_zone() -> None:
    told = moment(NOON, NOON + timedelta(minutes=14), WARSAW)

    assert told.iso == "2026-11-22T12:00:00Z"
    assert told.relative == "14 min ago"
    assert told.short == "Sun 22 Nov, 13:00 CET"
    assert told.exact == "Sun 22 Nov 2026, 13:00:00 CET"


def test_what_is_to_come_is_told_as_such() -> None:
    assert relative(NOON + timedelta(hours=2, minutes=5), NOON) == "in 2 h 05"
    assert relative(NOON + timedelta(seconds=3), NOON) == "just now"


def test_a_deadline_changes_words_colour_and_icon_together() -> None:
    due, since = NOON + timedelta(hours=4), NOON
    calm = deadline(due, since, NOON, UTC)
    pressing = deadline(due, since, due - timedelta(minutes=14), UTC)
    missed = deadline(due, since, due + timedelta(minutes=12), UTC)

    assert (calm.text, calm.tone, calm.icon) == ("4 h 00 left", "green", "clock")
    assert (pressing.text, pressing.tone, pressing.icon) == ("14 min left", "amber", "alarm-clock")
    assert (missed.text, missed.tone, missed.icon) == ("12 min over", "red", "flame")


def test_without_a_deadline_nothing_counts_down() -> None:
    assert not deadline(None, NOON, NOON, UTC).runs
    assert not deadline(datetime(9999, 12, 31, tzinfo=UTC), NOON, NOON, UTC).runs


@given(some.timedeltas(timedelta(seconds=1), timedelta(days=400)))
def test_a_deadline_presses_between_fifteen_minutes_and_an_hour_before(length: timedelta) -> None:
    due = NOON + length

    assert LEAST_WARNING <= due - soon(due, NOON) <= MOST_WARNING


@pytest.mark.parametrize("name", [None, "", "Nowhere/Land", "../etc/passwd", "UTC\0"])
def test_an_unknown_zone_is_utc(name: str | None) -> None:
    assert exact(NOON, zone(name)).endswith("UTC")
    assert short(NOON, zone(name)).endswith("UTC")
