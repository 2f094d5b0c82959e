"""Tasks of tickets, as lists show them; and what signs the calls to the tools that do some of them."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant
from longwatch.store.tables import Id, partial


class TaskRow(Base):
    """A task or back-out of a ticket's present plan. Written by the journal alone; every column follows from the state.

    `unsettled`: somebody has to do something about it now, because it is open, or failed and waits to be tried again.
    """

    __tablename__ = "tasks"
    ticket: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    position: Mapped[int]  # in the plan; back-outs follow, in the order in which they are made
    stage: Mapped[int]
    back_out: Mapped[bool]
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))  # manual | automatic
    hook: Mapped[str | None] = mapped_column(Id)
    status: Mapped[str] = mapped_column(String(20))
    unsettled: Mapped[bool]
    team: Mapped[str | None] = mapped_column(Id)
    person: Mapped[str | None] = mapped_column(Id)  # user:<login>
    attempt: Mapped[int]
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)  # the year 9999 when it has no time limit
    overdue: Mapped[bool]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        partial("ix_tasks_person", "person", "due_at", "ticket", "id", where="unsettled", sqlite="unsettled = 1"),
        partial("ix_tasks_team", "team", "due_at", "ticket", "id", where="unsettled", sqlite="unsettled = 1"),
        partial("ix_tasks_due", "due_at", "ticket", "id", where="unsettled", sqlite="unsettled = 1"),
        Index("ix_tasks_hook", "hook", "ticket", "id"),
        Index("ix_tasks_of_person", "person", "ticket"),
        Index("ix_tasks_of_team", "team", "ticket"),
    )


class HookSecret(Base):
    """What signs the calls to a hook, sealed with the installation's key: it is never shown, logged or journalled."""

    __tablename__ = "hook_secrets"
    hook: Mapped[str] = mapped_column(Id, primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(Instant)
