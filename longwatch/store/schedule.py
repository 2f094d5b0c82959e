"""The forward schedule of change: planned work as rows, found by time, item, team and model.

    plan_row(session, kind, state, version)    writes the row of a change beside its ticket row, in the same transaction

The state of a change is read by these names: `number`, `status`, `type` (normal | standard | emergency), `begin` and
`end` (instants, None while there is no window), `cis` (ids), `title` ({"body": id} or None), `requester`, `team`,
`assignee`, `model` (the name of its change model, or None), `outcome` (of its review, or None), `updated_at`.

Lists page by keyset over the beginning of the window, as all lists do over what they are ordered by.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, false, func, or_, select
from sqlalchemy.orm import Session

from longwatch.domain import roles
from longwatch.domain.schedule import LONGEST_WINDOW, Window, overlap
from longwatch.domain.ticket import Actor, instant, stamp
from longwatch.store.tables import Body
from longwatch.store.tables_schedule import PlannedCi, PlannedWork
from longwatch.store.ticket_lists import BadCursor
from longwatch.store.writing import changed, insert_all, put

FIRM = ("scheduled", "implementation", "backing_out")
"""Statuses of work that is authorised."""

STANDS = ("submitted", "assessment", "authorization", *FIRM)
"""Statuses of work that is to take place or takes place. A draft is a thought, and what ended is past."""

UNDER_WAY = ("implementation", "backing_out")

OVERRUN = timedelta(minutes=15)
"""Work that runs over its window is reckoned to take so much longer from now: then it is looked at again."""

SUCCESSFUL = ("successful", "successful_with_issues")

AT_ONCE = 500
"""Names in one query, and rows in one page of a walk."""

LARGEST_PAGE = 200

SEES_SCHEDULE = (*roles.SEES_ALL, "approver")
"""The roles that see all planned work: whoever authorises must know what else is on. Others see their own."""


@dataclass(frozen=True)
class Work:
    """A planned change with its items and its title."""

    row: PlannedWork
    cis: tuple[str, ...] = ()
    title: str | None = None

    @property
    def window(self) -> Window:
        """From when to when it is planned."""
        return Window(self.row.begin, self.row.end)


@dataclass(frozen=True)
class Asked:
    """What a calendar shows: what is on between two instants, on an item, of a team."""

    begin: datetime
    end: datetime
    ci: str | None = None
    team: str | None = None


@dataclass(frozen=True)
class Page:
    """A page of the schedule, and the cursor of the next one."""

    items: list[Work]
    next: str | None


def sees_all(actor: Actor) -> bool:
    """Whether the actor sees all planned work."""
    return not roles.is_person(actor) or any(role in SEES_SCHEDULE for role in actor.roles)


def plan_row(session: Session, kind: str, state: Any, version: int) -> None:
    """Writes what the schedule shows of a change; nothing while it has no window."""
    if state.begin is None or state.end is None:
        changed(session, delete(PlannedWork).where(PlannedWork.ticket == state.number))
        return
    put(session, PlannedWork, _columns(kind, state, version))
    wanted = set(state.cis)
    there = set(session.scalars(select(PlannedCi.ci).where(PlannedCi.ticket == state.number)))
    if there - wanted:
        gone = PlannedCi.ticket == state.number, PlannedCi.ci.in_(sorted(there - wanted))
        changed(session, delete(PlannedCi).where(*gone))
    insert_all(session, PlannedCi, [{"ticket": state.number, "ci": ci} for ci in sorted(wanted - there)])


def _columns(kind: str, state: Any, version: int) -> dict[str, Any]:
    return {
        "ticket": state.number,
        "kind": kind,
        "type": state.type,
        "status": state.status,
        "stands": state.status in STANDS,
        "firm": state.status in FIRM,
        "begin": state.begin,
        "end": state.end,
        "title_body": state.title["body"] if state.title else None,
        "requester": state.requester,
        "team": state.team,
        "assignee": state.assignee,
        "model": state.model,
        "outcome": state.outcome,
        "version": version,
        "updated_at": state.updated_at,
    }


def standing(session: Session, window: Window, now: datetime) -> Iterator[Work]:
    """The work that others must reckon with in a window, in order; what runs over its own counts as under way."""
    after = None
    while True:
        query = _standing(window).limit(AT_ONCE)
        rows = list(session.scalars(query if after is None else query.where(_beyond(*after))))
        cis = _cis_of(session, rows)
        for row in rows:
            if overlap(reckoned(row, now), window):
                yield Work(row, cis.get(row.ticket, ()))
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].begin, rows[-1].ticket


def reckoned(row: PlannedWork, now: datetime) -> Window:
    """The window of work as others must reckon with it: never over while the work is under way."""
    return Window(row.begin, max(row.end, now + OVERRUN) if row.status in UNDER_WAY else row.end)


def _standing(window: Window) -> Select[PlannedWork]:
    lasts = or_(PlannedWork.end > window.begin, PlannedWork.status.in_(UNDER_WAY))
    found = select(PlannedWork).where(PlannedWork.stands, PlannedWork.begin < window.end, lasts)
    return found.order_by(PlannedWork.begin, PlannedWork.ticket)


def work_on(session: Session, cis: Iterable[str], window: Window, now: datetime | None = None) -> list[Work]:
    """The standing work on any of the items in a window. `now` counts what runs over its own as under way."""
    wanted = sorted(set(cis))
    found: dict[str, PlannedWork] = {}
    for begin in range(0, len(wanted), AT_ONCE):
        touched = select(PlannedCi.ticket).where(PlannedCi.ci.in_(wanted[begin : begin + AT_ONCE]))
        rows = session.scalars(_standing(window).where(PlannedWork.ticket.in_(touched)))
        found |= {row.ticket: row for row in rows if overlap(reckoned(row, now or window.begin), window)}
    rows_ = sorted(found.values(), key=lambda row: (row.begin, row.ticket))
    cis_of = _cis_of(session, rows_)
    return [Work(row, cis_of.get(row.ticket, ())) for row in rows_]


def work_data(work: Work) -> dict[str, Any]:
    """The work as answers hold it: JSON-clean, instants as stamps."""
    row = work.row
    return {
        "ticket": row.ticket,
        "kind": row.kind,
        "type": row.type,
        "status": row.status,
        "firm": row.firm,
        "begin": stamp(row.begin),
        "end": stamp(row.end),
        "cis": list(work.cis),
        "team": row.team,
        "assignee": row.assignee,
    }


def page(session: Session, actor: Actor, asked: Asked, limit: int = 100, after: str | None = None) -> Page:
    """One page of what the actor may see of the schedule, drafts aside, whatever became of it. Raises BadCursor."""
    limit = max(1, min(limit, LARGEST_PAGE))
    query = select(PlannedWork, Body.text).outerjoin(Body, Body.id == PlannedWork.title_body)
    query = query.where(*_conditions(actor, asked)).order_by(PlannedWork.begin, PlannedWork.ticket)
    if after:
        query = query.where(_beyond(*_read_cursor(after)))
    found = session.execute(query.limit(limit + 1)).all()
    cis = _cis_of(session, [row for row, _ in found[:limit]])
    items = [Work(row, cis.get(row.ticket, ()), title) for row, title in found[:limit]]
    last = items[-1].row if len(found) > limit else None
    return Page(items, f"{stamp(last.begin)}~{last.ticket}" if last is not None else None)


def _conditions(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    """No window is longer than the longest, so what began earlier than that before the span is over."""
    conditions = [
        PlannedWork.begin < asked.end,
        PlannedWork.begin > asked.begin - LONGEST_WINDOW,
        PlannedWork.end > asked.begin,
        PlannedWork.status != "draft",
    ]
    if asked.team is not None:
        conditions.append(PlannedWork.team == asked.team)
    if asked.ci is not None:
        conditions.append(PlannedWork.ticket.in_(select(PlannedCi.ticket).where(PlannedCi.ci == asked.ci)))
    if not sees_all(actor):
        own = or_(PlannedWork.requester == actor.id, PlannedWork.team.in_(actor.teams))
        conditions.append(own if actor.roles else false())
    return conditions


def _beyond(begin: datetime, ticket: str) -> ColumnElement[bool]:
    later = or_(PlannedWork.begin > begin, PlannedWork.ticket > ticket)
    return and_(PlannedWork.begin >= begin, later)


def _read_cursor(text: str) -> tuple[datetime, str]:
    begin, _, ticket = text.partition("~")
    try:
        return instant(begin), ticket
    except ValueError as error:
        raise BadCursor("This cursor was not made by this list.") from error


def _cis_of(session: Session, rows: Sequence[PlannedWork]) -> dict[str, tuple[str, ...]]:
    """The items of each, in order."""
    tickets = [row.ticket for row in rows]
    touched = select(PlannedCi).where(PlannedCi.ticket.in_(tickets)).order_by(PlannedCi.ticket, PlannedCi.ci)
    found: dict[str, tuple[str, ...]] = {}
    for one in session.scalars(touched) if tickets else ():
        found[one.ticket] = (*found.get(one.ticket, ()), one.ci)
    return found


def experience(session: Session, model: str | None, cis: Sequence[str] = ()) -> tuple[int, int]:
    """How many changes were closed with an outcome, and how many of a thousand of them were successful.

    Of a model; where there is none, of the changes on the same items.
    """
    if model is not None:
        these = PlannedWork.model == model
    else:
        these = PlannedWork.ticket.in_(select(PlannedCi.ticket).where(PlannedCi.ci.in_(sorted(set(cis))[:AT_ONCE])))
    counts = select(PlannedWork.outcome, func.count()).where(PlannedWork.outcome.is_not(None), these)
    counted = dict(session.execute(counts.group_by(PlannedWork.outcome)).all())
    closed = sum(counted.values())
    good = sum(counted.get(outcome, 0) for outcome in SUCCESSFUL)
    return closed, good * 1000 // closed if closed else 0
