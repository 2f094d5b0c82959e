"""The window of planned work (ITIL: change schedule): from when to when, and whether it can be planned at all.

A window holds its beginning and not its end, so two that touch do not overlap. All instants are UTC: a window planned
across a change of the clocks is as long as it takes, whatever the wall clock shows meanwhile.

    read_window(begin, end, now)   the window two stamps make, refused by reason and field when it cannot be planned
    overlap(one, other)            whether both are on at some instant

What stands in the way of a window is judged in `schedule_judge`, over what `schedule_scope` says windows are about.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from longwatch.domain.ticket import Json, Refused, instant, stamp

LONGEST_WINDOW = timedelta(days=30)
"""Work planned for longer is several changes. Lists of the schedule rely on it."""

FARTHEST = timedelta(days=3 * 366)
"""Nobody plans a window farther ahead; a date beyond is a slip of the pen."""


@dataclass(frozen=True)
class Window:
    """From `begin` (inclusive) to `end` (exclusive), UTC; never empty."""

    begin: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.begin


def window_data(window: Window) -> dict[str, Json]:
    """The window as facts hold it."""
    return {"begin": stamp(window.begin), "end": stamp(window.end)}


def window_of(data: Any) -> Window:
    """The window a fact holds, unjudged. Raises KeyError or ValueError on anything else."""
    return Window(instant(data["begin"]), instant(data["end"]))


def overlap(one: Window, other: Window) -> bool:
    """Whether both are on at some instant; touching at an end is none."""
    return one.begin < other.end and other.begin < one.end


def read_window(
    begin: Any, end: Any, now: datetime, *, longest: timedelta = LONGEST_WINDOW, begun: bool = False
) -> Window:
    """The window that two stamps make. Raises Refused, naming `begin` or `end`, when it cannot be planned.

    `begun` admits one that began already: an emergency change may be recorded while or after it is made.
    """
    window = Window(_at(begin, "begin"), _at(end, "end"))
    if window.end == window.begin:
        raise Refused("The window is of zero length: it ends as it begins.", "end")
    if window.end < window.begin:
        raise Refused("The window ends before it begins.", "end")
    if window.length > min(longest, LONGEST_WINDOW):
        raise Refused(f"The window is longer than {in_words(min(longest, LONGEST_WINDOW))}.", "end")
    if window.begin < now and not begun:
        raise Refused("The window begins in the past.", "begin")
    if window.begin > now + FARTHEST:
        raise Refused("The window lies more than three years ahead.", "begin")
    return window


def _at(value: Any, field: str) -> datetime:
    if value is None or value == "":
        raise Refused(f"Say when the window {field}s.", field)
    try:
        return instant(value if isinstance(value, str) else "")
    except ValueError:
        raise Refused("That is no instant.", field) from None


def in_words(length: timedelta) -> str:
    """`30 days`, `4 hours`, `90 minutes`: in the largest unit it is a whole number of."""
    seconds = int(length.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return f"{seconds} seconds"
