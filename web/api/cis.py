"""Configuration items: what tickets are about."""

from datetime import datetime
from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from cmdb import past
from cmdb.history import of_item
from cmdb.items import NewItem, add_item, aliases_of, change_item
from cmdb.listing import Wanted, by_id
from cmdb.merging import family, merge
from longwatch.domain.ticket import instant, stamp
from longwatch.store import audit, ticket_lists
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiChange
from longwatch.store.ticket_lists import Filters
from web import policies
from web.api import ci_impact, ci_imports, ci_model, ci_relations, ci_runs  # noqa: F401 - they add their routes to this door
from web.api.ci_door import EDITORS, blueprint, refusals, there
from web.api.ci_schemas import CiHistoryOut, CiOut, CisOut
from web.api.doors import body, expected_version
from web.api.lines import listed
from web.api.schemas import TicketsOut
from web.api.tickets import page_of
from web.auth.identity import the_actor
from web.desk import desk
from web.errors import Problem
from web.fields import Line, Strict, Until, Whole

LARGEST_PAGE = 200


class CisAsked(Strict):
    """Which items."""

    q = Line(200, metadata={"description": "words: parts of an id, a name, another name or an attribute"})
    class_ = Line(120, data_key="class", metadata={"description": "of this class or one below it"})
    owner_team = Line(120)
    state = Line(120)
    flagged = fields.Boolean(load_default=False, metadata={"description": "only those that do not fit their class"})
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
    state = Line(120)
    users = Whole(0, 2_000_000_000)
    needs = fields.Dict(keys=fields.String(), values=Whole(0, 100_000))
    attributes = fields.Dict(keys=fields.String(), load_default=dict)
    aliases = fields.List(Line(200), validate=validate.Length(max=50), load_default=list)


class ChangedCi(Strict):
    """What people say of an item now; null takes a value back, so that other sources' words count again."""

    name = Line(200, allow_none=True)
    class_ = Line(120, data_key="class")
    criticality = Whole(1, 3, allow_none=True)
    owner_team = Line(120, allow_none=True)
    service = Line(120, allow_none=True)
    state = Line(120, allow_none=True)
    users = Whole(0, 2_000_000_000, allow_none=True)
    needs = fields.Dict(keys=fields.String(), values=Whole(0, 100_000), allow_none=True)
    attributes = fields.Dict(keys=fields.String(), load_default=dict)
    aliases = fields.List(Line(200), validate=validate.Length(max=50))


class Merged(Strict):
    """The item that is the same one."""

    ci = Line(120, required=True)


class At(Strict):
    """Time travel."""

    at = Until(metadata={"description": "an instant: the item as it was then"})


class Paged(Strict):
    """A page."""

    limit = Whole(1, ticket_lists.LARGEST_PAGE, load_default=50)
    after = Line(1000)


class HistoryAsked(Strict):
    """A page of changes."""

    limit = Whole(1, 500, load_default=100)
    after = Whole(1, 2**53)


@blueprint.route("/cis", methods=["GET"])
@policies.signed_in
@blueprint.arguments(CisAsked, location="query")
@blueprint.alt_response(200, schema=CisOut, description="A page of items")
def listing(asked: dict[str, Any]) -> Response:
    """List configuration items."""
    wanted = Wanted(asked.get("q"), asked.get("class_"), asked.get("owner_team"), asked.get("state"))
    if asked["flagged"]:
        wanted = Wanted(**{**vars(wanted), "flagged": True})
    with desk().store.reading() as session:
        found, after = by_id(session, wanted, asked["limit"], asked.get("after"))
        names = aliases_of(session, [item.id for item in found])
        return jsonify({"items": [ci_json(item, names.get(item.id, [])) for item in found], "next": after})


@blueprint.route("/cis", methods=["POST"])
@policies.only(*EDITORS)
@blueprint.takes(NewCi())
@blueprint.alt_response(201, schema=CiOut, description="The item")
def add() -> Response:
    """Record a configuration item."""
    loaded = NewCi().load(body())
    more = {name: loaded[name] for name in ("state", "users", "needs") if name in loaded}
    core = {name: value for name, value in loaded.items() if name not in (*more, "attributes", "aliases")}
    new = NewItem(**core, aliases=tuple(loaded["aliases"]), values={**loaded["attributes"], **more})
    store = desk().store
    with refusals(), store.writing() as session:
        item = add_item(store, session, new, the_actor().id)
        audit.note(store, session, the_actor(), "ci.added", item.id, data=loaded)
        answer = _answer(session, item)
    answer.status_code = 201
    answer.headers["Location"] = f"/api/v1/cis/{new.id}"
    return answer


@blueprint.route("/cis/<identity>", methods=["GET"])
@policies.signed_in
@blueprint.arguments(At, location="query")
@blueprint.alt_response(200, schema=CiOut, description="The item; its version is the ETag")
def one(asked: dict[str, Any], identity: str) -> Response:
    """Read a configuration item, now or as it was at an instant."""
    with desk().store.reading() as session:
        if "at" in asked:
            return jsonify(_then(session, identity, instant(asked["at"])))
        return _answer(session, there(session, identity))


@blueprint.route("/cis/<identity>", methods=["PATCH"])
@policies.only(*EDITORS)
@blueprint.takes(ChangedCi())
@blueprint.alt_response(200, schema=CiOut, description="The item")
def change(identity: str) -> Response:
    """Change a configuration item."""
    loaded = ChangedCi().load(body())
    options = {"class_": loaded.pop("class_", None), "aliases": loaded.pop("aliases", None)}
    changes = {**loaded.pop("attributes"), **loaded}
    store, actor = desk().store, the_actor()
    with refusals(), store.writing() as session:
        item = there(session, identity)
        expected = expected_version()
        change_item(store, session, item.id, changes, actor.id, expected=expected, **options)
        audit.note(store, session, actor, "ci.changed", item.id, data={"fields": sorted(changes)})
        return _answer(session, item)


@blueprint.route("/cis/<identity>/merge", methods=["POST"])
@policies.only(*EDITORS)
@blueprint.takes(Merged())
@blueprint.alt_response(200, schema=CiOut, description="The item that both are now")
def merging(identity: str) -> Response:
    """Merge another item into this one: its tickets, names, relations and history go along."""
    other = Merged().load(body())["ci"]
    store, actor = desk().store, the_actor()
    with refusals(), store.writing() as session:
        try:
            item = merge(store, session, identity, other, actor.id)
        except KeyError as problem:
            raise Problem(404, f"There is no configuration item {str(problem.args[0])[:40]}.") from problem
        audit.note(store, session, actor, "ci.merged", identity, data={"ci": other})
        return _answer(session, item)


@blueprint.route("/cis/<identity>/tickets", methods=["GET"])
@policies.signed_in
@blueprint.arguments(Paged, location="query")
@blueprint.alt_response(200, schema=TicketsOut, description="Its tickets, the newest first")
def tickets(asked: dict[str, Any], identity: str) -> Response:
    """List the tickets about an item, and about those merged into it."""
    actor = the_actor()
    with desk().store.reading() as session:
        mine = Filters(cis=tuple(family(session, there(session, identity).id)))
        return listed(session, actor, page_of(session, actor, mine, asked))


@blueprint.route("/cis/<identity>/history", methods=["GET"])
@policies.staff
@blueprint.arguments(HistoryAsked, location="query")
@blueprint.alt_response(200, schema=CiHistoryOut, description="Changes of the item and its relations, newest first")
def history(asked: dict[str, Any], identity: str) -> Response:
    """Read the history of an item."""
    with desk().store.reading() as session:
        item = there(session, identity)
        rows, after = of_item(session, family(session, item.id), asked["limit"], asked.get("after"))
        return jsonify({"items": [change_json(row) for row in rows], "next": after})


def ci_json(item: Ci, aliases: list[str]) -> dict[str, Any]:
    """An item as JSON."""
    return {
        "id": item.id,
        "name": item.name,
        "class": item.class_,
        "criticality": item.criticality,
        "owner_team": item.owner_team,
        "service": item.service,
        "state": item.state,
        "users": item.users,
        "needs": item.needs or {},
        "attributes": item.attributes or {},
        "aliases": aliases,
        "complaints": item.complaints or [],
        "obsolete_at": stamp(item.obsolete_at) if item.obsolete_at else None,
        "ended_at": stamp(item.ended_at) if item.ended_at else None,
        "merged_into": item.merged_into,
        "version": item.version,
        "created_at": stamp(item.created_at),
        "updated_at": stamp(item.updated_at) if item.updated_at else None,
    }


def change_json(row: CiChange) -> dict[str, Any]:
    """A line of the history as JSON."""
    told = {"id": row.row, "at": stamp(row.at), "ci": row.ci, "action": row.action, "actor": row.actor}
    told |= {"source": row.source, "run": row.run, "relation": row.relation or None}
    return {**told, "before": row.before, "after": row.after}


def _answer(session: Session, item: Ci) -> Response:
    response = jsonify(ci_json(item, aliases_of(session, [item.id]).get(item.id, [])))
    response.set_etag(str(item.version))
    return response


def _then(session: Session, identity: str, at: datetime) -> dict[str, Any]:
    found = past.item_at(session, identity, at)
    if found is None:
        raise Problem(404, f"{identity[:40]} was not recorded yet at {at:%Y-%m-%d %H:%M:%S} UTC.")
    relations = [dict(zip(("type", "source", "target"), triple, strict=True)) for triple in found.relations]
    return {"id": identity, "at": stamp(at), **found.values, "relations": relations}
