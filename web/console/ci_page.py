"""One item: what it is, who says so, what it is related to, its tickets and what is planned, and its history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cmdb import past
from cmdb.answers import impact_of
from cmdb.beside import Ending, ending_near
from cmdb.classes import CORE, CiClass
from cmdb.history import described, named_relation, of_item
from cmdb.items import aliases_of
from cmdb.merging import family
from cmdb.model import Model, model
from cmdb.naming import contested
from cmdb.relate import relations
from longwatch.store.agreed_windows import KEEPERS
from longwatch.store.tables import Body, Ci, Ticket
from longwatch.store.tables_cmdb import CiChange, CiReport
from longwatch.store.tables_schedule import PlannedCi, PlannedWork
from longwatch.store.ticket_lists import Filters
from longwatch.store.ticket_lists import page as list_page
from web import policies
from web.console.ci_door import CRITICALITY, Line, blueprint, edits, instant_of, there, to_item, told
from web.console.frame import frame, viewer
from web.console.names import names_of
from web.console.people import Names, Viewer
from web.console.queue_page import rows
from web.console.times import Moment, moment
from web.desk import desk
from web.rendering import render

DONE = 20
HISTORY = 50
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Told:
    """A line of the history: when, who, what, and what differs."""

    at: Moment
    who: str
    what: str
    source: str
    run: int | None
    differences: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Planned:
    """A change that is to touch the item."""

    number: str
    title: str
    status: str
    begin: Moment
    end: Moment


@blueprint.get("/cis/<path:identity>")
@policies.staff
def show(identity: str) -> Any:
    """The page; `?at=` shows the item as it was."""
    with desk().store.reading() as session:
        who = viewer(session)
        ci = there(session, identity)
        if ci.id != identity and not request.args.get("at"):
            return to_item(ci.id)
        at = instant_of(request.args.get("at"), who)
        if at is not None:
            return _then(session, who, identity, at)
        return render("ci.html", "main", **_now(session, who, ci), **frame(session, who, "/cis"))


def _now(session: Session, who: Viewer, ci: Ci) -> dict[str, Any]:
    known, names = model(session), names_of(session, [])
    class_, all_of_it = known.tree.get(ci.class_), family(session, ci.id)
    impact = impact_of(session, ci)
    history, more = of_item(session, all_of_it, HISTORY)
    aliases = aliases_of(session, [ci.id]).get(ci.id, [])
    shared = contested(session, ci.id, aliases).values() if ci.ended_at is None else ()
    return {
        "ci": ci,
        "class_": class_,
        "state": class_.state(ci.state),
        "facts": _facts(class_, ci, names, aliases),
        "warnings": [*_warnings(known, ci, who, ending_near(session, ci, who.now)), *shared],
        "relations": relations(session, ci.id),
        "types": sorted((one.id, one.label) for one in known.types.values()),
        "affected": len(impact.hits) - 1,
        "services": impact.services,
        "users": impact.users,
        "criticality": CRITICALITY[impact.criticality],
        "raised": impact.critical is not None and impact.critical != ci.id and impact.criticality != ci.criticality,
        "critical": impact.critical,
        "open_rows": _tickets(session, who, all_of_it, open_=True),
        "done_rows": _tickets(session, who, all_of_it, open_=False),
        "rate": _rate(session, all_of_it, who.now),
        "planned": _planned(session, who, all_of_it),
        "reports": _reports(session, ci.id, who),
        "history": _history(history, session, who),
        "more_history": more,
        "edits": edits(who),
        "plans": any(role in KEEPERS for role in who.roles),
    }


def _facts(class_: CiClass, ci: Ci, names: Names, aliases: Sequence[str]) -> list[Line]:
    lines = [
        Line("Class", class_.label, href=f"/cmdb/classes/{class_.id}"),
        Line("Criticality", CRITICALITY[ci.criticality]),
        Line("Service", ci.service or "none"),
        Line("Owner", names.team(ci.owner_team) or "nobody"),
    ]
    lines += [Line("People using it", f"{ci.users:,}")] if ci.users is not None else []
    lines += [Line("Needs alive", told(ci.needs), "of those it is related to so")] if ci.needs else []
    held = ci.attributes or {}
    for name, attribute in class_.attributes.items():
        if name in held:
            unit = f" {attribute.unit}" if attribute.unit else ""
            lines.append(Line(attribute.label, f"{told(held[name])}{unit}"))
    lines += [
        Line(name, told(value), "not of its class") for name, value in held.items() if name not in class_.attributes
    ]
    return [
        *lines,
        Line("Also known as", ", ".join(name for name in aliases if name != ci.id.lower()) or "no other name"),
    ]


def _warnings(known: Model, ci: Ci, who: Viewer, ending: Iterable[Ending]) -> list[str]:
    found = [f"It does not fit its class: {reason}" for reason in ci.complaints or []]
    if ci.obsolete_at is not None:
        found.append(f"No source reports it any more since {moment(ci.obsolete_at, who.now, who.zone).short}.")
    for one in ending:
        what = "It" if one.ci == ci.id else f"{known.tree.get(one.class_).label} {one.name}"
        found.append(f"{what} {'ended' if one.on < who.now.date() else 'ends'} on {one.on}.")
    return found


def _tickets(session: Session, who: Viewer, cis: Sequence[str], *, open_: bool) -> list[Any]:
    wanted = Filters(cis=tuple(cis), open=open_, order="due" if open_ else "updated")
    listed = list_page(session, who.actor, wanted, limit=50 if open_ else DONE)
    return rows(session, who, [line for line in listed.items if line.opening is None])


def _rate(session: Session, cis: Sequence[str], now: datetime) -> list[Line]:
    """Incidents of the last thirty days, and of those before."""
    mine = (Ticket.ci.in_(list(cis)), Ticket.kind == "incident")

    def opened(begin: datetime, end: datetime) -> int:
        counted = select(func.count()).where(*mine, Ticket.opened_at > begin, Ticket.opened_at <= end)
        return session.scalar(counted) or 0

    return [
        Line("Last 30 days", str(opened(now - MONTH, now))),
        Line("30 days before", str(opened(now - 2 * MONTH, now - MONTH))),
        Line("Last 365 days", str(opened(now - timedelta(days=365), now))),
    ]


def _planned(session: Session, who: Viewer, cis: Sequence[str]) -> list[Planned]:
    """Changes that are still to touch the item, the next first."""
    query = (
        select(PlannedWork, Body.text)
        .join(PlannedCi, PlannedCi.ticket == PlannedWork.ticket)
        .outerjoin(Body, Body.id == PlannedWork.title_body)
        .where(PlannedCi.ci.in_(list(cis)), PlannedWork.stands, PlannedWork.end >= who.now)
        .order_by(PlannedWork.begin, PlannedWork.ticket)
        .limit(20)
        .distinct()
    )
    return [
        Planned(
            work.ticket,
            title or "",
            work.status,
            moment(work.begin, who.now, who.zone),
            moment(work.end, who.now, who.zone),
        )
        for work, title in session.execute(query)
    ]


def _reports(session: Session, ci: str, who: Viewer) -> list[tuple[str, str, Moment, str]]:
    """Who says something of the item: source, its key, when it last did, and what."""
    found = session.scalars(select(CiReport).where(CiReport.ci == ci).order_by(CiReport.source, CiReport.key))
    return [
        (
            "entered here" if row.source == "desk" else row.source,
            row.key,
            moment(row.seen_at, who.now, who.zone),
            f"not in its last {row.missing} complete runs" if row.missing else told(dict(sorted(row.values.items()))),
        )
        for row in found
    ]


WHAT = {
    "created": "recorded it",
    "changed": "changed it",
    "obsolete": "no source reports it any more",
    "revived": "it is reported again",
    "merged": "merged it into another item",
    "flagged": "its class was changed",
}


def _history(found: Sequence[CiChange], session: Session, who: Viewer) -> list[Told]:
    names = names_of(session, [row.actor for row in found])
    told_of = []
    for row in found:
        face = names.face(row.actor)
        differences = [] if row.relation else described(row.before, row.after)
        lines = [(name, told(old), told(new)) for name, old, new in differences]
        at = moment(row.at, who.now, who.zone)
        source = "" if row.source in (None, "desk") else str(row.source)
        told_of.append(Told(at, face.name if face else row.actor, _what(row), source, row.run, lines))
    return told_of


def _what(row: CiChange) -> str:
    if not row.relation:
        return WHAT.get(row.action, row.action)
    type_, source, target = named_relation(row.relation)
    verb = "related" if row.action == "related" else "no longer related"
    return f"{verb}: {source} {type_.replace('_', ' ')} {target}"


def _then(session: Session, who: Viewer, identity: str, at: datetime) -> str:
    found = past.item_at(session, identity, at)
    if found is None:
        abort(404, "It was not recorded yet at that time.")
    known: Model = model(session)
    values = found.values
    lines = [(name, told(values.get(name))) for name in ("class", *CORE[:-1]) if values.get(name) is not None]
    lines += [(name, told(value)) for name, value in (values.get("attributes") or {}).items()]
    lines.append(("aliases", told(values.get("aliases"))))
    types = {one.id: one.label for one in known.types.values()}
    related = [(source, types.get(type_, type_), target) for type_, source, target in found.relations]
    then = moment(at, who.now, who.zone)
    context = {"ci_id": identity, "name": values.get("name"), "then": then, "lines": lines, "related": related}
    return render("ci_past.html", "main", **context, **frame(session, who, "/cis"))
