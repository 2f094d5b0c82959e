"""Who has a voice in which approval, who is away, and who stands in for them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant
from longwatch.store.tables import Id, Row, partial


class Voice(Base):
    """Somebody who may raise a voice in a stage of an approval, or might once. Written by the journal alone.

    `holder` is whose voice it is: the person's own, or the approver's they stand in for. `status`: open (it waits for
    their vote), voted, or closed (decided, recalled, voided, or the voice was lost). Rows stay when the voice is gone:
    whoever was asked may look up later what they were asked.
    """

    __tablename__ = "voices"
    ticket: Mapped[str] = mapped_column(Id, primary_key=True)
    stage: Mapped[str] = mapped_column(Id, primary_key=True)
    person: Mapped[str] = mapped_column(Id, primary_key=True)  # user:<login>
    holder: Mapped[str] = mapped_column(Id)
    why: Mapped[str] = mapped_column(String(500))  # by role:approver | delegate of user:kim
    stage_title: Mapped[str] = mapped_column(Id)
    status: Mapped[str] = mapped_column(String(20))
    decision: Mapped[str | None] = mapped_column(String(20))
    voted_by: Mapped[str | None] = mapped_column(Id)
    round: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_voices_person", "person", "status", "due_at", "ticket", "stage"),
        partial("ix_voices_open", "due_at", "ticket", "stage", "person", where="status = 'open'"),
    )


class Absence(Base):
    """A time when somebody is away. `delegate`, a login, votes for them meanwhile. No end: until it is taken back."""

    __tablename__ = "absences"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    login: Mapped[str] = mapped_column(ForeignKey("people.login"))
    begins_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    delegate: Mapped[str | None] = mapped_column(ForeignKey("people.login"))
    entered_by: Mapped[str] = mapped_column(Id)
    entered_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index("ix_absences_login", "login", "begins_at"),)


class Deputy(Base):
    """Who stands in for a person in every absence that names nobody else."""

    __tablename__ = "deputies"
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), primary_key=True)
    deputy: Mapped[str] = mapped_column(ForeignKey("people.login"))
    named_by: Mapped[str] = mapped_column(Id)
    named_at: Mapped[datetime] = mapped_column(Instant)
