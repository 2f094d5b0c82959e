"""Signals that must not fall silent, and what the tools are asked."""

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant
from longwatch.store.tables import Id, Row, partial


class Heartbeat(Base):
    """A sign of life that a source owes, on a clock of its own: silence is an alert.

    `signal`: empty, any call of the source counts; `label=value, ...`, an alert with these labels; any other text, an
    alert of this fingerprint, or a job that says this name at the door. `state`: waiting | alive | missing.
    """

    __tablename__ = "heartbeats"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(Id)
    signal: Mapped[str] = mapped_column(String(200), default="")
    interval: Mapped[int]  # seconds between two signs of life
    grace: Mapped[int]  # seconds by which one may be late
    severity: Mapped[str] = mapped_column(String(20))
    ci: Mapped[str | None] = mapped_column(Id)
    guards: Mapped[bool]  # while it is missing, no end of an alert that its source tells is believed
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    since: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    beats: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint("source", "signal", name="uq_heartbeats_signal"),
        partial("ix_heartbeats_due", "due_at", where="state <> 'missing'"),
    )


class Watch(Base):
    """When it was last looked for what is due. A longer gap was our own absence: nobody could be heard meanwhile."""

    __tablename__ = "watches"
    name: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class SourceStaleness(Base):
    """After how many seconds without a word the firing alerts of a source are marked stale. No row: never."""

    __tablename__ = "source_staleness"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    after: Mapped[int]


class SourcePoll(Base):
    """How the desk asks a tool itself what is firing there."""

    __tablename__ = "source_polls"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # alertmanager | icinga2
    url: Mapped[str] = mapped_column(Text)
    login: Mapped[str] = mapped_column(String(200), default="")  # empty: the secret is a bearer token
    secret: Mapped[str | None] = mapped_column(Text)  # sealed
    authority: Mapped[str] = mapped_column(Text, default="")  # certificates in PEM that vouch for the tool
    any_name: Mapped[bool] = mapped_column(default=False)  # its certificate need not bear the name of its host
    scope: Mapped[str] = mapped_column(Text, default="")  # a receiver of Alertmanager, a filter of Icinga
    every: Mapped[int]  # seconds
    grace: Mapped[int]  # seconds an alert must be gone there before it counts as over
    active: Mapped[bool] = mapped_column(default=True)
    wanted_at: Mapped[datetime | None] = mapped_column(Instant)  # somebody wants an answer now
    last_at: Mapped[datetime | None] = mapped_column(Instant)
    last_ok_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)  # why the last one failed


class PollRun(Base):
    """The report of one time that a tool was asked.

    `state`: complete | partial | failed. Only a complete answer says by silence that an alert is over.
    """

    __tablename__ = "poll_runs"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Instant)
    milliseconds: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    seen: Mapped[int] = mapped_column(default=0)  # alerts firing there
    opened: Mapped[int] = mapped_column(default=0)
    cleared: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)  # gone there, but not believed yet
    remarks: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_poll_runs_source", "source", "row"),)


class PollNote(Base):
    """What is remembered of one alert from one poll to the next: since when it is gone there, and what was said of it.

    `polls`: how many complete answers in a row did not name it. `told`: the last remark.
    """

    __tablename__ = "poll_notes"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(300), primary_key=True)
    gone_at: Mapped[datetime | None] = mapped_column(Instant)
    polls: Mapped[int] = mapped_column(default=0)
    told: Mapped[str] = mapped_column(Text, default="")
