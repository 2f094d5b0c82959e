"""What is known of one alert: every delivery folded into it by the order of events, as its group does.

The table of alerts and the state of a group are written by two hands. Both follow `alerts_order`, so they agree.
"""

from datetime import datetime
from typing import NamedTuple

from longwatch.domain.alerts_order import Delivery, Row, follows, repeated, repeats


class Known(NamedTuple):
    """One condition of one source; instants by our clock."""

    row: Row
    title: str
    first: datetime
    last: datetime
    changed: datetime
    """When its state changed last."""
    again: int = 0
    """Deliveries after the first."""


def hear(known: Known | None, said: Delivery, at: datetime) -> Known:
    """The alert after one more delivery, received `at`. What comes too late is counted and changes nothing else."""
    if known is None:
        row = Row(said.firing, said.severity, said.starts, said.ends, said.at, int(said.firing))
        return Known(row, said.title, first=at, last=at, changed=at)
    heard = known._replace(last=max(known.last, at), again=known.again + 1)
    row = known.row
    if repeats(said, row):
        return heard._replace(row=repeated(said, row), title=said.title)
    if not follows(said, row):
        return heard
    begins = said.firing and not (row.firing and row.starts == said.starts)
    now = Row(said.firing, said.severity, said.starts, said.ends, said.at, row.fired + begins)
    changed = known.changed if row.firing == said.firing else at
    return heard._replace(row=now, title=said.title, changed=changed)
