"""Calendars are live: when one was edited, every open ticket that counts by it is told, some at a time.

One command per ticket and version, unique by its key, so that telling twice is telling once. How far it has come is a
row in the database: whoever takes over goes on there.
"""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store.acceptance import Request, accept_machines
from longwatch.store.database import Store
from longwatch.store.tables import Process, Ticket
from longwatch.store.tables_configuration import CalendarNews

BATCH = 100
"""Tickets looked at in one go. The relay calls every few seconds: that is the bounded rate."""

TELLER = "system:calendars"


def tell_next(store: Store, batch: int = BATCH) -> bool:
    """Tells the next tickets of the oldest news that are due; whether there was anything to do."""
    with store.reading() as session:
        waits = CalendarNews.done_at.is_(None), CalendarNews.due_at <= store.now(session)
        news = session.scalar(select(CalendarNews).where(*waits).order_by(CalendarNews.due_at).limit(1))
        if news is None:
            return False
        looked_at = _open_after(session, news.after, batch)
        session.expunge(news)
    counting = [(ticket, kind) for ticket, kind, state in looked_at if _counts_by(state, news.calendar)]
    with store.writing() as session:
        row = session.get_one(CalendarNews, (news.calendar, news.version))
        if row.after == news.after and row.done_at is None:  # else another teller was quicker
            accept_machines(store, session, [_command(row, ticket, kind) for ticket, kind in counting])
            row.told += len(counting)
            row.after = looked_at[-1][0] if looked_at else row.after
            row.done_at = store.now(session) if len(looked_at) < batch else None
    return True


def _open_after(session: Session, after: str, batch: int) -> list[tuple[str, str, str]]:
    """Open tickets in order of number, with their recorded states."""
    wanted = (
        select(Ticket.number, Ticket.kind, Process.state)
        .join(Process, Process.id == Ticket.number)
        .where(Ticket.open, Ticket.number > after)
        .order_by(Ticket.number)
        .limit(batch)
    )
    return [(number, kind, state) for number, kind, state in session.execute(wanted)]


def _counts_by(state: str, calendar: str) -> bool:
    return calendar in (json.loads(state).get("hours") or {})


def _command(news: CalendarNews, ticket: str, kind: str) -> Request:
    data = {"calendar": news.calendar, "version": news.version}
    key = f"calendar:{news.calendar}:{news.version}:{ticket}"
    return Request(ticket, kind, "calendar_changed", TELLER, data, key=key)
