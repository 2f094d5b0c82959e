"""The one writer of tickets: facts, recorded state, ticket row, outcomes and what must follow, in one transaction."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.back_channel import tell_tools
from activities.correlation import forget
from activities.effects import Effects
from longwatch import messages
from longwatch.domain.draft import Outcome
from longwatch.domain.ticket import GENESIS, Line, fold, read_line
from longwatch.messages import Entry, Journalled
from longwatch.store import states
from longwatch.store.alert_lines import mend_group, project_group
from longwatch.store.database import Store
from longwatch.store.projecting import project
from longwatch.store.tables import Command, JournalLine, Process, Run
from longwatch.store.voices import mend_voices
from longwatch.store.writing import changed, insert_all, insert_once, put

ADOPT = 200
"""Lines handed back at once to a loop that is behind."""


@dataclass(frozen=True)
class _Stand:
    """What the journal says of a ticket before an entry."""

    seq: int
    head: str
    state: str
    sealed_at: datetime | None = None


class Journal:
    """Appends to journals."""

    def __init__(self, store: Store, effects: Effects) -> None:
        self._store = store
        self._effects = effects

    @activity.defn(name="journal", no_thread_cancel_exception=True)
    def journal(self, entry: Entry) -> Journalled:
        """Writes the entry whole, or nothing: if other lines stand where it would begin it returns those.

        Raises ApplicationError while the database is older than the ticket (restored from a backup): `longwatch
        rebuild` mends that, and the loop tries again by itself.
        """
        with self._store.writing() as session:
            now = self._store.now(session)
            stand = _stand(session, entry.ticket)
            _register(session, entry, now)
            if stand.seq > entry.seq:
                return _standing(session, entry)
            if stand.seq < entry.seq or stand.head != entry.head:
                raise ApplicationError(
                    f"The database holds {entry.ticket} only up to line {stand.seq}, its workflow knows {entry.seq}: "
                    "the database was restored or altered. Run `longwatch rebuild`.",
                    type="DatabaseBehind",
                )
            return Journalled([], again=self._write(session, entry, stand, now))

    def mend(self, entry: Entry) -> int:
        """Puts back what the database lost: `entry.lines` are the whole journal of the ticket, from its first line.

        Lines that stand stay as they are; recorded state and row are folded anew; nothing follows from any of it a
        second time. Returns how many lines came back. Raises ValueError when a standing line is another one.
        """
        rules = messages.decider(entry.kind)
        with self._store.writing() as session:
            now = self._store.now(session)
            stand = _stand(session, entry.ticket)
            rows = session.scalars(select(JournalLine).where(JournalLine.ticket == entry.ticket))
            standing = {row.seq: Line(row.seq, row.text, row.prev, row.hash) for row in rows}
            known = {line.seq: line for line in entry.lines}
            if any(known.get(seq) != line for seq, line in standing.items()):
                raise ValueError(f"The journal of {entry.ticket} and its histories tell different things.")
            missing = [line for line in entry.lines if line.seq not in standing]
            insert_all(session, JournalLine, [_row(entry.ticket, line) for line in missing])
            facts = [read_line(line) for line in entry.lines]
            _record(session, entry, fold(rules, facts), stand, now)
            if entry.kind == messages.ALERT_GROUP:
                mend_group(session, facts, entry.lines[-1].seq)
            else:
                mend_voices(session, entry.ticket, facts)
            _settle(session, entry.outcomes, now)
            return len(known) - len(standing)

    def _write(self, session: Session, entry: Entry, stand: _Stand, now: datetime) -> bool:
        rules = messages.decider(entry.kind)
        facts = [read_line(line) for line in entry.lines]
        insert_all(session, JournalLine, [_row(entry.ticket, line) for line in entry.lines])
        again = False
        before = state = states.load(rules, stand.state)
        for line, fact in zip(entry.lines, facts, strict=True):
            state = fold(rules, [fact], state)
            again |= self._effects.carry_out(session, entry, line, rules.react(state, fact), now)
            if entry.kind == messages.INCIDENT:
                tell_tools(session, state, line.seq, fact, now)
        if entry.lines:
            _record(session, entry, state, stand, now)
            if entry.kind == messages.ALERT_GROUP:
                project_group(session, before, state, facts, entry.lines[-1].seq)
        _settle(session, entry.outcomes, now)
        _show_problems(session, entry, now)
        return again


def _row(ticket: str, line: Line) -> dict[str, Any]:
    return {"ticket": ticket, "seq": line.seq, "text": line.text, "prev": line.prev, "hash": line.hash}


_STANDING = (
    select(Process.version, Process.head, Process.state, Process.sealed_at)
    .where(Process.id == bindparam("ticket"))
    .with_for_update()
)


def _stand(session: Session, ticket: str) -> _Stand:
    found = session.connection().execute(_STANDING, {"ticket": ticket}).one_or_none()
    return _Stand(*found) if found else _Stand(0, GENESIS, "")


def _standing(session: Session, entry: Entry) -> Journalled:
    rows = session.scalars(
        select(JournalLine)
        .where(JournalLine.ticket == entry.ticket, JournalLine.seq > entry.seq)
        .order_by(JournalLine.seq)
        .limit(ADOPT)
    )
    return Journalled([Line(row.seq, row.text, row.prev, row.hash) for row in rows], again=True)


def _register(session: Session, entry: Entry, now: datetime) -> None:
    """Notes the run, so that its history is exported when it has ended; a new run means the older ones have."""
    run = {
        "ticket": entry.ticket,
        "run": entry.run,
        "workflow": entry.workflow,
        "first_seq": entry.seq,
        "started_at": now,
        "ended": False,
    }
    if insert_once(session, Run, run):
        changed(session, update(Run).where(Run.ticket == entry.ticket, Run.run != entry.run).values(ended=True))


def _record(session: Session, entry: Entry, state: Any, stand: _Stand, now: datetime) -> None:
    """The recorded state and the ticket's row: nothing but the fold of its lines."""
    rules = messages.decider(entry.kind)
    alarm = rules.next_alarm(state)
    sealed = rules.sealed(state)
    last = entry.lines[-1]
    values = {
        "id": entry.ticket,
        "kind": entry.kind,
        "version": last.seq,
        "head": last.hash,
        "state": states.dump(rules, state),
        "next_alarm_at": alarm.at if alarm else None,
        "next_alarm": alarm.name if alarm else None,
        "sealed_at": (stand.sealed_at or now) if sealed else None,
    }
    put(session, Process, values)
    project(session, entry.kind, state, last.seq)
    if sealed and entry.kind == messages.ALERT_GROUP:
        forget(session, entry.ticket)
    if sealed:
        changed(session, update(Run).where(Run.ticket == entry.ticket).values(ended=True))


_SETTLED = (
    update(Command)
    .where(Command.id == bindparam("command"), Command.outcome.is_(None))
    .values(
        outcome=bindparam("what"),
        reason=bindparam("why"),
        field=bindparam("of"),
        version=bindparam("after"),
        settled_at=bindparam("at"),
        wake_at=None,
    )
)


def _settle(session: Session, outcomes: list[Outcome], now: datetime) -> None:
    rows = [
        {
            "command": one.command,
            "what": one.outcome,
            "why": one.reason,
            "of": one.field,
            "after": one.version,
            "at": now,
        }
        for one in outcomes
    ]
    if rows:
        session.connection().execute(_SETTLED, rows)


def _show_problems(session: Session, entry: Entry, now: datetime) -> None:
    """An alarm or answer that could not be decided is parked where operators look, once per state of the ticket."""
    for position, problem in enumerate(entry.problems):
        name = f"{entry.ticket}:{entry.seq}:problem:{position}"
        values = {
            "id": name,
            "ticket": entry.ticket,
            "kind": entry.kind,
            "action": "alarm",
            "actor": "system:timer",
            "data": json.dumps({}),
            "accepted_at": now,
            "wakes": 0,
            "outcome": "parked",
            "reason": problem,
            "settled_at": now,
        }
        insert_once(session, Command, values)
