"""The tables of the desk: what was asked, what became of it, and what screens read."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant

Row = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only plain INTEGER keys
Id = String(120)


def partial(name: str, *columns: str, where: str, sqlite: str | None = None) -> Index:
    """An index of some rows alone. SQLite has no truth values: there a condition on one is spelt `= 1`."""
    return Index(name, *columns, sqlite_where=text(sqlite or where), postgresql_where=text(where))


class Counter(Base):
    """The last number given per kind of ticket. Gaps are allowed, repeats are not."""

    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(Id, primary_key=True)
    value: Mapped[int] = mapped_column(default=0)


class Command(Base):
    """What was asked of a ticket: accepted, dated, acknowledged. Its outcome is set once, by the ticket's own loop."""

    __tablename__ = "commands"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    ticket: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Id)  # which process decides it
    action: Mapped[str] = mapped_column(Id)
    actor: Mapped[str] = mapped_column(Id)
    data: Mapped[str] = mapped_column(Text)  # canonical JSON
    expected_version: Mapped[int | None]
    key: Mapped[str | None] = mapped_column(String(300), unique=True)  # the sender's own mark: accepted once
    accepted_at: Mapped[datetime] = mapped_column(Instant)
    wake_at: Mapped[datetime | None] = mapped_column(Instant)  # when the relay is to wake the ticket; none once settled
    wakes: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None] = mapped_column(String(20))  # applied | refused | parked
    reason: Mapped[str | None] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(Id)
    version: Mapped[int | None]  # of the ticket, after it
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        partial("ix_commands_pending", "ticket", "row", where="outcome IS NULL"),
        partial("ix_commands_wake", "wake_at", where="outcome IS NULL"),
        Index("ix_commands_ticket", "ticket", "row"),
        partial("ix_commands_undecided", "row", where="outcome IS NULL"),
        partial("ix_commands_parked", "row", where="outcome = 'parked'"),
    )


class JournalLine(Base):
    """One fact of a ticket, hash-chained, append only. `text` is the exact text that was hashed."""

    __tablename__ = "journal"
    ticket: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Process(Base):
    """A ticket or alert group as its loop last recorded it: the fold of its journal. Written by the journal alone."""

    __tablename__ = "processes"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Id)
    version: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(Text)
    next_alarm_at: Mapped[datetime | None] = mapped_column(Instant)
    next_alarm: Mapped[str | None] = mapped_column(Id)
    sealed_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (Index("ix_processes_next_alarm_at", "next_alarm_at"),)


class Ticket(Base):
    """The line of a ticket in lists. Written by the journal alone; every column follows from the recorded state."""

    __tablename__ = "tickets"
    number: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    open: Mapped[bool]
    priority: Mapped[int]
    impact: Mapped[int | None]
    urgency: Mapped[int | None]
    title_body: Mapped[str | None] = mapped_column(Id)
    category: Mapped[str | None] = mapped_column(Id)
    source: Mapped[str | None] = mapped_column(Id)
    requester: Mapped[str | None] = mapped_column(Id)
    assignee: Mapped[str | None] = mapped_column(Id)
    team: Mapped[str | None] = mapped_column(Id)
    ci: Mapped[str | None] = mapped_column(Id)
    service: Mapped[str | None] = mapped_column(Id)
    level: Mapped[int] = mapped_column(default=0)
    hold_reason: Mapped[str | None] = mapped_column(Id)
    queue_rank: Mapped[int] = mapped_column(server_default=text("300"))  # the less the sooner: priority, raised by age
    major: Mapped[str | None] = mapped_column(String(20))  # where a major incident stands; none for any other ticket
    due_at: Mapped[datetime] = mapped_column(Instant)  # the nearest deadline of a clock; the year 9999 when none runs
    opened_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]

    __table_args__ = (
        partial("ix_tickets_open_due", "due_at", "number", where="open", sqlite="open = 1"),
        Index(
            "ix_tickets_open_assignee",
            "assignee",
            "due_at",
            "number",
            "status",  # so that a person's load is counted without looking at the tickets
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        partial("ix_tickets_open_kind", "kind", "due_at", "number", where="open", sqlite="open = 1"),
        partial("ix_tickets_open_team", "team", "due_at", "number", where="open", sqlite="open = 1"),
        Index("ix_tickets_open_ci", "ci", "due_at", "number"),
        Index("ix_tickets_ci", "ci", "opened_at", "number"),
        partial("ix_tickets_ended", "updated_at", "number", where="NOT open", sqlite="open = 0"),
        Index("ix_tickets_status_due", "status", "due_at", "number"),
        Index("ix_tickets_opened", "opened_at", "number"),
        Index("ix_tickets_updated", "updated_at", "number"),
        Index("ix_tickets_priority", "priority", "opened_at", "number"),
        Index("ix_tickets_queue_rank", "queue_rank", "opened_at", "number"),
        partial("ix_tickets_major", "major", "opened_at", "number", where="major IS NOT NULL"),
        Index("ix_tickets_requester", "requester", "updated_at", "number"),
    )


class Body(Base):
    """A text somebody wrote. Facts hold its digest only, so that it can be erased and the proof still holds."""

    __tablename__ = "bodies"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    ticket: Mapped[str] = mapped_column(Id, index=True)
    author: Mapped[str] = mapped_column(Id)
    salt: Mapped[str] = mapped_column(String(64))
    text: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)


class Inbox(Base):
    """A call of a monitoring tool, as it came. `state`: new | split | parked."""

    __tablename__ = "inbox"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Id)
    body: Mapped[str] = mapped_column(Text)
    size: Mapped[int]  # members
    received_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(20), default="new")
    position: Mapped[int] = mapped_column(default=0)  # members split so far
    split_at: Mapped[datetime | None] = mapped_column(Instant)
    alerts: Mapped[int | None]  # translated; the rest of `size` is parked
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (partial("ix_inbox_new", "row", where="state = 'new'"),)


class AlertRoute(Base):
    """Where an alert that fires belongs, until its group is sealed."""

    __tablename__ = "alert_routes"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(300), primary_key=True)
    group: Mapped[str] = mapped_column(Id, index=True)
    key: Mapped[str] = mapped_column(Text)
    ci: Mapped[str | None] = mapped_column(Id)


class Parked(Base):
    """A member of a call that could not be translated: kept, visible, harming only itself."""

    __tablename__ = "parked"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    inbox: Mapped[int] = mapped_column(Row, index=True)
    position: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    parked_at: Mapped[datetime] = mapped_column(Instant)


class Source(Base):
    """A monitoring tool that may send. Only its key's digest is kept; `settings` are the alert group's, in seconds."""

    __tablename__ = "sources"
    name: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Id)
    key_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Delivery(Base):
    """A message to one person or address. `id` is its idempotency key: ticket, line, position, recipient, channel."""

    __tablename__ = "deliveries"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(300), unique=True)
    ticket: Mapped[str] = mapped_column(Id, index=True)
    recipient: Mapped[str] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(String(20))  # console | mail | webhook | tool
    template: Mapped[str] = mapped_column(Id)
    data: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    relayed_at: Mapped[datetime | None] = mapped_column(Instant)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    failed_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    read_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        partial("ix_deliveries_due", "row", where="relayed_at IS NULL"),
        partial("ix_deliveries_undelivered", "row", where="delivered_at IS NULL"),
        Index("ix_deliveries_recipient", "recipient", "channel", "row"),
        partial("ix_deliveries_unread", "recipient", "channel", where="read_at IS NULL"),
    )


class Run(Base):
    """One run of a ticket's workflow, and its history once it was exported: the engine forgets closed ones."""

    __tablename__ = "runs"
    ticket: Mapped[str] = mapped_column(Id, primary_key=True)
    run: Mapped[str] = mapped_column(Id, primary_key=True)
    workflow: Mapped[str] = mapped_column(Id)  # the type
    first_seq: Mapped[int]  # the journal's last line when the run began
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended: Mapped[bool] = mapped_column(default=False)
    exported_at: Mapped[datetime | None] = mapped_column(Instant)
    history: Mapped[bytes | None]  # gzip of the engine's own JSON, payloads as encrypted as they were

    __table_args__ = (
        partial(
            "ix_runs_due",
            "started_at",
            where="ended AND exported_at IS NULL",
            sqlite="ended = 1 AND exported_at IS NULL",
        ),
    )


class Lease(Base):
    """Who does a job that one process at a time should do; a hint for economy, never for correctness."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(Id, primary_key=True)
    holder: Mapped[str] = mapped_column(Id)
    until: Mapped[datetime] = mapped_column(Instant)


class Configuration(Base):
    """A policy, calendar, matrix, ladder or routing rule, by version; tickets pin the version they run under."""

    __tablename__ = "configurations"
    kind: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Person(Base):
    """Somebody who signs in. Roles are judged in domain/roles.py."""

    __tablename__ = "people"
    login: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    password: Mapped[str | None] = mapped_column(String(200))  # argon2
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)
    present: Mapped[bool] = mapped_column(default=True)  # takes new work
    time_zone: Mapped[str] = mapped_column(Id, default="UTC")
    created_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def actor(self) -> str:
        """How commands and facts name this person."""
        return f"user:{self.login}"


class Team(Base):
    """People who share work."""

    __tablename__ = "teams"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class Membership(Base):
    """Who belongs to which team."""

    __tablename__ = "memberships"
    team: Mapped[str] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), primary_key=True, index=True)


class SignIn(Base):
    """A person's session in a browser, kept here so that it can really be ended."""

    __tablename__ = "sign_ins"
    id_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    address: Mapped[str] = mapped_column(Id)
    agent: Mapped[str] = mapped_column(String(300))


class Token(Base):
    """A key for programs; only its digest is kept."""

    __tablename__ = "tokens"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("people.login"), index=True)
    name: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Ci(Base):
    """A configuration item: what a ticket is about. Criticality 1 (high) to 3.

    `needs` says of how many of the items it relies on it must have alive, by type of relation. An item that ended
    (retired, or obsolete because no source reports it any more) fails nothing and is hit by nothing. One that was
    merged into another stays for the tickets that name it; it is shown as the other one.
    """

    __tablename__ = "cis"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    class_: Mapped[str] = mapped_column("class", Id, default="server")
    criticality: Mapped[int | None]
    owner_team: Mapped[str | None] = mapped_column(Id)
    service: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str | None] = mapped_column(Id)  # of its life cycle, as its class names it
    users: Mapped[int | None]  # how many people use it
    needs: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    updated_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    obsolete_at: Mapped[datetime | None] = mapped_column(Instant)  # no source reports it any more
    merged_into: Mapped[str | None] = mapped_column(Id)
    complaints: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # why it does not fit its class
    words: Mapped[str] = mapped_column(Text, default="", server_default="")  # what a search looks through, lower case

    __table_args__ = (
        Index("ix_cis_name", "name", "id"),
        Index("ix_cis_class", "class", "name", "id"),
        partial("ix_cis_merged_into", "merged_into", where="merged_into IS NOT NULL"),
    )


class CiAlias(Base):
    """Another name of a CI (host name, address, cloud id), lower case: how alerts find it.

    Several may be called the same; `rank` tells which is meant: the lower, the more trusted is who calls it so.
    """

    __tablename__ = "ci_aliases"
    alias: Mapped[str] = mapped_column(String(200), primary_key=True)
    ci: Mapped[str] = mapped_column(ForeignKey("cis.id"), primary_key=True, index=True)
    rank: Mapped[int] = mapped_column(default=1, server_default="1")


class Audit(Base):
    """What administrators changed, and who read what an auditor may read."""

    __tablename__ = "audit"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(Id)
    action: Mapped[str] = mapped_column(Id)
    subject: Mapped[str] = mapped_column(Id)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
