"""What tools are told of incidents behind which their alerts stand: where each is told, and every word with its end."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant
from longwatch.store.tables import Id, Row, partial


class SourceBack(Base):
    """Where the tool behind a source is told what became of its alerts, and what it wants to hear."""

    __tablename__ = "source_backs"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(Text)
    user: Mapped[str] = mapped_column(Text)  # empty: none
    secret: Mapped[str | None] = mapped_column(Text)  # sealed
    authority: Mapped[str | None] = mapped_column(Text)  # PEM: whose certificates are believed besides the usual ones
    tells: Mapped[list[str]] = mapped_column(JSON)  # of acknowledged, resolved, reopened
    hours: Mapped[int]  # how long a silence stands unless it is extended
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    active: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(Instant)


class BackCall(Base):
    """One word to one tool about one alert, and what came of it. `id` is also that of its delivery.

    A test is about no alert and no incident. `state`: due | done | failed | skipped. `seq` is the journal's line that
    it follows from, `turn` counts what was tried again or made longer since.
    """

    __tablename__ = "back_calls"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(300), unique=True)
    incident: Mapped[str] = mapped_column(Id)
    seq: Mapped[int]
    turn: Mapped[int]
    source: Mapped[str] = mapped_column(Id)
    fingerprint: Mapped[str] = mapped_column(String(300))
    what: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int]
    trying_at: Mapped[datetime | None] = mapped_column(Instant)  # when the last attempt began
    remote: Mapped[str | None] = mapped_column(Text)  # the tool's own id of what was done, as of a silence
    ends_at: Mapped[datetime | None] = mapped_column(Instant)  # when what was done ends by itself
    answer: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    again: Mapped[str | None] = mapped_column(String(300))  # the call that tried it once more

    __table_args__ = (
        Index("ix_back_calls_incident", "incident", "row"),
        Index("ix_back_calls_source", "source", "row"),
        Index("ix_back_calls_alert", "source", "fingerprint", "row"),
        partial("ix_back_calls_failed", "row", where="state = 'failed'"),
    )
