"""Freezes and maintenance windows, unfolded: which stretches of UTC they are, for a stretch of time.

Weekly ones follow the wall clock of their zone, as service hours do (`activities.calendars`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from activities.calendars import Schedule, open_intervals
from longwatch.domain.schedule import Window
from longwatch.domain.schedule_scope import Freeze, Maintenance, scope_of
from longwatch.domain.schedule_windows import FREEZE
from longwatch.store import agreed_windows
from longwatch.store.tables_schedule import AgreedWindow

WEEK = timedelta(days=7)
"""Weekly times are unfolded so much farther on both sides, so that what is shown is not cut in the middle."""

MOST_OCCURRENCES = 200
"""Of one window in one answer."""


@dataclass(frozen=True)
class Occurrence:
    """One stretch of a freeze or maintenance window."""

    row: AgreedWindow
    window: Window


def occurrences(session: Session, begin: datetime, end: datetime) -> list[Occurrence]:
    """All stretches that are on at some time between two instants, whole, by beginning."""
    found = [
        Occurrence(row, window)
        for row in agreed_windows.in_span(session, begin, end)
        for window in unfolded(row, begin, end)
    ]
    return sorted(found, key=lambda one: (one.window.begin, one.window.end, one.row.row))


def unfolded(row: AgreedWindow, begin: datetime, end: datetime) -> tuple[Window, ...]:
    """The stretches of a window that are on between two instants, by beginning."""
    whole = (Window(row.begin, row.end),) if row.times is None else _weekly(row, begin, end)
    on = [window for window in whole if window.begin < end and begin < window.end]
    return tuple(on[:MOST_OCCURRENCES])


def _weekly(row: AgreedWindow, begin: datetime, end: datetime) -> Iterable[Window]:
    since, until = max(row.begin, begin - WEEK), min(row.end, end + WEEK)
    if row.times is None or until <= since:
        return ()
    return weekly_windows(row.times, since, until)


def weekly_windows(times: Mapping[str, Any], since: datetime, until: datetime) -> tuple[Window, ...]:
    """Weekly times as windows in UTC, cut at both ends; an hour the clocks skip or repeat is as long as it was.

    Raises ZoneInfoNotFoundError for an unknown zone.
    """
    weekly = {
        int(day): tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in spans)
        for day, spans in times["weekly"].items()
    }
    no_holidays: tuple[date, ...] = ()
    return tuple(
        Window(opens, closes)
        for opens, closes in open_intervals(Schedule(times["zone"], weekly, no_holidays), since, until)
    )


def freezes(found: Iterable[Occurrence]) -> tuple[Freeze, ...]:
    """The freezes among them, as the rules know them."""
    return tuple(
        Freeze(str(one.row.row), one.row.name, one.window, scope_of(one.row.scope), one.row.blocking)
        for one in found
        if one.row.kind == FREEZE
    )


def maintenance(session: Session, begin: datetime, end: datetime, ahead: timedelta) -> tuple[Maintenance, ...]:
    """The maintenance windows in force, with their stretches from a beginning until so long after an end.

    One whose stretches all lie elsewhere is there with none: its items are under an agreement all the same.
    """
    return tuple(
        Maintenance(str(row.row), row.name, unfolded(row, begin, end + ahead), scope_of(row.scope), row.blocking)
        for row in agreed_windows.in_span(session, begin, end + ahead)
        if row.kind != FREEZE
    )
