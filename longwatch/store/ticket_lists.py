"""Lists of tickets: filtered, ordered, paged by keyset over the indexes, never by offset."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from longwatch.domain import roles
from longwatch.domain.ticket import Actor, instant, stamp
from longwatch.messages import ALERT_GROUP
from longwatch.store.database import Instant
from longwatch.store.projection import CLOSED
from longwatch.store.tables import Body, Command, Ticket
from longwatch.store.tickets import opening_row, visible_to

LARGEST_PAGE = 200
MOST_PENDING = 50
"""Openings that wait are shown above the first page, the newest so many of them."""


class BadCursor(ValueError):  # noqa: N818 - named for who reads it
    """The cursor was not made by this list."""


@dataclass(frozen=True)
class Filters:
    """What a list shows. `status` empty: every status; `open` None: open and done alike.

    `assignee` is `user:<login>` or `none`; `team` a team's id or `none`. `q` is words of the title, or a number.
    `cis`: about one of these items. Not
    `voiced`: without what the actor sees only because they are asked to approve it or hold a task.
    """

    kind: str | None = None
    status: tuple[str, ...] = ()
    open: bool | None = None
    priority: tuple[int, ...] = ()
    assignee: str | None = None
    team: str | None = None
    requester: str | None = None
    ci: str | None = None
    cis: tuple[str, ...] = ()
    q: str | None = None
    voiced: bool = True
    order: str = "opened"


@dataclass(frozen=True)
class Listed:
    """A line of a list: the ticket's row and title, or the opening that waits to become it."""

    ticket: Ticket
    title: str | None
    opening: Command | None = None


@dataclass(frozen=True)
class Page:
    """A page of a list, and the cursor of the next one."""

    items: list[Listed]
    next: str | None


@dataclass(frozen=True)
class _Order:
    """Columns of an order; the number makes it total. `open_only`: it means nothing for tickets that are done."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    descending: bool = False
    open_only: bool = False


ORDERS: Mapping[str, _Order] = {
    "opened": _Order((Ticket.opened_at, Ticket.number), descending=True),
    "updated": _Order((Ticket.updated_at, Ticket.number), descending=True),
    "due": _Order((Ticket.due_at, Ticket.number), open_only=True),
    "priority": _Order((Ticket.priority, Ticket.opened_at, Ticket.number)),
    "importance": _Order((Ticket.queue_rank, Ticket.opened_at, Ticket.number)),
}
"""`due`: the nearest deadline first; open tickets alone unless a closed status is named.

`importance`: by priority, raised by age as the rules of the house say.
"""


def page(session: Session, actor: Actor, filters: Filters, limit: int = 50, after: str | None = None) -> Page:
    """One page of what the actor may see. Raises BadCursor."""
    order = ORDERS[filters.order]
    limit = max(1, min(limit, LARGEST_PAGE))
    if order.open_only and filters.open is None and CLOSED.isdisjoint(filters.status):
        filters = replace(filters, open=True)
    query = (
        select(Ticket, Body.text)
        .outerjoin(Body, Body.id == Ticket.title_body)
        .where(*_conditions(session, actor, filters))
    )
    if after:
        query = query.where(_beyond(order, after))
    keys = [column.desc() if order.descending else column for column in order.columns]
    rows = [Listed(*row) for row in session.execute(query.order_by(*keys).limit(limit + 1))]
    waiting = [] if after else pending_openings(session, actor, filters)
    more = len(rows) > limit
    rows = rows[:limit]
    return Page([*waiting, *rows], _cursor(order, rows[-1].ticket) if more else None)


def _conditions(session: Session, actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    seen = visible_to(session, actor, voiced=filters.voiced)
    if seen is not None:
        conditions.append(seen)
    if filters.kind:
        conditions.append(Ticket.kind == filters.kind)
    if filters.status:
        conditions.append(_among(filters.status))
    if filters.open is not None:
        conditions.append(and_(Ticket.open) if filters.open else ~Ticket.open)
    if filters.priority:
        conditions.append(Ticket.priority.in_(filters.priority))
    conditions += [_is(Ticket.assignee, filters.assignee), _is(Ticket.team, filters.team)]
    conditions += [_is(Ticket.requester, filters.requester), _is(Ticket.ci, filters.ci)]
    if filters.cis:
        conditions.append(Ticket.ci.in_(filters.cis))
    if filters.q:
        conditions.append(_says(filters.q))
    return conditions


def _among(statuses: tuple[str, ...]) -> ColumnElement[bool]:
    """One status is sought by its index. Of several the index would have to be sorted: walking in order is quicker."""
    return Ticket.status == statuses[0] if len(statuses) == 1 else func.coalesce(Ticket.status, "").in_(statuses)


def _is(column: InstrumentedAttribute[Any], wanted: str | None) -> ColumnElement[bool]:
    if wanted is None:
        return true()
    return column.is_(None) if wanted == "none" else column == wanted


def _says(words: str) -> ColumnElement[bool]:
    """Every word stands in the title; or the whole is the ticket's number."""
    said = and_(*(Body.text.icontains(word, autoescape=True) for word in words.split()[:8]))
    return or_(said, Ticket.number == words.strip().upper())


def _beyond(order: _Order, after: str) -> ColumnElement[bool]:
    """Rows after the cursor: greater in the first column, or equal there and greater in the next, and so on.

    The first column is bounded by itself as well, because that is what an index can seek to.
    """
    values = _read_cursor(order, after)
    first, edge = order.columns[0], values[0]
    steps = []
    for place, column in enumerate(order.columns):
        equal = [earlier == value for earlier, value in zip(order.columns[:place], values[:place], strict=True)]
        beyond = column < values[place] if order.descending else column > values[place]
        steps.append(and_(*equal, beyond))
    return and_(first <= edge if order.descending else first >= edge, or_(*steps))


def _cursor(order: _Order, ticket: Ticket) -> str:
    values = [getattr(ticket, column.key) for column in order.columns]
    plain = [stamp(value) if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read_cursor(order: _Order, text: str) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(plain, list) or len(plain) != len(order.columns):
            raise BadCursor("This cursor belongs to another list.")
        return [_typed(column, value) for column, value in zip(order.columns, plain, strict=True)]
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise BadCursor("This cursor was not made by this list.") from error


def _typed(column: InstrumentedAttribute[Any], value: Any) -> Any:
    if isinstance(column.type, Instant):
        return instant(value)
    if type(value) is not column.type.python_type:
        raise BadCursor("This cursor belongs to another list.")
    return value


def pending_openings(session: Session, actor: Actor, filters: Filters) -> list[Listed]:
    """Tickets whose opening waits to be decided and that the list would show, the newest first."""
    waiting = (
        select(Command)
        .where(Command.outcome.is_(None), Command.action == "open", Command.kind != ALERT_GROUP)
        .order_by(Command.row.desc())
        .limit(MOST_PENDING)
    )
    lines = []
    for command in session.scalars(waiting):
        row = opening_row(command)
        if roles.visible(actor, row.requester, row.team) and _fits(row, filters):
            lines.append((command, row))
    said = _titles(session, [row.title_body for _, row in lines])
    listed = [Listed(row, said.get(row.title_body or ""), command) for command, row in lines]
    return [line for line in listed if _reads(line, filters.q)]


def _titles(session: Session, bodies: list[str | None]) -> dict[str, str | None]:
    wanted = [body for body in bodies if body]
    if not wanted:
        return {}
    return {row[0]: row[1] for row in session.execute(select(Body.id, Body.text).where(Body.id.in_(wanted)))}


def _fits(row: Ticket, filters: Filters) -> bool:
    named = ((row.kind, filters.kind), (row.requester, filters.requester), (row.ci, filters.ci))
    held = ((row.assignee, filters.assignee), (row.team, filters.team))
    return (
        all(wanted is None or value == wanted for value, wanted in named)
        and all(wanted is None or (value or "none") == wanted for value, wanted in held)
        and (not filters.cis or row.ci in filters.cis)
        and (not filters.status or row.status in filters.status)
        and filters.open is not False
        and (not filters.priority or row.priority in filters.priority)
    )


def _reads(line: Listed, q: str | None) -> bool:
    if not q:
        return True
    title = (line.title or "").lower()
    return all(word.lower() in title for word in q.split()) or line.ticket.number == q.strip().upper()
