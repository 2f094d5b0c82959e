"""Times that come back every week, on the wall clock of a zone: when maintenance is agreed, when a model may be used.

    {"zone": "Europe/Warsaw", "weekly": {"5": [["22:00", "04:00"]]}}

0 is Monday. A span whose end is not after its beginning runs past midnight and belongs to the day it begins on. What
that means in UTC is found out where time zones are read, not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from longwatch.domain.entries import Entries
from longwatch.domain.ticket import Json

MOST_SPANS = 12
WEEK = ("0", "1", "2", "3", "4", "5", "6")

Spans = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Times:
    """Week days to spans of wall time in a zone."""

    zone: str
    weekly: Mapping[str, Spans]

    def data(self) -> dict[str, Json]:
        """The times as facts and screens hold them, `read_times`'s inverse."""
        return {"zone": self.zone, "weekly": {day: [list(span) for span in self.weekly[day]] for day in self.weekly}}


def read_times(entries: Entries) -> Times:
    """The times that plain data describes; raises the entries' fault naming what is wrong.

    Whether the zone exists is known where zones are.
    """
    entries.only("zone", "weekly")
    weekly = entries.part("weekly")
    weekly.only(*WEEK)
    read = {day: _spans(weekly, day) for day in WEEK if day in weekly.data}
    if not any(read.values()):
        raise entries.fault("Name at least one span of time.", weekly.at)
    return Times(entries.text("zone"), read)


def _spans(entries: Entries, day: str) -> Spans:
    value = entries.data[day]
    if not isinstance(value, list | tuple) or len(value) > MOST_SPANS:
        raise entries.fault(f"This must be a list of at most {MOST_SPANS} spans.", entries.path(day))
    return tuple(_span(entries, one, f"{entries.path(day)}[{n}]") for n, one in enumerate(value))


def _span(entries: Entries, value: Any, at: str) -> tuple[str, str]:
    if not isinstance(value, list | tuple) or [type(one) for one in value] != [str, str]:
        raise entries.fault('A span is two times of day, such as ["22:00", "04:00"].', at)
    try:
        begin, end = (time.fromisoformat(one) for one in value)
    except ValueError:
        raise entries.fault('A span is two times of day, such as ["22:00", "04:00"].', at) from None
    if begin.tzinfo or end.tzinfo:
        raise entries.fault("The zone is said once, for all spans.", at)
    return value[0], value[1]
