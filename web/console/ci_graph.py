"""The impact picture: what fails with an item and what it relies on, drawn, and the same as a table."""

from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cmdb.closure import DOWN, UP, Brief, briefs, reached
from cmdb.edges import chunks
from cmdb.impact_graph import Hit, path
from cmdb.model import Model, model
from longwatch.store.tables import Ticket
from longwatch.store.tables_cmdb import CiEdge
from web import policies
from web.console.ci_door import CRITICALITY, blueprint, there
from web.console.frame import frame, viewer
from web.desk import desk
from web.rendering import render

MOST_DRAWN = 300
MOST_LISTED = 1000
WAYS = {DOWN: "What fails with it", UP: "What it relies on"}


@dataclass(frozen=True)
class Reached:
    """An item in the table: how far, and by which way failure comes."""

    id: str
    name: str
    kind: str
    criticality: str
    distance: int
    way: str
    open_tickets: int


@blueprint.get("/cis/<path:identity>/graph")
@policies.staff
def picture(identity: str) -> str:
    """The page: the picture, and the table with the same content."""
    direction = UP if request.args.get("direction") == UP else DOWN
    with desk().store.reading() as session:
        who, ci, known = viewer(session), there(session, identity), model(session)
        hits = reached(session, ci.id, direction)
        context = {
            "ci": ci,
            "direction": direction,
            "ways": WAYS,
            "title": WAYS[direction],
            "rows": _rows(session, known, hits, direction),
            "count": len(hits) - 1,
            "drawn": min(len(hits), MOST_DRAWN),
        }
        return render("ci_graph.html", "main", **context, **frame(session, who, "/cis"))


@blueprint.get("/cis/<path:identity>/graph.json")
@policies.staff
def drawing(identity: str) -> Response:
    """What the picture is drawn from: the nearest items and the ways between them."""
    direction = UP if request.args.get("direction") == UP else DOWN
    with desk().store.reading() as session:
        ci, known = there(session, identity), model(session)
        hits = reached(session, ci.id, direction)
        drawn = list(hits)[:MOST_DRAWN]
        found, tickets = briefs(session, drawn), _open_tickets(session, drawn)
        nodes = [_node(known, found[one], hits[one], tickets.get(one, 0)) for one in drawn if one in found]
        links = _links(session, known, set(drawn))
        return jsonify({"start": ci.id, "nodes": nodes, "links": links, "all": len(hits)})


def _node(known: Model, brief: Brief, hit: Hit, tickets: int) -> dict[str, Any]:
    class_ = known.tree.get(brief.class_)
    said = {"id": brief.id, "name": brief.name, "class": class_.id, "kind": class_.label, "layer": class_.layer}
    return {**said, "distance": hit.distance, "criticality": brief.criticality, "tickets": tickets}


def _links(session: Session, known: Model, drawn: set[str]) -> list[dict[str, Any]]:
    """The ways of failure between the items that are drawn."""
    found = []
    for some in chunks(sorted(drawn)):
        edges = select(CiEdge.cause, CiEdge.victim, CiEdge.type, CiEdge.needed).where(CiEdge.cause.in_(some)).distinct()
        for cause, victim, type_, needed in session.execute(edges.order_by(CiEdge.cause, CiEdge.victim, CiEdge.type)):
            if victim in drawn:
                label = known.types[type_].label if type_ in known.types else type_
                found.append({"from": cause, "to": victim, "label": label, "needed": needed})
    return found


def _open_tickets(session: Session, cis: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in chunks(cis):
        counted = select(Ticket.ci, func.count()).where(Ticket.ci.in_(some), or_(Ticket.open)).group_by(Ticket.ci)
        found |= {ci: count for ci, count in session.execute(counted) if ci is not None}
    return found


def _rows(session: Session, known: Model, hits: dict[str, Hit], direction: str) -> list[Reached]:
    listed = [ci for ci in hits if hits[ci].cause is not None][:MOST_LISTED]
    paths = {ci: path(hits, ci) for ci in listed}
    found = briefs(session, {step for steps in paths.values() for step, _ in steps})
    tickets = _open_tickets(session, listed)
    rows = []
    for ci in listed:
        brief = found[ci]
        names = [found[step].name for step, _ in (paths[ci] if direction == DOWN else paths[ci][::-1])]
        kind = known.tree.get(brief.class_).label
        criticality = CRITICALITY[brief.criticality]
        rows.append(
            Reached(ci, brief.name, kind, criticality, hits[ci].distance, " → ".join(names), tickets.get(ci, 0))
        )
    return rows
