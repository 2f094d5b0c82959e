"""What pages and the API read of tickets: lists by keyset, one ticket with its recorded state, its journal and texts.

Everything here is asked through the eyes of an actor: what may not be seen is as if it were not there.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from longwatch import messages
from longwatch.domain import roles
from longwatch.domain.ticket import Actor, Line, TicketRules, fold, read_line
from longwatch.messages import ALERT_GROUP
from longwatch.store import states, task_holders, voices
from longwatch.store.projection import NEVER
from longwatch.store.tables import Body, Command, JournalLine, Process, Ticket

PLAIN = (
    "title",
    "description",
    "expected_result",
    "requester",
    "source",
    "category",
    "ci",
    "service",
    "impact",
    "urgency",
)
"""What an opening says of a ticket, under the names its state has for it."""


@dataclass(frozen=True)
class Found:
    """One ticket as recorded. `pending`: commands accepted and not decided yet, in order.

    While its opening itself is pending, `version` is 0, `state` is the one the opening is about to make, and `opening`
    is that command.
    """

    number: str
    kind: str
    version: int
    head: str
    state: Any
    next_alarm_at: datetime | None
    next_alarm: str | None
    pending: list[Command] = field(default_factory=list)
    opening: Command | None = None

    @property
    def rules(self) -> TicketRules:
        """The rules of its process."""
        return messages.ticket_rules(self.kind)

    @property
    def processing(self) -> bool:
        """Whether something accepted for it still waits to be decided."""
        return bool(self.pending)


def visible_to(session: Session, actor: Actor, *, voiced: bool = True) -> ColumnElement[bool] | None:
    """The condition on ticket rows for what the actor may see; none when that is everything."""
    if not roles.is_person(actor) or any(role in roles.SEES_ALL for role in actor.roles):
        return None
    if not actor.roles:
        return false()
    seen = [Ticket.requester == actor.id]
    if actor.teams:
        seen.append(Ticket.team.in_(actor.teams))
    asked = (voices.voiced(session, actor.id), task_holders.tasked(session, actor)) if voiced else ()
    return or_(*seen, *(condition for condition in asked if condition is not None))


def find(session: Session, actor: Actor, number: str) -> Found | None:
    """The ticket, if there is one and the actor may see it."""
    process = session.get(Process, number)
    pending = pending_of(session, [number]).get(number, [])
    found = recorded(process, pending) if process is not None else _waiting(pending)
    if found is None or found.kind == ALERT_GROUP:
        return None
    return found if _may_see(session, actor, found) else None


def find_group(session: Session, actor: Actor, group: str) -> Found | None:
    """The alert group, if there is one and the actor may see it: those at the desk, and auditors."""
    process = session.get(Process, group)
    if process is None or process.kind != ALERT_GROUP or not roles.visible(actor, None):
        return None
    return recorded(process, pending_of(session, [group]).get(group, []))


def _may_see(session: Session, actor: Actor, found: Found) -> bool:
    requester, team = found.state.requester, found.state.team
    if roles.visible(actor, requester, team):
        return True
    if not roles.visible(actor, requester, team, voice=True):
        return False
    return voices.has_voice(session, found.number, actor.id) or task_holders.holds_task(session, found.number, actor)


def pending_of(session: Session, numbers: Iterable[str]) -> dict[str, list[Command]]:
    """The commands of these tickets that are accepted and not decided, in order."""
    undecided = select(Command).where(Command.ticket.in_(list(numbers)), Command.outcome.is_(None))
    waiting: dict[str, list[Command]] = {}
    for row in session.scalars(undecided.order_by(Command.ticket, Command.row)):
        waiting.setdefault(row.ticket, []).append(row)
    return waiting


def recorded(process: Process, pending: list[Command]) -> Found:
    """A ticket as its loop last recorded it."""
    state = states.load(messages.decider(process.kind), process.state)
    return Found(
        process.id,
        process.kind,
        process.version,
        process.head,
        state,
        process.next_alarm_at,
        process.next_alarm,
        pending,
    )


def _waiting(pending: list[Command]) -> Found | None:
    opening = next((command for command in pending if command.action == "open"), None)
    return None if opening is None or opening.kind == ALERT_GROUP else being_opened(opening, pending)


def being_opened(opening: Command, pending: list[Command]) -> Found:
    """A ticket that is accepted and numbered, and nothing more yet."""
    return Found(opening.ticket, opening.kind, 0, "", opening_state(opening), None, None, pending, opening)


def opening_state(opening: Command) -> Any:
    """What a ticket whose opening waits looks like: what was asked for, status new."""
    data: Mapping[str, Any] = json.loads(opening.data)
    known = {name: data.get(name) for name in PLAIN}
    known |= {"number": opening.ticket, "status": "new", "tags": tuple(data.get("tags") or ())}
    at = opening.accepted_at
    return messages.decider(opening.kind).State(**known, opened_at=at, updated_at=at)


def opening_row(opening: Command) -> Ticket:
    """The line in lists of a ticket whose opening waits. It is not stored: only the journal writes ticket rows."""
    state = opening_state(opening)
    return Ticket(
        number=opening.ticket,
        kind=opening.kind,
        status="new",
        open=True,
        priority=state.priority,
        impact=state.impact,
        urgency=state.urgency,
        title_body=state.title["body"] if state.title else None,
        category=state.category,
        source=state.source,
        requester=state.requester,
        assignee=None,
        team=state.team,
        ci=state.ci,
        service=state.service,
        level=0,
        hold_reason=None,
        due_at=NEVER,
        opened_at=opening.accepted_at,
        updated_at=opening.accepted_at,
        version=0,
    )


def journal(session: Session, number: str, after: int = 0, limit: int | None = None) -> list[Line]:
    """The lines of a journal after a number, in order."""
    rows = select(JournalLine).where(JournalLine.ticket == number, JournalLine.seq > after).order_by(JournalLine.seq)
    return [Line(row.seq, row.text, row.prev, row.hash) for row in session.scalars(rows.limit(limit))]


def as_of(session: Session, found: Found, at: datetime) -> Found | None:
    """The ticket as it was at an instant: the fold of its facts up to then. None before it was opened."""
    lines = [line for line in journal(session, found.number) if read_line(line).at <= at]
    if not lines:
        return None
    state = fold(found.rules, (read_line(line) for line in lines))
    alarm = found.rules.next_alarm(state)
    due, name = (alarm.at, alarm.name) if alarm else (None, None)
    return Found(found.number, found.kind, lines[-1].seq, lines[-1].hash, state, due, name)


def texts(session: Session, bodies: Iterable[str | None]) -> dict[str, str | None]:
    """The words behind body ids; None where a person's words were erased."""
    wanted = sorted({body for body in bodies if body})
    if not wanted:
        return {}
    rows = session.execute(select(Body.id, Body.text).where(Body.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def bodies_in(data: Any) -> list[str]:
    """The ids of all texts that facts or states refer to, wherever they stand in them."""
    if isinstance(data, Mapping):
        own = [data["body"]] if isinstance(data.get("body"), str) and "sha256" in data else []
        return own + [body for value in data.values() for body in bodies_in(value)]
    if isinstance(data, list | tuple):
        return [body for value in data for body in bodies_in(value)]
    return []


def command(session: Session, actor: Actor, identity: str) -> Command | None:
    """A command, if there is one and the actor gave it or may see its ticket."""
    row = session.scalar(select(Command).where(Command.id == identity))
    if row is None or row.actor == actor.id:
        return row
    return row if find(session, actor, row.ticket) is not None else None
