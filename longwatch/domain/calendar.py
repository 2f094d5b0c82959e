"""Working time (service hours): how much of it lies between two instants, and where a span of it ends.

All arithmetic is on UTC open intervals that were read beforehand from calendar, holidays and time zone, so that no
time-zone table is needed here. Instants outside the intervals are closed time and count nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from longwatch.domain.ticket import instant, stamp

Interval = tuple[datetime, datetime]

NOTHING = timedelta(0)


class NotCovered(Exception):  # noqa: N818 - says what is the case, as Refused does
    """The open intervals in hand do not reach far enough; more of the calendar must be read first."""


@dataclass(frozen=True)
class OpenHours:
    """When a calendar is open from `since` to `until` (UTC): sorted intervals that do not overlap, begin inclusive.

    `version` is the calendar's, so that a deadline can say by which edition of the calendar it was computed.
    """

    calendar: str
    version: int
    since: datetime
    until: datetime
    intervals: tuple[Interval, ...] = ()

    def add(self, start: datetime, work: timedelta) -> datetime:
        """The earliest instant by which `work` of working time has passed since `start`.

        Raises NotCovered when that lies beyond `until`, or `start` before `since`; ValueError on negative work.
        """
        self._known_from(start, work)
        if work == NOTHING:
            return start
        left = work
        for begin, end in self.intervals:
            here = max(begin, start)
            if end - here >= left:
                return here + left
            left -= max(end - here, NOTHING)
        raise NotCovered(f"{self.calendar} is known only until {stamp(self.until)}")

    def subtract(self, end: datetime, work: timedelta) -> datetime:
        """The latest instant from which `work` of working time passes until `end`.

        Raises NotCovered when that lies before `since`, or `end` beyond `until`; ValueError on negative work.
        """
        if end > self.until:
            raise NotCovered(f"{self.calendar} is known only until {stamp(self.until)}")
        self._known_from(end, work)
        if work == NOTHING:
            return end
        left = work
        for begin, close in reversed(self.intervals):
            here = min(close, end)
            if here - begin >= left:
                return here - left
            left -= max(here - begin, NOTHING)
        raise NotCovered(f"{self.calendar} is known only from {stamp(self.since)}")

    def difference(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two instants. Raises NotCovered outside what is known, ValueError if reversed."""
        if end < start:
            raise ValueError("time does not run backwards")
        self._known_from(start, NOTHING)
        if end > self.until:
            raise NotCovered(f"{self.calendar} is known only until {stamp(self.until)}")
        return self.known_difference(start, end)

    def known_difference(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two instants as far as it is known: what lies outside counts as closed."""
        spans = (min(close, end) - max(begin, start) for begin, close in self.intervals)
        return sum((span for span in spans if span > NOTHING), NOTHING)

    def within(self, start: datetime, end: datetime) -> tuple[Interval, ...]:
        """The open intervals between two instants, cut to them."""
        return tuple(
            (max(begin, start), min(close, end)) for begin, close in self.intervals if begin < end and close > start
        )

    def clip(self, since: datetime, until: datetime) -> "OpenHours":
        """The same hours, kept only between two instants (or less, where less is known)."""
        since, until = max(since, self.since), min(until, self.until)
        return OpenHours(self.calendar, self.version, since, max(since, until), self.within(since, until))

    def followed_by(self, later: "OpenHours") -> "OpenHours":
        """These hours up to where `later` begins, then `later`: an edited calendar never changes the past."""
        kept = self.within(self.since, later.since)
        since = min(self.since, later.since)
        return OpenHours(later.calendar, later.version, since, later.until, joined((*kept, *later.intervals)))

    def _known_from(self, start: datetime, work: timedelta) -> None:
        if work < NOTHING:
            raise ValueError("working time cannot be negative")
        if start < self.since:
            raise NotCovered(f"{self.calendar} is known only from {stamp(self.since)}")


ALWAYS = OpenHours(
    "always",
    1,
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(9999, 1, 1, tzinfo=UTC),
    ((datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)),),
)
"""Round the clock: for what must run though no calendar could be read."""


def joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Sorted intervals that do not overlap or touch, covering the same time; empty ones vanish."""
    whole: list[Interval] = []
    for begin, end in sorted(intervals):
        if end <= begin:
            continue
        if whole and begin <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((begin, end))
    return tuple(whole)


def read_hours(calendar: str, answer: Mapping[str, Any]) -> OpenHours:
    """The open hours an answer holds: version, since, until and intervals, instants as stamps.

    Raises ValueError, KeyError or TypeError when it is not such an answer.
    """
    intervals = tuple((instant(begin), instant(end)) for begin, end in answer["intervals"])
    hours = OpenHours(calendar, int(answer["version"]), instant(answer["since"]), instant(answer["until"]), intervals)
    sorted_well = all(before[1] <= after[0] for before, after in pairwise(intervals))
    if not sorted_well or any(end <= begin for begin, end in intervals):
        raise ValueError(f"the open intervals of {calendar} overlap or run backwards")
    if intervals and (intervals[0][0] < hours.since or intervals[-1][1] > hours.until):
        raise ValueError(f"the open intervals of {calendar} reach beyond what was asked")
    return hours
