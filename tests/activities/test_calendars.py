"""Service hours as UTC intervals: weekly hours, holidays, time zones and daylight saving."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from activities.calendars import Schedule, open_intervals, weekly_hours

OFFICE = weekly_hours({"mon-fri": "09:00-17:00"})
NIGHT = weekly_hours({"mon-sun": "22:00-06:00"})
HOUR = timedelta(hours=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def total(schedule: Schedule, since: datetime, until: datetime) -> timedelta:
    return sum((end - begin for begin, end in open_intervals(schedule, since, until)), timedelta(0))


def test_a_week_of_office_hours_is_forty_hours_and_no_weekend() -> None:
    intervals = open_intervals(Schedule("UTC", OFFICE), utc(2026, 11, 23), utc(2026, 11, 30))

    assert len(intervals) == 5
    assert intervals[0] == (utc(2026, 11, 23, 9), utc(2026, 11, 23, 17))
    assert intervals[-1] == (utc(2026, 11, 27, 9), utc(2026, 11, 27, 17))


def test_nothing_is_open_on_a_holiday() -> None:
    schedule = Schedule("UTC", OFFICE, (date(2026, 12, 25),))

    assert total(schedule, utc(2026, 12, 24), utc(2026, 12, 26)) == 8 * HOUR


def test_hours_are_cut_at_the_ends_of_the_stretch() -> None:
    intervals = open_intervals(Schedule("UTC", OFFICE), utc(2026, 11, 23, 10), utc(2026, 11, 23, 11))

    assert intervals == ((utc(2026, 11, 23, 10), utc(2026, 11, 23, 11)),)


def test_office_hours_follow_the_wall_clock_into_summer_and_back() -> None:
    warsaw = Schedule("Europe/Warsaw", OFFICE)

    before, after = open_intervals(warsaw, utc(2026, 3, 27), utc(2026, 3, 31))
    assert before == (utc(2026, 3, 27, 8), utc(2026, 3, 27, 16))
    assert after == (utc(2026, 3, 30, 7), utc(2026, 3, 30, 15))

    before, after = open_intervals(warsaw, utc(2026, 10, 23), utc(2026, 10, 27))
    assert before == (utc(2026, 10, 23, 7), utc(2026, 10, 23, 15))
    assert after == (utc(2026, 10, 26, 8), utc(2026, 10, 26, 16))


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [
        ("Europe/Warsaw", date(2026, 3, 28), date(2026, 10, 24)),
        ("America/New_York", date(2026, 3, 7), date(2026, 10, 31)),
        ("Australia/Sydney", date(2026, 10, 3), date(2026, 4, 4)),
    ],
)
def test_a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn(zone: str, spring: date, autumn: date) -> None:
    schedule = Schedule(zone, NIGHT)

    assert shift(schedule, spring) == 7 * HOUR
    assert shift(schedule, autumn) == 9 * HOUR


def shift(schedule: Schedule, day: date) -> timedelta:
    """The shift that begins on the evening of a day."""
    evening = datetime.combine(day, time(18), ZoneInfo(schedule.zone)).astimezone(UTC)
    return total(schedule, evening, evening + timedelta(hours=18))


def test_a_zone_that_moves_by_half_an_hour_loses_and_gains_half_an_hour() -> None:
    lord_howe = Schedule("Australia/Lord_Howe", NIGHT)

    assert shift(lord_howe, date(2026, 10, 3)) == 7.5 * HOUR
    assert shift(lord_howe, date(2026, 4, 4)) == 8.5 * HOUR


def test_an_opening_in_the_skipped_hour_begins_at_the_jump() -> None:
    early = weekly_hours({"sun": "02:30-05:00"})

    intervals = open_intervals(Schedule("Europe/Warsaw", early), utc(2026, 3, 29), utc(2026, 3, 30))

    assert intervals == ((utc(2026, 3, 29, 1), utc(2026, 3, 29, 3)),)


def test_an_opening_over_the_doubled_hour_is_open_both_times() -> None:
    early = weekly_hours({"sun": "02:00-03:00"})

    assert total(Schedule("Europe/Warsaw", early), utc(2026, 10, 25), utc(2026, 10, 26)) == 2 * HOUR


def test_a_shift_across_midnight_belongs_to_the_day_it_begins_on() -> None:
    friday = weekly_hours({"fri": "22:00-06:00"})

    intervals = open_intervals(Schedule("UTC", friday), utc(2026, 11, 23), utc(2026, 11, 30))

    assert intervals == ((utc(2026, 11, 27, 22), utc(2026, 11, 28, 6)),)


def test_a_shift_that_began_before_the_stretch_is_still_open_in_it() -> None:
    friday = weekly_hours({"fri": "22:00-06:00"})

    intervals = open_intervals(Schedule("UTC", friday), utc(2026, 11, 28), utc(2026, 11, 29))

    assert intervals == ((utc(2026, 11, 28), utc(2026, 11, 28, 6)),)


def test_a_holiday_after_a_night_shift_ends_it_at_midnight() -> None:
    friday = weekly_hours({"fri": "22:00-06:00"})
    schedule = Schedule("UTC", friday, (date(2026, 11, 28),))

    assert total(schedule, utc(2026, 11, 23), utc(2026, 11, 30)) == 2 * HOUR


def test_always_is_always() -> None:
    always = Schedule(always=True, holidays=(date(2026, 12, 25),))

    assert open_intervals(always, utc(2026, 12, 24), utc(2027, 1, 1)) == ((utc(2026, 12, 24), utc(2027, 1, 1)),)


def test_hours_from_midnight_to_midnight_are_one_opening() -> None:
    whole = Schedule("Europe/Warsaw", weekly_hours({"mon-sun": "00:00-24:00"}))

    assert open_intervals(whole, utc(2026, 3, 1), utc(2026, 4, 1)) == ((utc(2026, 3, 1), utc(2026, 4, 1)),)


def test_weekly_hours_are_read_from_plain_text() -> None:
    hours = weekly_hours({"mon-tue": "09:00-12:00 13:00-17:00", "sat-sun": "10:00-24:00"})

    assert hours[0] == ((time(9), time(12)), (time(13), time(17)))
    assert hours[6] == ((time(10), time(0)),)
    assert 2 not in hours


def test_days_may_wrap_over_the_end_of_the_week() -> None:
    assert sorted(weekly_hours({"sat-mon": "09:00-10:00"})) == [0, 5, 6]


@pytest.mark.parametrize("text", [{"moonday": "09:00-10:00"}, {"mon": "nine"}, {"mon": "9-10-11"}])
def test_hours_that_cannot_be_read_are_named(text: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"moonday|nine|9|10-11"):
        weekly_hours(text)


def test_a_stretch_needs_zones_and_a_direction() -> None:
    with pytest.raises(ValueError, match="time zone"):
        open_intervals(Schedule(), datetime(2026, 1, 1), utc(2026, 1, 2))
    with pytest.raises(ValueError, match="backwards"):
        open_intervals(Schedule(), utc(2026, 1, 2), utc(2026, 1, 1))


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        open_intervals(Schedule("Europe/Nowhere", OFFICE), utc(2026, 1, 1), utc(2026, 1, 2))


zones = st.sampled_from(
    ["UTC", "Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"]
)
walls = st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30))
weeks = st.dictionaries(st.integers(0, 6), st.tuples(st.tuples(walls, walls)), min_size=1)
days = st.integers(0, 700).map(lambda day: date(2025, 6, 1) + timedelta(days=day))


@settings(max_examples=60)
@given(zones, weeks, days, st.lists(days, max_size=3), st.integers(1, 20))
def test_openings_are_sorted_apart_and_inside_and_cutting_the_stretch_loses_nothing(
    zone: str, week: dict[int, tuple[tuple[time, time], ...]], first: date, holidays: list[date], length: int
) -> None:
    schedule = Schedule(zone, week, tuple(holidays))
    since = datetime.combine(first, time(3), UTC)
    until = since + timedelta(days=length)
    middle = since + timedelta(hours=length * 9)

    intervals = open_intervals(schedule, since, until)

    assert all(begin < end for begin, end in intervals)
    assert all(one[1] < two[0] for one, two in pairwise(intervals))
    assert all(since <= begin and end <= until for begin, end in intervals)
    assert total(schedule, since, middle) + total(schedule, middle, until) == total(schedule, since, until)


@settings(max_examples=60)
@given(zones, weeks, days, st.integers(0, 200))
def test_an_instant_is_open_exactly_when_the_wall_clock_says_so(
    zone: str, week: dict[int, tuple[tuple[time, time], ...]], first: date, quarter: int
) -> None:
    moment = datetime.combine(first, time(0, 7), UTC) + timedelta(minutes=15 * quarter)
    local = moment.astimezone(ZoneInfo(zone))
    assume(local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset())  # a doubled hour belongs to both
    today, before = local.date(), local.date() - timedelta(days=1)
    wall = local.time()

    open_by_the_clock = any(
        (begin <= wall < end) if begin < end else begin <= wall for begin, end in week.get(today.weekday(), ())
    ) or any(begin >= end and wall < end for begin, end in week.get(before.weekday(), ()))

    assert (total(Schedule(zone, week), moment, moment + timedelta(seconds=1)) > timedelta(0)) == open_by_the_clock
