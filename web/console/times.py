"""Instants as people read them: relative in words, exact on hover, in the viewer's own time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NEVER_YEAR = 9999
"""A deadline in this year means: no clock runs."""

MINUTE, HOUR, DAY = 60, 3600, 86400
JUST_NOW = 10
"""Seconds that are not worth counting."""

LEAST_WARNING = timedelta(minutes=15)
MOST_WARNING = timedelta(hours=1)

Tone = Literal["red", "amber", "green", "blue", "violet", "grey"]


@dataclass(frozen=True)
class Moment:
    """An instant for a page: machine-readable, in words, to the minute, and exact."""

    iso: str
    relative: str
    short: str
    exact: str


@dataclass(frozen=True)
class Chip:
    """A deadline: words, colour and icon together, so that colour never speaks alone. `soon` is when amber begins."""

    text: str
    tone: Tone
    icon: str
    iso: str = ""
    soon: str = ""
    exact: str = ""
    runs: bool = False


def zone(name: str | None) -> tzinfo:
    """The viewer's time zone; UTC when the name is unknown."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def span(seconds: float) -> str:
    """A duration, rounded down: `45 s`, `14 min`, `2 h 05`, `3 d 4 h` (from two days on)."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < 2 * DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE:02d}"
    return f"{whole // DAY} d {whole % DAY // HOUR} h"


def relative(at: datetime, now: datetime) -> str:
    """`just now`, `14 min ago`, `in 2 h 05`."""
    seconds = (now - at).total_seconds()
    if abs(seconds) < JUST_NOW:
        return "just now"
    return f"in {span(-seconds)}" if seconds < 0 else f"{span(seconds)} ago"


def exact(at: datetime, where: tzinfo) -> str:
    """`Sun 22 Nov 2026, 16:05:09 CET`."""
    return at.astimezone(where).strftime("%a %-d %b %Y, %H:%M:%S %Z")


def short(at: datetime, where: tzinfo) -> str:
    """`Sun 22 Nov, 16:05 CET`: for deadlines, where seconds and the year are noise."""
    return at.astimezone(where).strftime("%a %-d %b, %H:%M %Z")


def iso(at: datetime) -> str:
    """Machine-readable, UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(at: datetime, now: datetime, where: tzinfo) -> Moment:
    """The instant for a page."""
    return Moment(iso(at), relative(at, now), short(at, where), exact(at, where))


def soon(due: datetime, since: datetime) -> datetime:
    """When a deadline begins to press: in the last quarter of its time, between 15 minutes and an hour before it."""
    warning = min(max((due - since) / 4, LEAST_WARNING), MOST_WARNING)
    return due - warning


def deadline(due: datetime | None, since: datetime, now: datetime, where: tzinfo) -> Chip:
    """The chip of a running deadline; a quiet dash when no clock runs."""
    if due is None or due.year == NEVER_YEAR:
        return Chip("no deadline", "grey", icon="circle-pause")
    presses = soon(due, since)
    known = {"iso": iso(due), "soon": iso(presses), "exact": f"Due {exact(due, where)}"}
    if now > due:
        return Chip(f"{span((now - due).total_seconds())} over", "red", icon="flame", runs=True, **known)
    left = f"{span((due - now).total_seconds())} left"
    if now >= presses:
        return Chip(left, "amber", icon="alarm-clock", runs=True, **known)
    return Chip(left, "green", icon="clock", runs=True, **known)
