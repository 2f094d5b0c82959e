"""Freezes and maintenance windows as people keep them: what for, about what, once or every week.

    {"kind": "maintenance", "name": "Sunday night", "reason": "Agreed with the shop",
     "scope": {"kind": "services", "names": ["Web shop"]}, "blocking": true,
     "begin": "2026-11-01T00:00:00.000000Z", "end": null,
     "times": {"zone": "Europe/Warsaw", "weekly": {"6": [["02:00", "04:00"]]}}}

With `times` it comes back every week between `begin` and `end` (none: until it is ended); without, it is the one
stretch from `begin` to `end`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from longwatch.domain.entries import LONGEST_TEXT, Entries, Fault, top
from longwatch.domain.schedule_scope import ALL, SCOPES, Scope
from longwatch.domain.schedule_times import Times, read_times
from longwatch.domain.ticket import Json, stamp

FREEZE, MAINTENANCE = KINDS = ("freeze", "maintenance")

MOST_NAMES = 200
LONGEST = timedelta(days=366)
"""Of one stretch. What holds for longer is a rule, not a window."""


class WindowFault(Fault):
    """The window would not do what it says. `reason` is a sentence, `field` names the entry at fault."""


@dataclass(frozen=True)
class Agreed:
    """A freeze or a maintenance window. `blocking`: a hard freeze; or nothing may be changed outside."""

    kind: str
    name: str
    reason: str
    scope: Scope
    begin: datetime
    end: datetime | None
    times: Times | None = None
    blocking: bool = True


def read_agreed(data: Mapping[str, Any], now: datetime | None = None) -> Agreed:
    """The window that plain data describes. Raises WindowFault naming the entry; with `now` also for what is over."""
    entries = top(data, WindowFault, "window")
    entries.only("kind", "name", "reason", "scope", "begin", "end", "times", "blocking")
    agreed = Agreed(
        entries.choice("kind", KINDS),
        entries.text("name"),
        entries.text("reason", LONGEST_TEXT),
        _scope(entries.part("scope")),
        entries.moment("begin"),
        entries.moment_or_none("end"),
        read_times(entries.part("times")) if entries.data.get("times") is not None else None,
        entries.flag("blocking", default=True),
    )
    _check(agreed, now)
    return agreed


def _scope(entries: Entries) -> Scope:
    entries.only("kind", "names")
    kind, names = entries.choice("kind", SCOPES), entries.names("names", MOST_NAMES)
    if kind == ALL and names:
        raise WindowFault("All means all: name nothing.", entries.path("names"))
    if kind != ALL and not names:
        raise WindowFault("Name at least one.", entries.path("names"))
    return Scope(kind, names)


def _check(agreed: Agreed, now: datetime | None) -> None:
    if agreed.end is None:
        if agreed.times is None:
            raise WindowFault("Say when it ends.", "end")
        return
    if agreed.end == agreed.begin:
        raise WindowFault("It is of zero length: it ends as it begins.", "end")
    if agreed.end < agreed.begin:
        raise WindowFault("It ends before it begins.", "end")
    if agreed.times is None and agreed.end - agreed.begin > LONGEST:
        raise WindowFault(f"It is longer than {LONGEST.days} days.", "end")
    if now is not None and agreed.end <= now:
        raise WindowFault("It would be over already.", "end")


def agreed_data(agreed: Agreed) -> dict[str, Json]:
    """The window as it is stored and shown, `read_agreed`'s inverse."""
    return {
        "kind": agreed.kind,
        "name": agreed.name,
        "reason": agreed.reason,
        "scope": {"kind": agreed.scope.kind, "names": list(agreed.scope.names)},
        "begin": stamp(agreed.begin),
        "end": stamp(agreed.end) if agreed.end else None,
        "times": agreed.times.data() if agreed.times else None,
        "blocking": agreed.blocking,
    }
