"""The order of what is said about one condition: by the tool's own times, never by the order of arrival.

A tool's clock may be wrong by hours, so its times are compared with each other only, and only for one fingerprint.
Where one of two deliveries states no time, the order in which we received them decides.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from longwatch.domain.ticket import instant

SEVERITIES = ("critical", "error", "warning", "info")
"""The worst first; a row holds the place in this list."""
SAID_AGAIN = 300_000
"""Milliseconds. Deliveries overtake each other by seconds; "firing" received this long after "resolved" is meant so.

A "resolved" may be false: cut off from its source for a while, Alertmanager reports the end of an alert and, once
joined again, the same firing with the same start.
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHORT = re.compile(r"[A-Za-z0-9._:/-]{1,20}", re.ASCII)


class Row(NamedTuple):
    """What a group keeps of one fingerprint; instants in milliseconds since 1970, in lists so that 2,000 stay small."""

    firing: bool
    severity: int
    starts: int | None
    ends: int | None
    seen: int
    """When we received it."""
    fired: int
    """How often it began to fire."""


@dataclass(frozen=True)
class Delivery:
    """One alert as it was delivered."""

    key: str
    firing: bool
    severity: int
    starts: int | None
    ends: int | None
    at: int
    title: str
    text: str
    links: tuple[str, ...]


def delivery(alert: Mapping[str, Any]) -> Delivery:
    """The delivery in an `alerts` command. Raises KeyError or ValueError on what is none."""
    return Delivery(
        key=row_key(alert["fingerprint"]),
        firing=alert["state"] == "firing",
        severity=SEVERITIES.index(alert["severity"]),
        starts=_milliseconds(alert["starts_at"]),
        ends=None if alert["state"] == "firing" else _milliseconds(alert["ends_at"]),
        at=to_milliseconds(instant(alert["at"])),
        title=alert["title"],
        text=alert["text"],
        links=tuple(alert["links"]),
    )


def row_key(fingerprint: str) -> str:
    """The fingerprint where it is short and plain, else its hash: a group's state must stay small."""
    if _SHORT.fullmatch(fingerprint):
        return fingerprint
    return sha256(fingerprint.encode(errors="surrogatepass")).hexdigest()[:20]


def timed(row: Row | Delivery) -> bool:
    """Whether the tool said when."""
    return _moment(row) is not None


def repeats(said: Delivery, row: Row) -> bool:
    """Whether it says what was said before: same state, start and end."""
    return (said.firing, said.starts, said.ends) == (row.firing, row.starts, row.ends)


def repeated(said: Delivery, row: Row) -> Row:
    """The row after a repetition: of one firing the worst severity counts, until a lesser one is said later.

    Without times of the tool, when it was said decides: that is kept.
    """
    falls = said.severity > row.severity and said.at > row.seen
    at = row.seen if timed(row) and not falls else max(row.seen, said.at)
    return row._replace(severity=said.severity if falls else min(row.severity, said.severity), seen=at)


def follows(said: Delivery, row: Row) -> bool:
    """Whether what is said comes after what is known. A total order, so that no shuffling changes the outcome."""
    mine, known = _moment(said), _moment(row)
    if mine is None or known is None:
        return (said.at, not said.firing) > (row.seen, not row.firing)
    after = (mine, said.starts or mine, not said.firing) > (known, row.starts or known, not row.firing)
    if said.firing == row.firing:
        return after
    if said.firing:
        return after or said.at > row.seen + SAID_AGAIN
    return after and row.seen <= said.at + SAID_AGAIN


def to_milliseconds(at: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def from_milliseconds(count: int) -> datetime:
    """The instant, in UTC."""
    return _EPOCH + timedelta(milliseconds=count)


def _moment(row: Row | Delivery) -> int | None:
    """The time of the event: the start of a firing, the end of a resolved one where it is stated."""
    return row.starts if row.firing or row.ends is None else row.ends


def _milliseconds(text: str | None) -> int | None:
    return None if text is None else to_milliseconds(instant(text))
