"""What every source has sent, and what of it was refused: counted in the transactions that do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from longwatch.store.tables import Inbox
from longwatch.store.tables_intake import RefusedCall, SourceCount
from longwatch.store.writing import changed, insert_once, put

KEPT = 10
"""Refused calls kept of each source: the last ones."""
BODY = 20_000
"""Characters kept of each."""

_NONE = {"calls": 0, "alerts": 0, "remarks": 0, "tests": 0, "parked": 0, "refused": 0}


def count(session: Session, source: str, more: Mapping[str, int], seen_at: datetime) -> None:
    """Adds to the counters of a source what a slice of its calls held."""
    insert_once(session, SourceCount, {"source": source, **_NONE})
    values: dict[str, Any] = {name: getattr(SourceCount, name) + number for name, number in more.items()}
    mine = update(SourceCount).where(SourceCount.source == source)
    changed(session, mine.values(seen_at=seen_at, **values))


@dataclass(frozen=True)
class Refusal:
    """Why a call was refused, and how it began."""

    code: int
    reason: str
    body: str


def refuse(session: Session, source: str, refusal: Refusal, now: datetime) -> None:
    """Notes a refused call and keeps its beginning, in place of the tenth last."""
    insert_once(session, SourceCount, {"source": source, **_NONE})
    values = {"refused": SourceCount.refused + 1, "refused_at": now, "reason": refusal.reason[:1_000]}
    mine = update(SourceCount).where(SourceCount.source == source).values(**values).returning(SourceCount.refused)
    number = session.execute(mine, execution_options={"synchronize_session": False}).scalar_one()
    kept = {"at": now, "code": refusal.code, "reason": refusal.reason[:1_000], "body": refusal.body[:BODY]}
    put(session, RefusedCall, {"source": source, "slot": number % KEPT, **kept})


def counts(session: Session) -> dict[str, SourceCount]:
    """The counters of every source that has any, by its name."""
    return {row.source: row for row in session.scalars(select(SourceCount))}


def refused_calls(session: Session, source: str) -> list[RefusedCall]:
    """The last refused calls of a source, the newest first."""
    mine = select(RefusedCall).where(RefusedCall.source == source)
    return list(session.scalars(mine.order_by(RefusedCall.at.desc(), RefusedCall.slot.desc())))


def last_call(session: Session, source: str, kind: str) -> str | None:
    """The last call that was stored for a source, of its own kind, as it came."""
    mine = select(Inbox.body).where(Inbox.source == source, Inbox.kind == kind)
    return session.scalar(mine.order_by(Inbox.row.desc()).limit(1))
