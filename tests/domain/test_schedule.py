"""Windows of planned work: what cannot be planned is refused by reason and field; touching is not overlapping."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwatch.domain.schedule import Window, overlap, read_window, window_data, window_of
from longwatch.domain.ticket import Refused, stamp

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WARSAW = ZoneInfo("Europe/Warsaw")

instants = st.integers(0, 40).map(lambda hours: NOW + hours * HOUR)
windows = st.tuples(instants, st.integers(1, 10)).map(lambda pair: Window(pair[0], pair[0] + pair[1] * HOUR))


def read(begin: Any, end: Any, **options: Any) -> Window:
    stamps = (stamp(one) if isinstance(one, datetime) else one for one in (begin, end))
    return read_window(*stamps, NOW, **options)


def test_a_window_in_the_future_is_read() -> None:
    window = read(NOW + HOUR, NOW + 3 * HOUR)

    assert window == Window(NOW + HOUR, NOW + 3 * HOUR)
    assert window.length == 2 * HOUR


@pytest.mark.parametrize(
    ("begin", "end", "field", "sentence"),
    [
        (NOW + 2 * HOUR, NOW + HOUR, "end", "ends before it begins"),
        (NOW + HOUR, NOW + HOUR, "end", "zero length"),
        (NOW - HOUR, NOW + HOUR, "begin", "in the past"),
        (NOW + HOUR, NOW + timedelta(days=31), "end", "longer than 30 days"),
        (NOW + timedelta(days=1200), NOW + timedelta(days=1201), "begin", "three years"),
        (None, NOW + HOUR, "begin", "Say when the window begins"),
        (NOW + HOUR, "", "end", "Say when the window ends"),
        (NOW + HOUR, "2026-11-23 12:00", "end", "no instant"),
        (7, NOW + HOUR, "begin", "no instant"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_its_field(begin: Any, end: Any, field: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        read(begin, end)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("longest", "words"),
    [(4 * HOUR, "4 hours"), (HOUR, "1 hour"), (90 * HOUR / 60, "90 minutes"), (timedelta(seconds=75), "75 seconds")],
)
def test_the_longest_length_may_be_shorter_and_is_told(longest: timedelta, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read(NOW + HOUR, NOW + 9 * HOUR, longest=longest)


def test_no_caller_may_stretch_the_longest_length() -> None:
    with pytest.raises(Refused, match="30 days"):
        read(NOW + HOUR, NOW + timedelta(days=40), longest=timedelta(days=60))


def test_an_emergency_may_have_begun() -> None:
    assert read(NOW - HOUR, NOW, begun=True).length == HOUR


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        (datetime(2026, 10, 25, 1, tzinfo=WARSAW), datetime(2026, 10, 25, 4, tzinfo=WARSAW), 4),
        (datetime(2027, 3, 28, 1, tzinfo=WARSAW), datetime(2027, 3, 28, 4, tzinfo=WARSAW), 2),
    ],
)
def test_a_window_across_a_change_of_the_clocks_is_as_long_as_it_takes(
    begin: datetime, end: datetime, hours: int
) -> None:
    before = datetime(2026, 10, 1, tzinfo=UTC)

    window = read_window(stamp(begin), stamp(end), before)

    assert window.length == hours * HOUR
    assert window_of(window_data(window)) == window


@given(windows, windows)
def test_overlap_is_mutual(one: Window, other: Window) -> None:
    assert overlap(one, other) == overlap(other, one)


@given(windows, st.integers(1, 10))
def test_a_window_that_touches_another_does_not_overlap_it(window: Window, hours: int) -> None:
    after = Window(window.end, window.end + hours * HOUR)
    before = Window(window.begin - hours * HOUR, window.begin)

    assert not overlap(window, after)
    assert not overlap(window, before)


@given(windows, windows)
def test_windows_overlap_when_an_instant_is_in_both(one: Window, other: Window) -> None:
    hours = (NOW + n * HOUR for n in range(60))
    shared = [hour for hour in hours if one.begin <= hour < one.end and other.begin <= hour < other.end]

    assert overlap(one, other) == bool(shared)
