"""What must follow from a fact, written as rows in the journal's own transaction: messages, commands, openings."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from activities.recipients import people_of
from longwatch.domain.ticket import Call, Effect, Line, Notify, Open, Send, canonical, stamp
from longwatch.messages import ALERT_GROUP, Entry, kind_of
from longwatch.store.acceptance import Request, accept, accept_opening
from longwatch.store.database import Store
from longwatch.store.outbox import WEBHOOK
from longwatch.store.tables import Command, Delivery
from longwatch.store.writing import insert_once

CONSOLE, MAIL = "console", "mail"

_OPENING = select(Command.row).where(Command.ticket == bindparam("ticket"), Command.action == "open").limit(1)


class Effects:
    """Carries effects out as rows. `mail` says whether people with an address also get mail."""

    def __init__(self, store: Store, *, mail: bool) -> None:
        self._store = store
        self._mail = mail

    def carry_out(self, session: Session, entry: Entry, line: Line, effects: Iterable[Effect], now: datetime) -> bool:
        """Writes the rows; tells whether one of them is a command for the ticket itself."""
        again = False
        for position, effect in enumerate(effects):
            mark = f"{entry.ticket}:{line.seq}:{position}"
            if isinstance(effect, Notify):
                self._notify(session, entry, mark, effect, now)
            elif isinstance(effect, Send):
                self._send(session, entry, mark, effect)
            elif isinstance(effect, Call):
                self._call(session, entry, mark, effect, now)
            else:
                self._open(session, entry, mark, effect)
                again = True
        return again

    def _notify(self, session: Session, entry: Entry, mark: str, effect: Notify, now: datetime) -> None:
        for person in people_of(session, effect.to):
            channels = (CONSOLE, MAIL) if self._mail and person.email else (CONSOLE,)
            for channel in channels:
                done = now if channel == CONSOLE else None  # the console's list is the row itself
                values = {
                    "id": f"{mark}:{person.login}:{channel}",
                    "ticket": entry.ticket,
                    "recipient": person.actor,
                    "channel": channel,
                    "template": effect.template,
                    "data": canonical(dict(effect.data)),
                    "created_at": now,
                    "relayed_at": done,
                    "delivered_at": done,
                }
                insert_once(session, Delivery, values)

    def _send(self, session: Session, entry: Entry, mark: str, effect: Send) -> None:
        """A ticket that was never opened cannot be told anything: the command stands there, refused."""
        actor = f"process:{entry.ticket}"
        kind = kind_of(effect.ticket)
        row = accept(self._store, session, Request(effect.ticket, kind, effect.action, actor, effect.data, key=mark))
        if kind != ALERT_GROUP and row.outcome is None and not _opened(session, effect.ticket):
            row.outcome, row.reason = "refused", f"There is no ticket {effect.ticket}."
            row.settled_at, row.wake_at = row.accepted_at, None

    def _call(self, session: Session, entry: Entry, mark: str, effect: Call, now: datetime) -> None:
        """A call to a tool is a delivery like any other: relayed, tried again, its outcome written down."""
        told = {"task": effect.task, "attempt": effect.attempt, "until": stamp(effect.until), "call": dict(effect.data)}
        values = {
            "id": f"{mark}:{effect.hook}:{WEBHOOK}",
            "ticket": entry.ticket,
            "recipient": f"hook:{effect.hook}",
            "channel": WEBHOOK,
            "template": "task",
            "data": canonical(told),
            "created_at": now,
        }
        insert_once(session, Delivery, values)

    def _open(self, session: Session, entry: Entry, mark: str, effect: Open) -> None:
        """Opens a ticket once per key, and tells its number to who asked."""
        actor = f"process:{entry.ticket}"
        asked = Request("", effect.kind, "open", actor, effect.data, effect.texts, key=f"open:{effect.key}")
        opening = accept_opening(self._store, session, effect.kind, asked)
        told = {"key": effect.key, "number": opening.ticket}
        answer = Request(entry.ticket, entry.kind, "opened", "system:desk", told, key=mark, at_once=True)
        accept(self._store, session, answer)


def _opened(session: Session, ticket: str) -> bool:
    """Whether a ticket of this number was ever accepted."""
    return session.scalar(_OPENING, {"ticket": ticket}) is not None
