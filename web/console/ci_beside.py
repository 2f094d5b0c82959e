"""What stands beside a ticket about its item: whose it is, what else is wrong with it, what was done to it lately."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from activities.expiring import ENDS
from cmdb.answers import standing_for
from cmdb.merging import family
from cmdb.model import Model, model
from longwatch.store.tables import Body, Ci, Ticket
from longwatch.store.tables_cmdb import CiRelation
from longwatch.store.tables_schedule import PlannedCi, PlannedWork
from longwatch.store.ticket_lists import Filters
from longwatch.store.ticket_lists import page as list_page
from web.console.ci_door import CRITICALITY
from web.console.names import names_of
from web.console.people import Viewer
from web.console.times import Moment, moment

FEW = 5
"""Lines of each kind; the item's own page has all of them."""
LATELY = timedelta(days=14)
SOON = timedelta(days=60)
TIES = ("secured_by", "covered_by", "licensed_by")
"""Relations to what the item cannot do without once it has expired."""


@dataclass(frozen=True)
class Beside:
    """A ticket in a few words. `at` is when it was opened, or when its work begins."""

    number: str
    title: str
    status: str
    at: Moment


@dataclass(frozen=True)
class Ending:
    """Something that ends soon, or has ended: the item itself, its certificate, its contract."""

    ci: str
    name: str
    kind: str
    on: str
    over: bool


@dataclass(frozen=True)
class CiBeside:
    """What is told of the item beside a ticket."""

    id: str
    name: str
    icon: str
    kind: str
    criticality: str
    owner: str
    support_hours: str
    service: str
    open: Sequence[Beside]
    more: bool
    changes: Sequence[Beside]
    known_errors: Sequence[Beside]
    endings: Sequence[Ending]


def ci_beside(session: Session, who: Viewer, ci: str | None, ticket: str) -> CiBeside | None:
    """What stands beside `ticket`; none without an item, and for those who do not work here."""
    item = standing_for(session, ci) if ci and who.staff else None
    if item is None:
        return None
    known, all_of_it = model(session), family(session, item.id)
    class_, held = known.tree.get(item.class_), item.attributes or {}
    listed = list_page(session, who.actor, Filters(cis=tuple(all_of_it), open=True), limit=FEW + 1)
    others = [line for line in listed.items if line.opening is None and line.ticket.number != ticket]
    return CiBeside(
        id=item.id,
        name=item.name,
        icon=class_.icon,
        kind=class_.label,
        criticality=CRITICALITY[item.criticality],
        owner=names_of(session, []).team(item.owner_team),
        support_hours=str(held.get("support_hours") or ""),
        service=item.service or "",
        open=[_line(who, line.ticket, line.title) for line in others[:FEW]],
        more=listed.next is not None,
        changes=list(_changes(session, who, all_of_it)),
        known_errors=_known_errors(session, who, item, all_of_it),
        endings=sorted(_endings(session, who, known, item), key=lambda one: (one.on, one.ci)),
    )


def _line(who: Viewer, ticket: Ticket, title: str | None) -> Beside:
    return Beside(ticket.number, title or "", _words(ticket.status), moment(ticket.opened_at, who.now, who.zone))


def _words(status: str) -> str:
    return status.replace("_", " ")


def _changes(session: Session, who: Viewer, cis: Sequence[str]) -> Iterator[Beside]:
    """Changes of the last two weeks, under way now, or due within a week; the latest first."""
    query = (
        select(PlannedWork, Body.text)
        .outerjoin(Body, Body.id == PlannedWork.title_body)
        .where(
            PlannedWork.ticket.in_(select(PlannedCi.ticket).where(PlannedCi.ci.in_(list(cis)))),
            or_(PlannedWork.stands, PlannedWork.status.in_(("review", "closed"))),
            PlannedWork.end > who.now - LATELY,
            PlannedWork.begin < who.now + LATELY / 2,
        )
        .order_by(PlannedWork.begin.desc(), PlannedWork.ticket)
        .limit(FEW)
    )
    for work, title in session.execute(query):
        yield Beside(work.ticket, title or "", _words(work.status), moment(work.begin, who.now, who.zone))


def _known_errors(session: Session, who: Viewer, item: Ci, cis: Sequence[str]) -> list[Beside]:
    """Known errors of the item itself first, then those of others of its class."""
    alike = select(Ci.id).where(Ci.class_ == item.class_, Ci.merged_into.is_(None))
    query = (
        select(Ticket, Body.text)
        .outerjoin(Body, Body.id == Ticket.title_body)
        .where(
            Ticket.kind == "problem",
            Ticket.status == "known_error",
            or_(Ticket.ci.in_(list(cis)), Ticket.ci.in_(alike)),
        )
        .order_by(Ticket.ci.in_(list(cis)).desc(), Ticket.opened_at.desc(), Ticket.number)
        .limit(FEW)
    )
    return [_line(who, ticket, title) for ticket, title in session.execute(query)]


def _endings(session: Session, who: Viewer, known: Model, item: Ci) -> Iterator[Ending]:
    tied = select(CiRelation.target).where(CiRelation.source == item.id, CiRelation.type.in_(TIES))
    query = select(Ci).where(or_(Ci.id == item.id, Ci.id.in_(tied)), Ci.ended_at.is_(None), Ci.obsolete_at.is_(None))
    today = who.now.date()
    for one in session.scalars(query):
        for name in ENDS:
            on = _date((one.attributes or {}).get(name))
            if on is not None and on <= today + SOON:
                kind = known.tree.get(one.class_).label
                yield Ending(one.id, one.name, kind, on.isoformat(), over=on < today)


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
