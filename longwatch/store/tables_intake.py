"""What monitoring intake needs besides its inbox: how sources prove themselves, what was refused and answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant
from longwatch.store.tables import Id, Inbox, Row

Index("ix_inbox_source", Inbox.source, Inbox.row)  # the last call of a source
Index(
    "ix_inbox_new_source",  # every source's calls are split in turn
    Inbox.source,
    Inbox.row,
    sqlite_where=text("state = 'new'"),
    postgresql_where=text("state = 'new'"),
)
Index(
    "ix_inbox_held",  # calls that wait for their signature to be checked
    Inbox.row,
    sqlite_where=text("state = 'held'"),
    postgresql_where=text("state = 'held'"),
)


class SourceSetup(Base):
    """What a source asks beyond its key, and how its JSON is read. No row: the key alone, from any address."""

    __tablename__ = "source_setups"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    networks: Mapped[list[str]] = mapped_column(JSON, default=list)  # who may send; empty: any address
    signature: Mapped[str | None] = mapped_column(Id)  # how calls are signed; none: not at all
    secret: Mapped[str | None] = mapped_column(Text)  # sealed
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # of a mapped source: where in its JSON things stand


class SourceOldKey(Base):
    """The key a source had before: it opens until the overlap of the rotation is over."""

    __tablename__ = "source_old_keys"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(Id, index=True)
    until: Mapped[datetime] = mapped_column(Instant)


class SourceCount(Base):
    """What a source has sent so far. Counted when calls are split, refusals when they are answered."""

    __tablename__ = "source_counts"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    calls: Mapped[int] = mapped_column(default=0)
    alerts: Mapped[int] = mapped_column(default=0)
    remarks: Mapped[int] = mapped_column(default=0)
    tests: Mapped[int] = mapped_column(default=0)
    parked: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    refused_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)  # of the last refusal


class RefusedCall(Base):
    """One of the last calls of a source that were refused, kept for who mends the sender."""

    __tablename__ = "refused_calls"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    code: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)


class SeenSignature(Base):
    """A signed call that was taken: the same again is answered and not taken twice."""

    __tablename__ = "seen_signatures"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class AlertRemark(Base):
    """What a tool said about an alert that neither began nor ended it: acknowledged, noted, planned, flapping."""

    __tablename__ = "alert_remarks"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    inbox: Mapped[int] = mapped_column(Row, index=True)
    position: Mapped[int]
    source: Mapped[str] = mapped_column(Id)
    fingerprint: Mapped[str] = mapped_column(String(300))
    about: Mapped[str] = mapped_column(String(20))
    author: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_alert_remarks_alert", "source", "fingerprint", "row"),
        Index("ix_alert_remarks_source", "source", "row"),
    )


class OpsgenieRequest(Base):
    """A request taken at the Opsgenie door: clients ask later what became of it."""

    __tablename__ = "opsgenie_requests"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    source: Mapped[str] = mapped_column(Id)
    action: Mapped[str] = mapped_column(Id)
    alias: Mapped[str] = mapped_column(Text)
    alert: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index("ix_opsgenie_requests_alert", "source", "alert"),)


class CorrelatedTicket(Base):
    """The ticket that a source opened under a correlation of its own, and the alert group behind it."""

    __tablename__ = "correlated_tickets"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    correlation: Mapped[str] = mapped_column(String(300), primary_key=True)
    number: Mapped[str] = mapped_column(Id, index=True)
    sys_id: Mapped[str] = mapped_column(String(32), unique=True)
    group: Mapped[str] = mapped_column(Id)
    episode: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Instant)


class SnsTopic(Base):
    """A topic of Amazon SNS that asked to be confirmed. `state`: asked | confirmed | failed."""

    __tablename__ = "sns_topics"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    topic: Mapped[str] = mapped_column(String(300), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    url: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)


class SnsCertificate(Base):
    """A certificate that Amazon SNS signs with. `pem` is empty until it was fetched."""

    __tablename__ = "sns_certificates"
    url: Mapped[str] = mapped_column(String(500), primary_key=True)
    pem: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    fetched_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
