"""Storms: a source that begins more groups a minute than it may has its further strangers folded into one group.

The rate is counted by minutes: all of the present one, and of the one before it the share that still lies within the
last sixty seconds. A storm is over when the rate has stayed under half the bound for five minutes.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from longwatch.domain.ticket import stamp

RATE = 300
"""New groups a minute that a source may begin, unless it says otherwise; 0 means that it never storms."""
MINUTE = timedelta(minutes=1)
CALM = timedelta(minutes=5)


@dataclass(frozen=True)
class Storm:
    """The counter of one source. `begun` and `key` are of the storm that is on, or none."""

    minute: datetime
    counted: int = 0
    before: int = 0
    hot: datetime | None = None
    """When the rate was last at half the bound, or above it."""
    begun: datetime | None = None
    key: str | None = None


def minute_of(at: datetime) -> datetime:
    """The beginning of the minute."""
    return at.replace(second=0, microsecond=0)


def rate(storm: Storm, at: datetime) -> int:
    """New groups within the last sixty seconds, about."""
    storm = _turned(storm, at)
    left = max(MINUTE - (at - storm.minute), timedelta(0))
    return storm.counted + storm.before * left // MINUTE


def counted(storm: Storm, source: str, bound: int, at: datetime) -> Storm:
    """One more group, at an instant: a storm that is over ends, one that is due begins."""
    now = calmed(_turned(storm, at), at)
    now = replace(now, counted=now.counted + 1)
    speed = rate(now, at)
    if bound and 2 * speed >= bound:
        now = replace(now, hot=at)
    if bound and speed > bound and now.begun is None:
        now = replace(now, begun=at, key=f"{source}/storm/{stamp(at)}")
    return now


def calmed(storm: Storm, at: datetime) -> Storm:
    """The storm, or its end where it has been calm for long enough."""
    if storm.begun is None or storm.hot is None or at - storm.hot <= CALM:
        return storm
    return replace(storm, begun=None, key=None)


def _turned(storm: Storm, at: datetime) -> Storm:
    minute = minute_of(at)
    if minute <= storm.minute:
        return storm
    before = storm.counted if minute - storm.minute == MINUTE else 0
    return replace(storm, minute=minute, counted=0, before=before)
