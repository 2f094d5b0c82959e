"""What fails with an item, and what it relies on."""

from typing import Any

from flask import Response, jsonify
from marshmallow import validate
from sqlalchemy.orm import Session

from cmdb.answers import impact_of, told
from cmdb.closure import DOWN, UP, briefs, up
from cmdb.impact_graph import Hit, path
from longwatch.store.tables import Ci
from web import policies
from web.api.ci_door import blueprint, there
from web.api.ci_schemas import ImpactOut
from web.desk import desk
from web.fields import Line, Strict, Whole


class ImpactAsked(Strict):
    """Which way, and how many items in detail."""

    direction = Line(validate=validate.OneOf([DOWN, UP]), load_default=DOWN)
    limit = Whole(0, 1000, load_default=200)


@blueprint.route("/cis/<identity>/impact", methods=["GET"])
@policies.signed_in
@blueprint.arguments(ImpactAsked, location="query")
@blueprint.alt_response(200, schema=ImpactOut, description="What else is affected when it fails, and why")
def affected(asked: dict[str, Any], identity: str) -> Response:
    """Read the impact of an item (`down`), or what it relies on (`up`)."""
    with desk().store.reading() as session:
        item = there(session, identity)
        if asked["direction"] == UP:
            return jsonify(_relies_on(session, item, asked["limit"]))
        found = impact_of(session, item)
        answer = told(item, found) | {"direction": DOWN, "items": _explained(session, found.hits, asked["limit"])}
        return jsonify(answer)


def _relies_on(session: Session, item: Ci, limit: int) -> dict[str, Any]:
    hits = up(session, item.id)
    return {
        "ci": item.id,
        "name": item.name,
        "direction": UP,
        "own_criticality": item.criticality,
        "affected": list(hits)[:limit],
        "affected_count": len(hits),
        "items": _explained(session, hits, limit),
    }


def _explained(session: Session, hits: dict[str, Hit], limit: int) -> list[dict[str, Any]]:
    shown = list(hits)[:limit]
    paths = {ci: path(hits, ci) for ci in shown}
    known = briefs(session, {step for steps in paths.values() for step, _ in steps})
    found = []
    for ci in shown:
        brief = known[ci]
        steps = [{"ci": step, "name": known[step].name, "by": by} for step, by in paths[ci]]
        said = {"id": ci, "name": brief.name, "class": brief.class_, "criticality": brief.criticality}
        found.append({**said, "distance": hits[ci].distance, "path": steps})
    return found
