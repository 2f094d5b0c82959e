"""The roll of all that lives or lived on the desk: tickets and alert groups."""

from sqlalchemy import select, union

from longwatch.store.database import Store
from longwatch.store.tables import JournalLine, Process, Run


def every_ticket(store: Store) -> list[str]:
    """Everything that has a journal, a recorded state or a run, by id."""
    with store.reading() as session:
        known = union(select(Process.id), select(JournalLine.ticket).distinct(), select(Run.ticket).distinct())
        return sorted(session.scalars(known))


def living(store: Store) -> list[tuple[str, str]]:
    """Everything that was opened and is not sealed: id and kind."""
    with store.reading() as session:
        rows = select(Process.id, Process.kind).where(Process.sealed_at.is_(None)).order_by(Process.id)
        return [(ticket, kind) for ticket, kind in session.execute(rows)]
