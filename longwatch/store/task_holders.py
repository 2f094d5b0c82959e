"""Who a ticket's tasks are with, as rows: whoever is to do a part of the work may read what it is about."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor
from longwatch.store.tables import Ticket
from longwatch.store.tables_tasks import TaskRow


def _with(actor: Actor) -> ColumnElement[bool]:
    """Tasks of the person, or of one of their teams, whatever became of them."""
    mine = TaskRow.person == actor.id
    return or_(mine, TaskRow.team.in_(actor.teams)) if actor.teams else mine


def holds_task(session: Session, ticket: str, actor: Actor) -> bool:
    """Whether a task of the ticket's present plan is with the person or one of their teams."""
    held = select(TaskRow.id).where(TaskRow.ticket == ticket, _with(actor)).limit(1)
    return session.scalar(held) is not None


def tasked(session: Session, actor: Actor) -> ColumnElement[bool] | None:
    """The condition on ticket rows that the person holds a task; none for somebody who never did.

    Most people never hold one: their lists must not pay for those who do.
    """
    if session.scalar(select(TaskRow.ticket).where(_with(actor)).limit(1)) is None:
        return None
    return Ticket.number.in_(select(TaskRow.ticket).where(_with(actor)))


def holders_of(session: Session, tickets: Iterable[str]) -> dict[str, frozenset[str]]:
    """Per ticket, everybody a task is with: people, and teams as `team:<id>`."""
    found: dict[str, set[str]] = {}
    rows = select(TaskRow.ticket, TaskRow.person, TaskRow.team).where(TaskRow.ticket.in_(list(tickets)))
    for ticket, person, team in session.execute(rows):
        found.setdefault(ticket, set()).update(name for name in (person, f"team:{team}" if team else None) if name)
    return {ticket: frozenset(names) for ticket, names in found.items()}
