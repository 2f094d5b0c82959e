"""What was accepted for a ticket and is not decided yet, with the rights its givers hold as of now."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from temporalio import activity

from activities.foresight import foresee
from longwatch.domain import ticket
from longwatch.domain.draft import Outcome
from longwatch.messages import ALERT_GROUP, Foreseen, Load, Loaded
from longwatch.store.database import Store
from longwatch.store.tables import Command, Membership, Person, Process

CHARACTERS = 500_000
"""How much one answer may hold: well under what the engine takes as one payload."""


_PENDING = (
    select(Command)
    .where(Command.ticket == bindparam("ticket"), Command.outcome.is_(None))
    .order_by(Command.row)
    .limit(bindparam("most"))
)
_PERSON = (
    select(Person.roles, Membership.team)
    .join(Membership, Membership.login == Person.login, isouter=True)
    .where(Person.login == bindparam("login"), Person.active)
    .order_by(Membership.team)
)
_VERSION = select(Process.version).where(Process.id == bindparam("process"))
_KIND = select(Process.kind).where(Process.id == bindparam("process"))
# Made once: making a statement takes longer than carrying it out.


class Commands:
    """Reads the command log."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn(name="load", no_thread_cancel_exception=True)
    def load(self, call: Load) -> Loaded:
        """Undecided commands in row order, and the outcomes of those somebody waits for."""
        with self._store.reading() as session:
            rows = session.scalars(_PENDING, {"ticket": call.ticket, "most": call.limit + 1}).all()
            fitting = _fitting(rows, call.limit)
            actors: dict[str, ticket.Actor] = {}
            commands = [as_command(session, row, actors) for row in fitting]
            settled = _settled(session, call)
            version = session.scalar(_VERSION, {"process": call.ticket}) or 0  # after what it settled
            foreseen: list[Foreseen] = []
            if version == 0 and fitting and fitting[0].action == "open":
                foreseen = foresee(session, call.ticket, fitting[0].kind, commands, self._store.now(session))
            return Loaded(commands, settled, more=len(rows) > len(fitting), version=version, foreseen=foreseen)


def _fitting(rows: Sequence[Command], limit: int) -> list[Command]:
    """The first commands that go into one answer; always at least one."""
    fitting: list[Command] = []
    room = CHARACTERS
    for row in rows[:limit]:
        room -= len(row.data)
        if fitting and room < 0:
            break
        fitting.append(row)
    return fitting


def as_command(session: Session, row: Command, actors: dict[str, ticket.Actor] | None = None) -> ticket.Command:
    """A stored command as the rules see it."""
    known = {} if actors is None else actors
    if row.actor not in known:
        known[row.actor] = actor_of(session, row.actor)
    data: dict[str, Any] = json.loads(row.data)
    return ticket.Command(row.id, row.action, row.accepted_at, known[row.actor], data, row.expected_version)


def actor_of(session: Session, identity: str) -> ticket.Actor:
    """Who an actor is now. A person who left keeps the name and loses every right."""
    part, _, name = identity.partition(":")
    if part == "user":
        return _person(session, identity, name)
    if part == "source":
        return ticket.Actor(identity, "monitoring")
    if part == "process":
        kind = session.scalar(_KIND, {"process": name})
        return ticket.Actor(identity, "monitoring" if kind == ALERT_GROUP else "system")
    return ticket.Actor(identity, "system")


def _person(session: Session, identity: str, login: str) -> ticket.Actor:
    rows = session.execute(_PERSON, {"login": login}).all()
    if not rows:
        return ticket.Actor(identity, "person")
    teams = tuple(team for _, team in rows if team is not None)
    return ticket.Actor(identity, "person", tuple(sorted(rows[0][0])), teams)


def _settled(session: Session, call: Load) -> list[Outcome]:
    if not call.waiting:
        return []
    rows = session.scalars(select(Command).where(Command.id.in_(call.waiting))).all()
    known = {row.id: row for row in rows if row.ticket == call.ticket}
    return [
        Outcome(name, "unknown", "No such command of this ticket.")
        if row is None
        else Outcome(name, row.outcome or "", row.reason, row.field, row.version)
        for name in call.waiting
        if (row := known.get(name)) is None or row.outcome is not None
    ]
