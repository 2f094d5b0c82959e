"""Lists of tasks: what waits for a person, for a team, for anybody; by deadline, paged by keyset."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import instant, stamp
from longwatch.store.tables import Body, Ticket
from longwatch.store.tables_tasks import TaskRow
from longwatch.store.ticket_lists import BadCursor

LARGEST_PAGE = 200
_KEYS = (TaskRow.due_at, TaskRow.ticket, TaskRow.id)


@dataclass(frozen=True)
class Shown:
    """A task in a list, with its ticket; `ticket_title` is none when the words were erased."""

    task: TaskRow
    ticket: Ticket
    ticket_title: str | None


@dataclass(frozen=True)
class TaskPage:
    """A page of tasks, and the cursor of the next one."""

    items: list[Shown]
    next: str | None


def page(
    session: Session,
    *,
    person: str | None = None,
    teams: Sequence[str] | None = None,
    limit: int = 50,
    after: str | None = None,
) -> TaskPage:
    """Tasks that somebody must see to, by deadline: a person's, those of teams, of either, or all. Raises BadCursor."""
    limit = max(1, min(limit, LARGEST_PAGE))
    query = (
        select(TaskRow, Ticket, Body.text)
        .join(Ticket, Ticket.number == TaskRow.ticket)
        .outerjoin(Body, Body.id == Ticket.title_body)
        .where(*_whose(person, teams))
    )
    if after:
        query = query.where(_beyond(_read_cursor(after)))
    rows = [Shown(*row) for row in session.execute(query.order_by(*_KEYS).limit(limit + 1))]
    more, rows = len(rows) > limit, rows[:limit]
    return TaskPage(rows, _cursor(rows[-1].task) if more else None)


def waiting(session: Session, most: int, *, person: str | None = None, teams: Sequence[str] | None = None) -> int:
    """How many tasks wait; one more than `most` stands for all beyond."""
    mine = select(literal(1).label("one")).where(*_whose(person, teams)).limit(most + 1)
    return session.scalar(select(func.count()).select_from(mine.subquery())) or 0


def _whose(person: str | None, teams: Sequence[str] | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [and_(TaskRow.unsettled)]
    named: list[ColumnElement[bool]] = []
    if person is not None:
        named.append(TaskRow.person == person)
    if teams is not None:
        named.append(TaskRow.team.in_(list(teams)))
    return [*conditions, or_(*named)] if named else conditions


def _beyond(values: list[Any]) -> ColumnElement[bool]:
    steps = []
    for place, key in enumerate(_KEYS):
        equal = [earlier == value for earlier, value in zip(_KEYS[:place], values[:place], strict=True)]
        steps.append(and_(*equal, key > values[place]))
    return and_(_KEYS[0] >= values[0], or_(*steps))


def _cursor(task: TaskRow) -> str:
    plain = [stamp(task.due_at), task.ticket, task.id]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read_cursor(text: str) -> list[Any]:
    try:
        due, *names = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if len(names) != len(_KEYS) - 1 or not all(isinstance(name, str) for name in names):
            raise BadCursor("This cursor belongs to another list.")
        return [instant(due), *names]
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise BadCursor("This cursor was not made by this list.") from error
