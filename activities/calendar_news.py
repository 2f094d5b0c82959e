"""Calendars are live: when one was edited, every open ticket that counts by it is told, some at a time.

So it is when the zone tables of this machine are others than before: a government has moved its clocks. One command
per ticket and cause, unique by its key, so that telling twice is telling once. How far it has come is a
row in the database: whoever takes over goes on there.
"""

import json
import zoneinfo
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store import configuration
from longwatch.store.acceptance import Request, accept_machines
from longwatch.store.configuration import CALENDAR
from longwatch.store.database import Store
from longwatch.store.publishing import spread
from longwatch.store.tables import Process, Ticket
from longwatch.store.tables_configuration import CalendarNews

CAUSE = 60
"""Characters of a cause."""

BATCH = 100
"""Tickets looked at in one go. The relay calls every few seconds: that is the bounded rate."""

TELLER = "system:calendars"

ZONES, TABLES = "zone_tables", "iana"
"""Where it is kept which zone tables the hours of open tickets were made from."""


def zone_tables(folders: Iterable[str] = zoneinfo.TZPATH) -> str:
    """The release of the zone tables that hours are made from: the system's, else those that came with us."""
    for folder in folders:
        file = Path(folder) / "tzdata.zi"
        if file.is_file():
            with file.open(encoding="utf-8") as lines:
                return lines.readline().removeprefix("# version").strip()
    return version("tzdata")


def notice_zones(store: Store, release: str | None = None) -> bool:
    """Notes news for every calendar of a zone when the zone tables changed; whether they did."""
    found = {"release": release or zone_tables()}
    with store.reading() as session:
        known = configuration.in_force(session, ZONES, TABLES)
        if known is not None and known.data == found:
            return False
    with store.writing() as session:
        configuration.publish(store, session, ZONES, TABLES, found)
        if known is None:
            return False  # the first ones: no hours were made from others
        for row in configuration.all_in_force(session, CALENDAR):
            if row.data.get("zone"):
                spread(store, session, row.name, f"zones {found['release']}"[:CAUSE])
    return True


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
        row = session.get_one(CalendarNews, (news.calendar, news.cause))
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
    key = f"calendar:{news.calendar}:{news.cause}:{ticket}"
    return Request(ticket, kind, "calendar_changed", TELLER, {"calendar": news.calendar}, key=key)
