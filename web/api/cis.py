"""Configuration items: what tickets are about."""

from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate

from cmdb.impact import impact
from cmdb.items import BadItem, NewItem, add_item, aliases_of, items
from cmdb.items import item as find_item
from longwatch.domain.ticket import stamp
from longwatch.store import audit, ticket_lists
from longwatch.store.tables import Ci
from longwatch.store.ticket_lists import Filters
from web import policies
from web.api.doors import Door, body
from web.api.lines import listed
from web.api.schemas import CiOut, CisOut, ImpactOut, TicketsOut
from web.api.tickets import page_of
from web.auth.identity import the_actor
from web.desk import desk
from web.errors import Problem
from web.fields import Line, Strict, Whole

blueprint = Door("cis", __name__, description="What tickets are about")

LARGEST_PAGE = 200


class CisAsked(Strict):
    """Which items."""

    q = Line(200, metadata={"description": "part of an id or name"})
    limit = Whole(1, LARGEST_PAGE, load_default=50)
    after = Line(120)


class NewCi(Strict):
    """An item to be recorded."""

    id = Line(120, required=True)
    name = Line(200, required=True)
    class_ = Line(120, data_key="class", load_default="server")
    criticality = Whole(1, 3)
    owner_team = Line(120)
    service = Line(120)
    aliases = fields.List(Line(200), validate=validate.Length(max=50), load_default=list)


class Paged(Strict):
    """A page."""

    limit = Whole(1, ticket_lists.LARGEST_PAGE, load_default=50)
    after = Line(1000)


@blueprint.route("/cis", methods=["GET"])
@policies.signed_in
@blueprint.arguments(CisAsked, location="query")
@blueprint.alt_response(200, schema=CisOut, description="A page of items")
def listing(asked: dict[str, Any]) -> Response:
    """List configuration items."""
    with desk().store.reading() as session:
        found, after = items(session, asked.get("q"), asked["limit"], asked.get("after"))
        names = aliases_of(session, [item.id for item in found])
        return jsonify({"items": [ci_json(item, names.get(item.id, [])) for item in found], "next": after})


@blueprint.route("/cis", methods=["POST"])
@policies.only("admin", "cmdb-editor")
@blueprint.takes(NewCi())
@blueprint.alt_response(201, schema=CiOut, description="The item")
def add() -> Response:
    """Record a configuration item."""
    loaded = NewCi().load(body())
    new = NewItem(**{**loaded, "aliases": tuple(loaded["aliases"])})
    store = desk().store
    try:
        with store.writing() as session:
            item = add_item(store, session, new)
            audit.note(store, session, the_actor(), "ci.added", item.id, data=loaded)
            answer = ci_json(item, aliases_of(session, [item.id]).get(item.id, []))
    except BadItem as problem:
        raise Problem(422, str(problem), {problem.field: [str(problem)]}) from problem
    response = jsonify(answer)
    response.status_code = 201
    response.headers["Location"] = f"/api/v1/cis/{new.id}"
    return response


@blueprint.route("/cis/<identity>", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=CiOut, description="The item")
def one(identity: str) -> Response:
    """Read a configuration item."""
    with desk().store.reading() as session:
        item = _there(find_item(session, identity), identity)
        return jsonify(ci_json(item, aliases_of(session, [identity]).get(identity, [])))


@blueprint.route("/cis/<identity>/tickets", methods=["GET"])
@policies.signed_in
@blueprint.arguments(Paged, location="query")
@blueprint.alt_response(200, schema=TicketsOut, description="Its tickets, the newest first")
def tickets(asked: dict[str, Any], identity: str) -> Response:
    """List the tickets about an item."""
    actor = the_actor()
    with desk().store.reading() as session:
        _there(find_item(session, identity), identity)
        return listed(session, actor, page_of(session, actor, Filters(ci=identity), asked))


@blueprint.route("/cis/<identity>/impact", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=ImpactOut, description="What else is affected when it fails")
def affected(identity: str) -> Response:
    """Read the impact of an item."""
    with desk().store.reading() as session:
        _there(find_item(session, identity), identity)
        return jsonify(impact(session, identity))


def ci_json(item: Ci, aliases: list[str]) -> dict[str, Any]:
    """An item as JSON."""
    return {
        "id": item.id,
        "name": item.name,
        "class": item.class_,
        "criticality": item.criticality,
        "owner_team": item.owner_team,
        "service": item.service,
        "aliases": aliases,
        "created_at": stamp(item.created_at),
    }


def _there(item: Ci | None, identity: str) -> Ci:
    if item is None:
        raise Problem(404, f"There is no configuration item {identity[:40]}.")
    return item
