"""The desk in figures: what is open, missed, waiting and set aside."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from longwatch.store import inbox
from longwatch.store.tables import Process, Ticket

LATE = timedelta(seconds=15)
"""An alarm that has not rung this long after it was due is overdue: something does not run."""


@dataclass(frozen=True)
class Figures:
    """Counts, and ages in seconds. `open`: status, priority, how many."""

    open: tuple[tuple[str, int, int], ...]
    breached: int
    waiting: dict[str, int]
    oldest_command: float
    oldest_call: float
    overdue_alarms: int

    def plain(self) -> Iterator[tuple[str, str, float]]:
        """Each figure that is one number: name, meaning, value."""
        yield "longwatch_breached_tickets", "Open tickets whose nearest deadline has passed.", self.breached
        yield "longwatch_overdue_alarms", "Deadlines that should have rung and did not.", self.overdue_alarms
        yield "longwatch_oldest_command_seconds", "Age of the oldest undecided command.", self.oldest_command
        yield "longwatch_oldest_call_seconds", "Age of the oldest call that waits in the inbox.", self.oldest_call
        for name, count in self.waiting.items():
            yield (
                f"longwatch_waiting_{name}",
                f"{name.replace('_', ' ').capitalize()} that wait or were set aside.",
                count,
            )


def read(session: Session, now: datetime) -> Figures:
    """The figures as of now."""
    by_status = select(Ticket.status, Ticket.priority, func.count()).where(Ticket.open)
    counts = session.execute(
        by_status.group_by(Ticket.status, Ticket.priority).order_by(Ticket.status, Ticket.priority)
    )
    oldest_command, oldest_call = inbox.oldest(session)
    return Figures(
        tuple((status, priority, count) for status, priority, count in counts),
        session.scalar(select(func.count()).where(Ticket.open, Ticket.due_at < now)) or 0,
        inbox.counts(session),
        _age(oldest_command, now),
        _age(oldest_call, now),
        session.scalar(select(func.count()).where(Process.next_alarm_at < now - LATE, Process.sealed_at.is_(None)))
        or 0,
    )


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
