"""Answers whether work is planned on an item at an instant: by a maintenance window, or by a change on all it hits.

    planned  {ci, source, at} -> {until, by, text}; `until` and `by` are None where nothing is planned

A maintenance window counts where its scope covers the item, a service that fails with it, or everything. A change
counts where it is authorised and stands in the schedule at that instant, or is being implemented, and the item fails
when the change's items do, redundancy considered. Of several that which ends last is named.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select
from sqlalchemy.orm import Session

from activities.windows import unfolded
from cmdb.answers import impact_of, standing_for
from cmdb.closure import down_links, up
from cmdb.impact_graph import Link, hits
from longwatch.domain.schedule_scope import CIS, SERVICES, Scope, Subject, covers, scope_of
from longwatch.domain.schedule_windows import MAINTENANCE
from longwatch.domain.ticket import instant, stamp
from longwatch.store.schedule import OVERRUN, UNDER_WAY
from longwatch.store.tables import Ci
from longwatch.store.tables_schedule import AgreedWindow, PlannedCi, PlannedWork

Answer = dict[str, Any]

MOMENT = timedelta(microseconds=1)
LONGEST = timedelta(days=7)
"""So far ahead an end is told; a window that is open, or ends later, is asked for again then."""
AT_ONCE = 500
"""Names in one query."""
_NOTHING: Answer = {"until": None, "by": None, "text": "Nothing is planned."}


class Work(NamedTuple):
    """What is planned at an instant: until when, by what, in words."""

    end: datetime
    by: str
    text: str


def planned(session: Session, data: Mapping[str, Any], now: datetime) -> Answer:
    """The planned work that ends last; where the desk plans nothing at all at that instant, one query says so."""
    at = instant(data["at"])
    if not session.scalar(select(literal(1)).where(or_(exists().where(_agreed(at)), exists().where(_at_work(at))))):
        return dict(_NOTHING)
    item = standing_for(session, data["ci"]) if data.get("ci") else None
    found = max([*_windows(session, item, at), *_changes(session, item, at, now)], default=None)
    if found is None:
        return dict(_NOTHING)
    return {"until": stamp(min(found.end, at + LONGEST)), "by": found.by, "text": found.text}


def _agreed(at: datetime) -> ColumnElement[bool]:
    return and_(AgreedWindow.kind == MAINTENANCE, AgreedWindow.end > at, AgreedWindow.begin <= at)


def _at_work(at: datetime) -> ColumnElement[bool]:
    """What runs over its window goes on; an emergency may be under way long before its own."""
    on = and_(PlannedWork.begin <= at, PlannedWork.end > at)
    return and_(PlannedWork.stands, PlannedWork.firm, or_(on, PlannedWork.status.in_(UNDER_WAY)))


def _windows(session: Session, item: Ci | None, at: datetime) -> Iterator[Work]:
    rows = list(session.scalars(select(AgreedWindow).where(_agreed(at)).order_by(AgreedWindow.row)))
    subjects = _subjects(session, item) if rows and item is not None else ()
    for row in rows:
        if not _meets(scope_of(row.scope), subjects):
            continue
        for window in unfolded(row, at, at + MOMENT):
            yield Work(window.end, f"window:{row.row}", f"Maintenance window “{row.name}”.")


def _subjects(session: Session, item: Ci) -> tuple[Subject, ...]:
    """The item, then the services that fail with it, each under its id and the names it is known by."""
    own = Subject(item.id, item.class_, item.service, item.owner_team)
    services = impact_of(session, item).services
    return (own, *(Subject(one.id, service=name) for one in services for name in (one.service, one.name)))


def _meets(scope: Scope, subjects: tuple[Subject, ...]) -> bool:
    """Services are met by name and id only: a team's window covers what the team owns, not what that rests upon."""
    if not subjects:
        return covers(scope, Subject(""))
    own, *services = subjects
    return covers(scope, own) or (scope.kind in (CIS, SERVICES) and any(covers(scope, one) for one in services))


def _changes(session: Session, item: Ci | None, at: datetime, now: datetime) -> Iterator[Work]:
    if item is None:
        return
    relies_on = sorted(up(session, item.id))
    for row in _touching(session, relies_on, at):
        touched = session.scalars(select(PlannedCi.ci).where(PlannedCi.ticket == row.ticket))
        if item.id not in _hit(session, touched):
            continue
        end = row.end if row.end > at else max(at, now) + OVERRUN
        said = "is being made" if row.status in UNDER_WAY else "is scheduled"
        yield Work(end, row.ticket, f"Change {row.ticket} {said}.")


def _touching(session: Session, cis: list[str], at: datetime) -> list[PlannedWork]:
    """The work on any of these items, in order."""
    found: dict[str, PlannedWork] = {}
    for begin in range(0, len(cis), AT_ONCE):
        touched = select(PlannedCi.ticket).where(PlannedCi.ci.in_(cis[begin : begin + AT_ONCE]))
        rows = session.scalars(select(PlannedWork).where(_at_work(at), PlannedWork.ticket.in_(touched)))
        found |= {row.ticket: row for row in rows}
    return [found[ticket] for ticket in sorted(found)]


def _hit(session: Session, cis: Iterable[str]) -> Mapping[str, Any]:
    """What fails when all of these do at once."""
    work = "\n"  # stands for the work itself; no item is called so
    links: list[tuple[str, str, str, int | None, int]] = []
    for ci in sorted(set(cis)):
        links += [Link(work, ci, "planned"), *down_links(session, ci)]
    return hits(work, links)
