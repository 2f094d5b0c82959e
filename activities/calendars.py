"""Service hours as UTC intervals: weekly hours, holidays and a time zone, unfolded for a stretch of time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from longwatch.domain.calendar import Interval, joined

DAY = timedelta(days=1)
WEEK_DAYS = 7


@dataclass(frozen=True)
class Schedule:
    """A calendar as people keep it.

    `zone` is an IANA name. `weekly` maps a week day (0 is Monday) to spans of local wall time; a span whose end is not
    after its beginning runs past midnight into the next day, and belongs to the day it begins on. `holidays` are local
    dates on which nothing begins and nothing is open. `always` means 24x7: zone, hours and holidays do not matter.
    """

    zone: str = "UTC"
    weekly: Mapping[int, tuple[tuple[time, time], ...]] = field(default_factory=dict)
    holidays: tuple[date, ...] = ()
    always: bool = False


def open_intervals(schedule: Schedule, since: datetime, until: datetime) -> tuple[Interval, ...]:
    """The open intervals between two instants, in UTC, sorted, never touching.

    Daylight saving is the wall clock's: an hour that is skipped is not worked, an hour that comes twice is worked
    twice. Raises ValueError on a reversed stretch or naive instants, ZoneInfoNotFoundError on an unknown zone.
    """
    if since.tzinfo is None or until.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    if until < since:
        raise ValueError("time does not run backwards")
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    if schedule.always:
        return joined([(since, until)])
    cut = ((max(begin, since), min(end, until)) for begin, end in _working(schedule, since, until))
    return joined(cut)


def _working(schedule: Schedule, since: datetime, until: datetime) -> Iterator[Interval]:
    """Each opening, cut at local midnights so that a holiday closes its own hours only."""
    zone = ZoneInfo(schedule.zone)
    first, last = since.astimezone(zone).date() - DAY, until.astimezone(zone).date()
    closed = frozenset(schedule.holidays)
    for day in (first + n * DAY for n in range((last - first).days + 1)):
        if day in closed:
            continue
        for opens, closes in schedule.weekly.get(day.weekday(), ()):
            yield from _opening(day, opens, closes, zone, closed)


def _opening(day: date, opens: time, closes: time, zone: ZoneInfo, closed: frozenset[date]) -> Iterator[Interval]:
    """One span of one day; what runs past midnight is left out when the next day is a holiday."""
    if closes > opens:
        yield _utc(day, opens, zone), _utc(day, closes, zone, end=True)
        return
    midnight = _utc(day + DAY, time.min, zone)
    yield _utc(day, opens, zone), midnight
    if day + DAY not in closed:
        yield midnight, _utc(day + DAY, closes, zone, end=True)


def _utc(day: date, wall: time, zone: ZoneInfo, *, end: bool = False) -> datetime:
    """The instant of a wall time. One that comes twice begins an opening the first time and ends one the second.

    One that is skipped means the instant of the jump.
    """
    local = datetime.combine(day, wall, zone)
    early, late = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if early > late:
        return _jump(late, early, zone)
    return late if end else early


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between two at which the zone moves its clocks forward; zones change on whole seconds."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def weekly_hours(text: Mapping[str, str]) -> dict[int, tuple[tuple[time, time], ...]]:
    """Weekly hours from plain text: {"mon-fri": "09:00-12:30 13:00-17:00", "sat": "10:00-14:00"}.

    `24:00` ends a day. Days named twice add up. Raises ValueError naming what cannot be read.
    """
    spans = sorted((day, span) for days, hours in text.items() for day in _days(days) for span in _spans(hours))
    return {day: tuple(span for _, span in group) for day, group in groupby(spans, key=lambda pair: pair[0])}


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _days(text: str) -> Iterator[int]:
    first, _, last = text.strip().lower().partition("-")
    if first not in _DAYS or (last or first) not in _DAYS:
        raise ValueError(f"{text!r} names no week days; write for example mon-fri or sat")
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    return iter([day % WEEK_DAYS for day in range(begin, end + 1 if end >= begin else end + WEEK_DAYS + 1)])


def _spans(text: str) -> Iterator[tuple[time, time]]:
    for span in text.split():
        begin, dash, end = span.partition("-")
        if not dash:
            raise ValueError(f"{span!r} is no span of hours; write for example 09:00-17:00")
        yield time.fromisoformat(begin), time.min if end == "24:00" else time.fromisoformat(end)
