"""What the database says of an installation's health: its own condition, and what waits too long in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, select, text
from sqlalchemy.orm import Session

from longwatch.store import migrate
from longwatch.store.database import Store
from longwatch.store.tables import Command, Delivery, Inbox, Parked, Process, Run

LATE = timedelta(minutes=1)
"""What waits longer than this is not just being done."""
LATE_EXPORT = timedelta(minutes=10)
RECENTLY = timedelta(days=7)
"""What was set aside longer ago is history."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; when it is not well, `advice` says what to do next."""

    what: str
    well: bool
    text: str
    advice: str = ""


def of_tables(engine: Engine) -> Finding:
    """Whether the tables are those of this release. Raises SQLAlchemyError when the database does not answer."""
    here, newest = migrate.revisions(engine)
    if here != newest:
        return Finding(
            "tables", well=False, text=f"at revision {here}, this release needs {newest}", advice="longwatch db upgrade"
        )
    differences = migrate.differences(engine)
    if differences:
        advice = "Somebody changed the tables by hand: take that back, or restore a backup."
        return Finding(
            "tables", well=False, text=f"differ from this release: {'; '.join(differences)[:300]}", advice=advice
        )
    return Finding("tables", well=True, text=f"revision {here}")


def of_durability(engine: Engine) -> Finding:
    """Whether acknowledged means on disk."""
    wanted = (
        {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
        if engine.dialect.name == "sqlite"
        else {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "server_encoding": "UTF8"}
    )
    with engine.connect() as connection:
        ask = "PRAGMA" if engine.dialect.name == "sqlite" else "SHOW"
        found = {name: str(connection.execute(text(f"{ask} {name}")).scalar()) for name in wanted}
    wrong = [f"{name} is {found[name]}, not {value}" for name, value in wanted.items() if found[name] != value]
    if wrong:
        advice = "Acknowledged requests may be lost in a power cut: set these in the database's configuration."
        return Finding("durability", well=False, text="; ".join(wrong), advice=advice)
    return Finding("durability", well=True, text=", ".join(f"{name}={value}" for name, value in found.items()))


def of_work(store: Store) -> list[Finding]:
    """What waits longer than it should, and what was set aside."""
    with store.reading() as session:
        now = store.now(session)
        return [*_late(session, now - LATE), *_unkept(session, now - LATE_EXPORT), *_set_aside(session, now - RECENTLY)]


def _late(session: Session, late: datetime) -> Iterator[Finding]:
    yield _none(
        _count(session, Command, Command.outcome.is_(None), Command.accepted_at < late),
        "commands",
        "accepted over a minute ago and not decided",
        "See that engine and worker run; `longwatch rebuild` starts tickets whose workflow is lost.",
    )
    yield _none(
        _count(session, Process, Process.next_alarm_at < late, Process.sealed_at.is_(None)),
        "alarms",
        "overdue by more than a minute",
        "See that engine and worker run; then `longwatch rebuild`.",
    )
    yield _none(
        _count(session, Inbox, Inbox.state == "new", Inbox.received_at < late),
        "calls",
        "of monitoring tools not split after a minute",
        "See that the worker runs; its log says what holds it up.",
    )


def _unkept(session: Session, late: datetime) -> Iterator[Finding]:
    yield _none(
        _count(session, Run, Run.ended.is_(True), Run.exported_at.is_(None), Run.started_at < late),
        "exports",
        "ended runs whose history is not kept yet",
        "See that engine and worker run: the engine forgets closed histories when its retention ends.",
    )
    yield _none(
        _count(session, Run, Run.exported_at.is_not(None), Run.history.is_(None)),
        "histories",
        "runs whose history the engine had forgotten before it was kept",
        "Their tickets can no longer be proven by replay. Raise the retention (docs/operations.md).",
    )


def _set_aside(session: Session, since: datetime) -> Iterator[Finding]:
    yield _none(
        _count(session, Parked, Parked.parked_at > since)
        + _count(session, Inbox, Inbox.state == "parked", Inbox.received_at > since)
        + _count(session, Command, Command.outcome == "parked", Command.settled_at > since),
        "parked",
        "set aside in the last seven days",
        "The Inbox page shows each with its reason.",
    )
    yield _none(
        _count(session, Delivery, Delivery.failed_at > since),
        "messages",
        "that could not be delivered in the last seven days",
        "The Inbox page shows each with its reason; check the mail settings below.",
    )


def _count(session: Session, table: type[Any], *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def _none(count: int, what: str, told: str, advice: str) -> Finding:
    return Finding(what, count == 0, f"{count} {told}" if count else f"none {told}", advice if count else "")
