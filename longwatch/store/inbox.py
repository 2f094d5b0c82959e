"""The inbox: calls of monitoring tools as they came; and everything in the desk that waits or was set aside."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from longwatch.store.database import Store
from longwatch.store.tables import Command, Delivery, Inbox, Parked

MOST_OF_EACH = 100

STUCK = timedelta(seconds=2)
"""The relay looks many times a second; what it has left alone for so long waits for something else."""

_NEW = Inbox.state == "new"
_UNDECIDED = Command.outcome.is_(None)
_PARKED = Command.outcome == "parked"
_UNDELIVERED = Delivery.delivered_at.is_(None)


@dataclass(frozen=True)
class Waiting:
    """Something that waits: call | command | delivery, or parked_call | parked_member | parked_command | failed."""

    what: str
    id: str
    about: str
    since: datetime
    why: str


@dataclass(frozen=True)
class Call:
    """A call of a tool as it came; `size` is its number of members."""

    source: str
    kind: str
    body: str
    size: int


def keep(store: Store, session: Session, calls: Sequence[Call]) -> None:
    """Stores calls; from the commit on nothing of them can be lost."""
    now = store.now(session)
    session.execute(insert(Inbox), [{**asdict(call), "received_at": now, "state": "new"} for call in calls])


def waiting(session: Session, most: int = MOST_OF_EACH) -> list[Waiting]:
    """Everything that waits or was set aside, the oldest first, at most so many of each kind."""
    found = [
        *_told(session, select(Inbox).where(_NEW).order_by(Inbox.row).limit(most), _call),
        *_told(session, select(Inbox).where(Inbox.state == "held").order_by(Inbox.row).limit(most), _held_call),
        *_told(session, select(Inbox).where(Inbox.state == "parked").order_by(Inbox.row.desc()).limit(most), _bad_call),
        *_told(session, select(Parked).order_by(Parked.row.desc()).limit(most), _member),
        *_told(session, select(Command).where(_UNDECIDED).order_by(Command.row).limit(most), _command),
        *_told(session, select(Command).where(_PARKED).order_by(Command.row.desc()).limit(most), _parked_command),
        *_told(session, select(Delivery).where(_UNDELIVERED).order_by(Delivery.row).limit(most), _delivery),
    ]
    return sorted(found, key=lambda item: (item.since, item.what, item.id))


def counts(session: Session) -> dict[str, int]:
    """How many wait of each kind."""
    conditions: dict[str, tuple[Any, ColumnElement[bool] | None]] = {
        "calls": (Inbox.row, _NEW),
        "commands": (Command.row, _UNDECIDED),
        "deliveries": (Delivery.row, _UNDELIVERED & Delivery.failed_at.is_(None)),
        "failed_deliveries": (Delivery.row, _UNDELIVERED & Delivery.failed_at.is_not(None)),
        "parked_members": (Parked.row, None),
        "parked_commands": (Command.row, _PARKED),
    }
    return {name: _count(session, column, condition) for name, (column, condition) in conditions.items()}


def _count(session: Session, column: Any, condition: ColumnElement[bool] | None) -> int:
    counted = select(func.count(column))
    return session.scalar(counted if condition is None else counted.where(condition)) or 0


def _told(session: Session, query: Any, tell: Callable[[Any], Waiting]) -> list[Waiting]:
    return [tell(row) for row in session.scalars(query)]


def _call(row: Inbox) -> Waiting:
    why = f"Stored; waits to be split into its {row.size} alerts."
    return Waiting("call", str(row.row), row.source, row.received_at, why)


def _held_call(row: Inbox) -> Waiting:
    why = "Stored; waits for the certificate that proves its signature."
    return Waiting("call", str(row.row), row.source, row.received_at, why)


def _bad_call(row: Inbox) -> Waiting:
    return Waiting("parked_call", str(row.row), row.source, row.received_at, row.reason or "It could not be split.")


def _member(row: Parked) -> Waiting:
    return Waiting("parked_member", str(row.row), f"call {row.inbox}, alert {row.position}", row.parked_at, row.reason)


def _command(row: Command) -> Waiting:
    times = f", woken {row.wakes} times so far" if row.wakes else ""
    return Waiting(
        "command", row.id, row.ticket, row.accepted_at, f"{row.action}: accepted, not decided by its ticket yet{times}."
    )


def _parked_command(row: Command) -> Waiting:
    why = f"{row.action}: could not be decided: {row.reason}"
    return Waiting("parked_command", row.id, row.ticket, row.settled_at or row.accepted_at, why)


def _delivery(row: Delivery) -> Waiting:
    about = f"{row.ticket} to {row.recipient}"
    if row.failed_at is not None:
        return Waiting("failed", row.id, about, row.failed_at, row.reason or "It could not be delivered.")
    why = row.reason or ("Waits to be handed over." if row.relayed_at is None else "Being delivered.")
    return Waiting("delivery", row.id, about, row.created_at, why)


def is_stuck(session: Session, now: datetime) -> bool:
    """Whether commands that should be on their way have not even been handed over: engine or relay are away."""
    late = select(Command.row).where(_UNDECIDED, Command.wake_at < now - STUCK).limit(1)
    return session.scalar(late) is not None


def oldest(session: Session) -> tuple[datetime | None, datetime | None]:
    """Since when the oldest undecided command, and the oldest call, have been waiting."""
    command = session.scalar(select(Command.accepted_at).where(_UNDECIDED).order_by(Command.row).limit(1))
    return command, session.scalar(select(Inbox.received_at).where(_NEW).order_by(Inbox.row).limit(1))
