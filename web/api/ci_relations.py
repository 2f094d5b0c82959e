"""Relations of items, as people enter them."""

from flask import Response, jsonify
from marshmallow import fields

from cmdb.relate import Related, relate, relations, unrelate
from longwatch.store import audit
from longwatch.store.tables_cmdb import CiRelation
from web import policies
from web.api.ci_door import EDITORS, blueprint, refusals, there
from web.api.ci_schemas import RelationsOut
from web.api.doors import body
from web.auth.identity import the_actor
from web.desk import desk
from web.errors import Problem
from web.fields import Line, Strict


class NewRelation(Strict):
    """A relation from this item to another; `reverse`: from the other to this one."""

    type = Line(120, required=True)
    ci = Line(200, required=True)
    reverse = fields.Boolean(load_default=False)


@blueprint.route("/cis/<identity>/relations", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=RelationsOut, description="Its relations, its own ones first")
def related(identity: str) -> Response:
    """List the relations of an item."""
    with desk().store.reading() as session:
        item = there(session, identity)
        return jsonify({"items": [relation_json(one) for one in relations(session, item.id)]})


@blueprint.route("/cis/<identity>/relations", methods=["POST"])
@policies.only(*EDITORS)
@blueprint.takes(NewRelation())
@blueprint.alt_response(201, schema=RelationsOut, description="Its relations")
def add_relation(identity: str) -> Response:
    """Relate an item to another."""
    loaded = NewRelation().load(body())
    store, actor = desk().store, the_actor()
    with refusals(), store.writing() as session:
        item, other = there(session, identity), there(session, loaded["ci"])
        ends = (other.id, item.id) if loaded["reverse"] else (item.id, other.id)
        relate(store, session, (loaded["type"], *ends), actor.id)
        audit.note(store, session, actor, "ci.related", item.id, data=loaded)
        found = [relation_json(one) for one in relations(session, item.id)]
    response = jsonify({"items": found})
    response.status_code = 201
    return response


@blueprint.route("/cis/<identity>/relations/<int:row>", methods=["DELETE"])
@policies.only(*EDITORS)
@blueprint.alt_response(204, description="It is gone")
def drop_relation(identity: str, row: int) -> Response:
    """Take back a relation that people entered."""
    store, actor = desk().store, the_actor()
    with refusals(), store.writing() as session:
        item, found = there(session, identity), session.get(CiRelation, row)
        if found is None or item.id not in (found.source, found.target):
            raise Problem(404, f"{item.id} has no relation {row}.")
        data = {"type": found.type, "source": found.source, "target": found.target}
        unrelate(store, session, row, actor.id)
        audit.note(store, session, actor, "ci.unrelated", item.id, data=data)
    return Response(status=204)


def relation_json(one: Related) -> dict[str, object]:
    """A relation as JSON."""
    return {
        "id": one.row,
        "type": one.type,
        "label": one.label,
        "outward": one.outward,
        "ci": one.other.id,
        "name": one.other.name,
        "class": one.other.class_,
        "sources": list(one.sources),
    }
