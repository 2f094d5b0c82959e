"""What the relay must carry out: tickets to wake, messages to deliver, histories to export. Reads and marks."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from longwatch.messages import Deliver, kind_of
from longwatch.store.acceptance import Request, accept_opening, data_of
from longwatch.store.database import Instant, Store
from longwatch.store.tables import Command, Delivery, Inbox, Lease, Process, Run
from longwatch.store.tables_alerts import GroupLine
from longwatch.store.writing import changed, insert_once

BATCH = 200
AT_WORK = 16
"""Tickets that work at what they were woken for, at most: the others wait here, where they can take turns, and not in
the engine, where the storm of one source would stand before the only alert of another."""
WEBHOOK = "webhook"
"""The channel of deliveries that are calls to tools."""
TOOL = "tool"
"""The channel of deliveries that tell the tool behind an alert what became of its incident."""
FIRST_REPEAT = timedelta(seconds=10)
"""A ticket that did not settle its commands is woken again after this, then ever more rarely up to LAST_REPEAT."""
LAST_REPEAT = timedelta(minutes=5)
LATE = timedelta(seconds=20)
"""An alarm this overdue means its workflow is not there, or asleep: it is woken, or begun again from the journal."""
CONTINUES = frozenset({"reopen", "message", "alert"})
"""Commands that open a new, linked ticket when theirs was sealed meanwhile."""


@dataclass(frozen=True)
class Wake:
    """A ticket with commands that wait, up to a row."""

    ticket: str
    kind: str
    row: int


@dataclass(frozen=True)
class Due:
    """What waits for the relay: whether calls do, and which tickets and messages."""

    calls: bool
    wakes: list[Wake]
    deliveries: list[Deliver]


def due(store: Store) -> Due:
    """One look, without taking any lock: an idle desk must cost next to nothing."""
    with store.reading() as session:
        calls = session.scalar(select(Inbox.row).where(Inbox.state == "new").limit(1)) is not None
        return Due(calls, _due_wakes(session, store.now(session)), _due_deliveries(session))


def _due_wakes(session: Session, now: datetime) -> list[Wake]:
    """Tickets whose commands should be on their way. Those who ask take turns; each one's come oldest first."""
    room = AT_WORK - (session.scalar(_AT_WORK, {"now": now}) or 0)
    if room <= 0:
        return []
    rows = session.execute(_TURNS, {"now": now, "room": room})
    return [Wake(ticket, kind_of(ticket), last) for ticket, last in rows]


def _who_asks() -> ColumnElement[str]:
    """Whose turn it is to be heard: the source behind an alert group speaks for the incidents that it asks for, too."""
    return case((GroupLine.source.is_(None), Command.actor), else_="source:" + GroupLine.source)


def _turns() -> Select[Any]:
    pending = (
        select(
            Command.ticket.label("ticket"),
            func.min(Command.row).label("first"),
            func.max(Command.row).label("last"),
            func.min(_who_asks()).label("who"),
        )
        .outerjoin(GroupLine, GroupLine.group == func.substr(Command.actor, len("process:") + 1))
        .where(Command.outcome.is_(None), Command.wake_at <= bindparam("now", type_=Instant))
        .group_by(Command.ticket)
        .subquery()
    )
    turn = func.row_number().over(partition_by=pending.c.who, order_by=pending.c.first)
    return select(pending.c.ticket, pending.c.last).order_by(turn, pending.c.first).limit(bindparam("room"))


_TURNS = _turns()
_AT_WORK = select(func.count(Command.ticket.distinct())).where(
    Command.outcome.is_(None), Command.wakes == 1, Command.wake_at > bindparam("now", type_=Instant)
)
"""Woken once, and not long ago: one that is stuck is at work no more once it is due to be woken again."""


def woken(store: Store, wakes: Iterable[Wake]) -> None:
    """Marks the commands as handed over; they come up again if nothing becomes of them."""
    with store.writing() as session:
        now = store.now(session)
        soon, later, last = (literal(now + wait, Instant) for wait in (FIRST_REPEAT, 6 * FIRST_REPEAT, LAST_REPEAT))
        again = case((Command.wakes == 0, soon), (Command.wakes == 1, later), else_=last)
        for wake in wakes:
            commands = update(Command).where(
                Command.ticket == wake.ticket, Command.row <= wake.row, Command.outcome.is_(None)
            )
            changed(session, commands.values(wake_at=again, wakes=Command.wakes + 1))


def overdue(store: Store) -> list[Wake]:
    """Tickets whose recorded alarm has passed without anything having been journalled."""
    with store.reading() as session:
        late = store.now(session) - LATE
        rows = session.execute(
            select(Process.id, Process.kind)
            .where(Process.next_alarm_at < late, Process.sealed_at.is_(None))
            .order_by(Process.next_alarm_at)
            .limit(BATCH)
        )
        return [Wake(ticket, kind, 0) for ticket, kind in rows]


def continue_sealed(store: Store, ticket: str) -> list[str]:
    """Settles what came for a sealed ticket: what needs an answer opens a new, linked ticket, the rest is refused.

    Returns the numbers of the new tickets; none when the ticket is not sealed by the journal's word.
    """
    with store.writing() as session:
        process = session.get(Process, ticket)
        if process is None or process.sealed_at is None:
            return []
        pending = select(Command).where(Command.ticket == ticket, Command.outcome.is_(None)).order_by(Command.row)
        return [number for row in session.scalars(pending).all() if (number := _continue(store, session, row))]


def _continue(store: Store, session: Session, row: Command) -> str | None:
    now = store.now(session)
    number = None
    reason = f"{row.ticket} has ended for good; open a new ticket."
    if row.action in CONTINUES:
        number = _reopened_as(store, session, row)
        reason = f"{row.ticket} has ended for good; it goes on as {number}."
    row.outcome, row.reason, row.settled_at, row.wake_at = "refused", reason, now, None
    return number


def _reopened_as(store: Store, session: Session, row: Command) -> str:
    """A new ticket about the same thing, with the words of the command as its description."""
    process = session.execute(select(Process).where(Process.id == row.ticket)).scalar_one()
    opening = session.scalar(select(Command).where(Command.ticket == row.ticket, Command.action == "open"))
    first = data_of(opening) if opening else {}
    said = data_of(row)
    kept = ("title", "requester", "category", "ci", "service", "impact", "urgency", "tags")
    data = {name: first.get(name) for name in kept}
    data |= {
        "source": first.get("source", "portal"),
        "description": said.get("reason") or said.get("body") or first.get("description"),
        "expected_result": first.get("expected_result"),
        "alert": first.get("alert") if row.action == "alert" else None,
        "links": [{"type": "follows", "ticket": row.ticket}],
    }
    request = Request("", process.kind, "open", row.actor, data, key=f"continues:{row.id}")
    return accept_opening(store, session, process.kind, request).ticket


def _due_deliveries(session: Session) -> list[Deliver]:
    """Messages and calls not yet handed to the engine."""
    waiting = select(Delivery).where(Delivery.relayed_at.is_(None)).order_by(Delivery.row).limit(BATCH)
    return [Deliver(row.id, until=_until(row), back=row.channel == TOOL) for row in session.scalars(waiting)]


def _until(row: Delivery) -> str:
    """A call to a tool is tried until the task's time is over, a message for as long as the engine thinks fit."""
    return str(json.loads(row.data)["until"]) if row.channel == WEBHOOK else ""


def relayed(store: Store, deliveries: Iterable[str]) -> None:
    """Marks messages as handed over."""
    with store.writing() as session:
        now = store.now(session)
        marked = update(Delivery).where(Delivery.id.in_(list(deliveries)), Delivery.relayed_at.is_(None))
        changed(session, marked.values(relayed_at=now))


def due_exports(store: Store) -> list[tuple[str, str]]:
    """Ended runs (ticket, run) whose history is not kept yet."""
    with store.reading() as session:
        ended = select(Run.ticket, Run.run).where(Run.ended, Run.exported_at.is_(None)).order_by(Run.started_at)
        return [(ticket, run) for ticket, run in session.execute(ended.limit(20))]


def exported(store: Store, ticket: str, run: str, history: bytes | None) -> None:
    """Keeps a run's history. None: the engine does not know the run any more."""
    with store.writing() as session:
        now = store.now(session)
        row = update(Run).where(Run.ticket == ticket, Run.run == run)
        changed(session, row.values(exported_at=now, history=history))


def hold_lease(store: Store, name: str, holder: str, length: timedelta) -> bool:
    """Takes or prolongs a lease; tells whether the holder has it."""
    with store.writing() as session:
        now = store.now(session)
        if insert_once(session, Lease, {"name": name, "holder": holder, "until": now + length}):
            return True
        free = update(Lease).where(Lease.name == name, or_(Lease.holder == holder, Lease.until < now))
        return changed(session, free.values(holder=holder, until=now + length)) == 1


def leave_lease(store: Store, name: str, holder: str) -> None:
    """Gives a lease up, if the holder has it."""
    with store.writing() as session:
        changed(session, delete(Lease).where(Lease.name == name, Lease.holder == holder))
