"""Planned work, freezes and maintenance, as calendars show them; and the secret addresses of calendars."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant
from longwatch.store.tables import Id, Row, partial


class PlannedWork(Base):
    """A change in the forward schedule. Written by the journal alone; every column follows from the recorded state.

    `stands`: it is to take place or takes place, so others must reckon with it; `firm`: it is authorised, too.
    """

    __tablename__ = "planned_work"
    ticket: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    type: Mapped[str] = mapped_column(String(20))  # normal | standard | emergency
    status: Mapped[str] = mapped_column(String(20))
    stands: Mapped[bool]
    firm: Mapped[bool]
    begin: Mapped[datetime] = mapped_column(Instant)
    end: Mapped[datetime] = mapped_column(Instant)
    title_body: Mapped[str | None] = mapped_column(Id)
    requester: Mapped[str | None] = mapped_column(Id)
    team: Mapped[str | None] = mapped_column(Id)
    assignee: Mapped[str | None] = mapped_column(Id)
    model: Mapped[str | None] = mapped_column(Id)
    outcome: Mapped[str | None] = mapped_column(String(40))  # of the review, once closed
    version: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_planned_work_begin", "begin", "ticket"),
        partial("ix_planned_work_stands", "end", "begin", where="stands", sqlite="stands = 1"),
        partial("ix_planned_work_model", "model", "outcome", where="outcome IS NOT NULL"),
    )


class PlannedCi(Base):
    """An item that a planned change touches."""

    __tablename__ = "planned_cis"
    ticket: Mapped[str] = mapped_column(ForeignKey("planned_work.ticket", ondelete="CASCADE"), primary_key=True)
    ci: Mapped[str] = mapped_column(Id, primary_key=True)

    __table_args__ = (Index("ix_planned_cis_ci", "ci", "ticket"),)


class AgreedWindow(Base):
    """A freeze or a maintenance window. `times`: it comes back every week until `end`, which may be open."""

    __tablename__ = "agreed_windows"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))  # freeze | maintenance
    name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    scope: Mapped[dict[str, Any]] = mapped_column(JSON)  # {"kind", "names"}
    begin: Mapped[datetime] = mapped_column(Instant)
    end: Mapped[datetime] = mapped_column(Instant)  # the year 9999 when it is open
    times: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    blocking: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)  # counts the edits, so that one does not undo another unseen
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index("ix_agreed_windows_end", "end", "begin"),)


class CalendarFeed(Base):
    """The secret address under which a person's calendar program fetches the schedule. Only its digest is kept."""

    __tablename__ = "calendar_feeds"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    name: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
