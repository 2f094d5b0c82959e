"""What became of tickets, for reports: one row for each that was solved, made or fulfilled at some time."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant
from longwatch.store.tables import Id


class Outcome(Base):
    """How a ticket ended, and when: follows from its recorded state, and goes away while it is open again."""

    __tablename__ = "outcomes"
    ticket: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    type: Mapped[str | None] = mapped_column(String(20))  # of a change
    priority: Mapped[int]
    outcome: Mapped[str] = mapped_column(Id)  # of a change its review's, else the code it was resolved with
    opened_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime] = mapped_column(Instant)  # resolved, fulfilled, or implemented
    incidents: Mapped[int]  # of a problem: those linked to it as caused by it
    recurrences: Mapped[int]  # of a problem: how often it came back after it had been solved

    __table_args__ = (Index("ix_outcomes_ended", "kind", "ended_at"),)
