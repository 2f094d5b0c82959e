"""What must not fall silent, looked for again and again: heartbeats whose time is over, alerts without a word since.

While this desk itself was away nobody could be heard. What was to come in that time is given another chance, lest every
restart accuse all sources.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from activities.heartbeats import miss
from integrations import desk
from longwatch.domain import heartbeat
from longwatch.store import heartbeats
from longwatch.store.database import Store
from longwatch.store.heartbeats import MISSING, WAITING
from longwatch.store.tables import Inbox
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_heartbeats import Heartbeat, SourceStaleness, Watch
from longwatch.store.writing import changed, put

AWAY = timedelta(seconds=60)
"""A longer time between two looks was our own absence."""
NOTED = timedelta(seconds=15)
"""How often it is written down that we look."""
AT_ONCE = 100
NAME = "heartbeats"


class Watching:
    """Looks for silence in one desk. Looking twice, or in two processes at once, does no harm."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def look(self) -> int:
        """One look; returns how many heartbeats turned out to be missing."""
        with self._store.reading() as session:
            now = self._store.now(session)
            watch = session.get(Watch, NAME)
            late = heartbeats.due(session, now, AT_ONCE)
            marked = list(session.scalars(select(SourceStaleness)))
        if watch is None or now - watch.at > NOTED:
            self._note(watch.at if watch else now)
        missed = sum(self._judge(row) for row in late)
        for each in marked:
            self._mark(each.source, now - timedelta(seconds=each.after), now)
            self._unmark(each.source)
        return missed

    def _note(self, before: datetime) -> None:
        with self._store.writing() as session:
            now = self._store.now(session)
            if now - before > AWAY:
                _give_time(session, before, now)
            put(session, Watch, {"name": NAME, "at": now})

    def _judge(self, row: int) -> bool:
        with self._store.writing() as session:
            known = session.get(Heartbeat, row)
            if known is None or _waits(session, known):  # what it sent in time is here, and will be heard first
                return False
            if not heartbeats.is_active(session, known.source):
                _restart(known, self._store.now(session))
                return False
            return miss(self._store, session, row)

    def _mark(self, source: str, before: datetime, now: datetime) -> None:
        silent = *_firing(source), KnownAlert.last_at < before, KnownAlert.stale_at.is_(None)
        self._set(now, *silent)

    def _unmark(self, source: str) -> None:
        """A word since takes the mark away."""
        heard = *_firing(source), KnownAlert.stale_at.is_not(None), KnownAlert.last_at >= KnownAlert.stale_at
        self._set(None, *heard)

    def _set(self, stale_at: datetime | None, *which: ColumnElement[bool]) -> None:
        """Writes only where there is something to write: a look must cost next to nothing."""
        with self._store.reading() as session:
            if session.scalar(select(KnownAlert.source).where(*which).limit(1)) is None:
                return
        with self._store.writing() as session:
            changed(session, update(KnownAlert).where(*which).values(stale_at=stale_at))


def _firing(source: str) -> tuple[ColumnElement[bool], ...]:
    return KnownAlert.source == source, KnownAlert.state == "firing"


def _waits(session: Session, known: Heartbeat) -> bool:
    """Whether calls that came in time are here, and nobody has read them; what the desk says itself is none of them."""
    theirs = Inbox.state == "new", Inbox.source == known.source, Inbox.kind != desk.KIND
    waiting = select(Inbox.row).where(*theirs, Inbox.received_at <= known.due_at).limit(1)
    return session.scalar(waiting) is not None


def _give_time(session: Session, left: datetime, back: datetime) -> None:
    for row in session.scalars(select(Heartbeat).where(Heartbeat.state != MISSING, Heartbeat.due_at >= left)):
        if heartbeat.missed_with_us(row.due_at, row.grace, left, back):
            row.due_at = heartbeat.due(back, row.interval, row.grace)
    session.flush()


def _restart(known: Heartbeat, now: datetime) -> None:
    """A source that is switched off owes nothing; once it may send again it has all its time."""
    known.state, known.since = WAITING, now
    known.due_at = heartbeat.due(now, known.interval, known.grace)
