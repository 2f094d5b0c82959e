"""Heartbeats as they are kept: set up, changed and removed by people, fed by calls, missed by the clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.domain import heartbeat
from longwatch.domain.heartbeat import BadHeartbeat
from longwatch.store.database import Store
from longwatch.store.sources import found
from longwatch.store.tables import Ci, Source
from longwatch.store.tables_heartbeats import Heartbeat
from longwatch.store.writing import insert_once

WAITING, ALIVE, MISSING = "waiting", "alive", "missing"


@dataclass(frozen=True)
class Owed:
    """A heartbeat as people set it up; seconds."""

    source: str
    signal: str
    interval: int
    grace: int
    severity: str = "critical"
    ci: str | None = None
    guards: bool = True


def add(store: Store, session: Session, owed: Owed) -> int:
    """Expects a sign of life from now on; returns its row. Raises BadHeartbeat, and BadSource for no such source."""
    _check(session, owed)
    now = store.now(session)
    due_at = heartbeat.due(now, owed.interval, owed.grace)
    values = {**vars(owed), "state": WAITING, "since": now, "due_at": due_at, "beats": 0}
    if not insert_once(session, Heartbeat, values):
        raise BadHeartbeat("There is a heartbeat for this signal of this source already: change that one.")
    mine = Heartbeat.source == owed.source, Heartbeat.signal == owed.signal
    return session.scalars(select(Heartbeat.row).where(*mine)).one()


def change(store: Store, session: Session, row: int, owed: Owed) -> Heartbeat:
    """Expects it differently; its clock begins anew from the last sign. Source and signal stay. Raises BadHeartbeat."""
    known = of(session, row)
    _check(session, owed)
    for name in ("interval", "grace", "severity", "ci", "guards"):
        setattr(known, name, getattr(owed, name))
    if known.state != MISSING:
        since = known.seen_at or store.now(session)
        known.due_at = max(heartbeat.due(since, owed.interval, owed.grace), store.now(session))
    session.flush()
    return known


def of(session: Session, row: int) -> Heartbeat:
    """The heartbeat, held until the transaction ends. Raises BadHeartbeat for none."""
    known = session.get(Heartbeat, row, with_for_update=True, populate_existing=True)
    if known is None:
        raise BadHeartbeat("There is no such heartbeat.")
    return known


def every(session: Session, source: str | None = None) -> list[Heartbeat]:
    """All of them, or those of one source; what is missing first."""
    wanted = select(Heartbeat) if source is None else select(Heartbeat).where(Heartbeat.source == source)
    rows = session.scalars(wanted.order_by(Heartbeat.source, Heartbeat.signal))
    return sorted(rows, key=lambda row: row.state != MISSING)


def owed_by(session: Session, sources: Collection[str]) -> dict[str, list[Heartbeat]]:
    """The heartbeats of these sources, by source; of those that owe none there is nothing."""
    known: dict[str, list[Heartbeat]] = {}
    for row in session.scalars(select(Heartbeat).where(Heartbeat.source.in_(sorted(sources))).order_by(Heartbeat.row)):
        known.setdefault(row.source, []).append(row)
    return known


def missing(session: Session, sources: Collection[str]) -> list[Heartbeat]:
    """The silent signals because of which these sources are not believed when they tell that an alert is over."""
    silent = Heartbeat.source.in_(sorted(sources)), Heartbeat.state == MISSING, Heartbeat.guards
    return list(session.scalars(select(Heartbeat).where(*silent).order_by(Heartbeat.source, Heartbeat.signal)))


def silent(session: Session) -> set[str]:
    """The sources of which a sign of life is missing."""
    return set(session.scalars(select(Heartbeat.source).where(Heartbeat.state == MISSING).distinct()))


def due(session: Session, now: datetime, most: int) -> list[int]:
    """Rows of heartbeats whose time is over, the longest silent first."""
    late = Heartbeat.state != MISSING, Heartbeat.due_at <= now
    return list(session.scalars(select(Heartbeat.row).where(*late).order_by(Heartbeat.due_at).limit(most)))


def is_active(session: Session, source: str) -> bool:
    """Whether the source may send at all: one that is switched off owes nothing."""
    return bool(session.scalar(select(Source.active).where(Source.name == source)))


def _check(session: Session, owed: Owed) -> None:
    found(session, owed.source)
    heartbeat.check(owed.signal, owed.interval, owed.grace, owed.severity)
    if owed.ci is not None and session.get(Ci, owed.ci) is None:
        raise BadHeartbeat(f"There is no configuration item called {owed.ci[:60]}.")
