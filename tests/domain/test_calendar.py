"""Working time: how much lies between two instants, and where a span of it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from longwatch.domain.calendar import ALWAYS, NotCovered, OpenHours, joined, read_hours
from longwatch.domain.ticket import stamp

START = datetime(2026, 11, 23, tzinfo=UTC)
END = START + timedelta(days=30)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


OFFICE = OpenHours("office", 1, START, END, ((at(9), at(12)), (at(13), at(17)), (at(33), at(41))))

minutes = st.integers(0, 30 * 24 * 60 - 1)
instants = minutes.map(lambda minute: START + timedelta(minutes=minute, microseconds=minute % 7))
spans = st.tuples(instants, st.integers(1, 2000)).map(lambda pair: (pair[0], pair[0] + timedelta(minutes=pair[1])))


@st.composite
def hours(draw: st.DrawFn) -> OpenHours:
    intervals = joined(draw(st.lists(spans, min_size=1, max_size=12)))
    return OpenHours("any", 1, START, END, tuple(one for one in intervals if one[1] <= END))


def test_work_that_fits_before_lunch_ends_before_lunch() -> None:
    assert OFFICE.add(at(9), 2 * HOUR) == at(11)


def test_work_that_ends_exactly_with_the_hours_ends_there_and_not_after_the_break() -> None:
    assert OFFICE.add(at(9), 3 * HOUR) == at(12)


def test_work_goes_on_after_the_break_and_the_next_day() -> None:
    assert OFFICE.add(at(9), 4 * HOUR) == at(14)
    assert OFFICE.add(at(9), 8 * HOUR) == at(34)


def test_work_begun_at_night_starts_in_the_morning() -> None:
    assert OFFICE.add(at(3), HOUR) == at(10)


def test_no_work_is_done_at_once_even_at_night() -> None:
    assert OFFICE.add(at(3), 0 * HOUR) == at(3)
    assert OFFICE.subtract(at(3), 0 * HOUR) == at(3)


def test_a_span_of_work_is_found_backwards_too() -> None:
    assert OFFICE.subtract(at(14), 4 * HOUR) == at(9)
    assert OFFICE.subtract(at(20), HOUR) == at(16)


def test_what_lies_beyond_the_known_hours_is_not_guessed() -> None:
    with pytest.raises(NotCovered, match="office is known only until"):
        OFFICE.add(at(40), 2 * HOUR)
    with pytest.raises(NotCovered):
        OFFICE.subtract(at(10), 2 * HOUR)
    with pytest.raises(NotCovered):
        OFFICE.difference(at(9), END + HOUR)
    with pytest.raises(NotCovered, match="known only from"):
        OFFICE.difference(START - HOUR, at(9))
    with pytest.raises(NotCovered):
        OFFICE.subtract(END + HOUR, HOUR)


def test_time_neither_runs_backwards_nor_is_negative() -> None:
    with pytest.raises(ValueError, match="backwards"):
        OFFICE.difference(at(10), at(9))
    with pytest.raises(ValueError, match="negative"):
        OFFICE.add(at(9), -HOUR)
    with pytest.raises(ValueError, match="negative"):
        OFFICE.subtract(at(9), -HOUR)


def test_hours_clipped_know_nothing_outside() -> None:
    clipped = OFFICE.clip(at(10), at(14))

    assert clipped.intervals == ((at(10), at(12)), (at(13), at(14)))
    assert (clipped.since, clipped.until) == (at(10), at(14))


def test_clipping_beyond_what_is_known_leaves_nothing_and_harms_nothing() -> None:
    clipped = OFFICE.clip(END + HOUR, END + 2 * HOUR)

    assert clipped.intervals == ()
    assert clipped.since <= clipped.until


def test_a_new_edition_changes_only_what_comes_after_it() -> None:
    edition = OpenHours("office", 2, at(10), END, ((at(10), at(11)),))

    merged = OFFICE.followed_by(edition)

    assert merged.version == 2
    assert merged.intervals == ((at(9), at(11)),)
    assert merged.since == START


def test_round_the_clock_every_hour_counts() -> None:
    assert ALWAYS.add(START, 500 * HOUR) == START + 500 * HOUR


def test_intervals_that_touch_or_overlap_become_one_and_empty_ones_vanish() -> None:
    assert joined([(at(5), at(6)), (at(1), at(3)), (at(3), at(4)), (at(2), at(2))]) == ((at(1), at(4)), (at(5), at(6)))


def answer(intervals: list[tuple[datetime, datetime]]) -> dict[str, object]:
    stamped = [[stamp(begin), stamp(end)] for begin, end in intervals]
    return {"version": 3, "since": stamp(START), "until": stamp(END), "intervals": stamped}


def test_hours_are_read_from_an_answer() -> None:
    read = read_hours("office", answer([(at(9), at(17))]))

    assert read == OpenHours("office", 3, START, END, ((at(9), at(17)),))


@pytest.mark.parametrize(
    "intervals",
    [
        [(at(9), at(17)), (at(16), at(18))],
        [(at(17), at(9))],
        [(at(33), at(41)), (at(9), at(17))],
        [(START - HOUR, at(9))],
        [(at(9), END + HOUR)],
    ],
)
def test_hours_that_contradict_themselves_are_not_read(intervals: list[tuple[datetime, datetime]]) -> None:
    with pytest.raises(ValueError, match="office"):
        read_hours("office", answer(intervals))


@given(hours(), instants, st.integers(0, 5000))
def test_the_work_added_is_the_work_between(known: OpenHours, start: datetime, work: int) -> None:
    span = timedelta(minutes=work, microseconds=work)
    assume(known.difference(start, END) >= span)

    end = known.add(start, span)

    assert known.difference(start, end) == span


@given(hours(), instants, st.integers(1, 5000))
def test_subtracting_undoes_adding_and_adding_undoes_subtracting(known: OpenHours, start: datetime, work: int) -> None:
    span = timedelta(minutes=work)
    assume(known.difference(start, END) >= span)

    end = known.add(start, span)
    begin = known.subtract(end, span)

    assert known.difference(begin, end) == span
    assert known.difference(start, begin) == timedelta(0)  # begin is start, or the opening after it
    assert known.add(begin, span) == end


@given(hours(), st.tuples(instants, instants, instants))
def test_time_between_adds_up_wherever_it_is_cut(known: OpenHours, points: tuple[datetime, ...]) -> None:
    first, middle, last = sorted(points)

    assert known.difference(first, middle) + known.difference(middle, last) == known.difference(first, last)


@given(hours(), instants, st.integers(0, 3000), st.integers(0, 3000))
def test_more_work_never_ends_sooner(known: OpenHours, start: datetime, less: int, more: int) -> None:
    less, more = sorted((less, more))
    assume(known.difference(start, END) >= timedelta(minutes=more))

    assert known.add(start, timedelta(minutes=less)) <= known.add(start, timedelta(minutes=more))
