"""Classes and types of relations: read by all, changed by editors of the CMDB, without a line of code."""

from typing import Any

from flask import Response, jsonify
from marshmallow import fields

from cmdb.classes import CiClass
from cmdb.model import model
from cmdb.modelling import Migration, WouldMisfit, class_sizes, migration, put_class, put_relation
from cmdb.relation_types import RelationType
from longwatch.store import audit, configuration
from web import policies
from web.api.ci_door import EDITORS, blueprint, refusals
from web.api.ci_schemas import DefinitionOut, DefinitionsOut, MigrationOut
from web.api.doors import body
from web.auth.identity import the_actor
from web.desk import desk
from web.errors import Problem
from web.fields import Strict


class Accepting(Strict):
    """How a change of a class is meant."""

    accept = fields.Boolean(load_default=False, metadata={"description": "items that do not fit then are flagged"})
    dry_run = fields.Boolean(load_default=False, metadata={"description": "tell what it would do, and do nothing"})


@blueprint.route("/ci-classes", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=DefinitionsOut, description="All classes, from the root down")
def classes() -> Response:
    """List the classes."""
    with desk().store.reading() as session:
        sizes = class_sizes(session)
        return jsonify({"items": [class_json(one, sizes.get(one.id, 0)) for one in model(session).tree]})


@blueprint.route("/ci-classes/<identity>", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=DefinitionOut, description="The class")
def class_(identity: str) -> Response:
    """Read a class: as it is written, and with what it has from above."""
    with desk().store.reading() as session:
        found = model(session).tree.known(identity)
        if found is None:
            raise Problem(404, f"There is no class {identity[:40]}.")
        return jsonify(class_json(found, class_sizes(session).get(identity, 0)))


@blueprint.route("/ci-classes/<identity>", methods=["PUT"])
@policies.only(*EDITORS)
@blueprint.arguments(Accepting, location="query")
@blueprint.alt_response(200, schema=MigrationOut, description="What it does, or would do, to the items")
@blueprint.alt_response(409, schema=MigrationOut, description="Items would not fit: change it, or accept that")
def write_class(asked: dict[str, Any], identity: str) -> Response:
    """Add or change a class. Items that would not fit are told first; send `accept=true` to have them flagged."""
    data, store, actor = body(), desk().store, the_actor()
    with refusals():
        if asked["dry_run"]:
            with store.reading() as session:
                return jsonify(migration_json(migration(session, identity, data), written=False))
        try:
            with store.writing() as session:
                found = put_class(store, session, identity, data, actor.id, accept=asked["accept"])
                audit.note(store, session, actor, "ci-class.written", identity, data=data)
        except WouldMisfit as problem:
            response = jsonify(migration_json(problem.migration, written=False))
            response.status_code = 409
            return response
    return jsonify(migration_json(found, written=True))


@blueprint.route("/ci-relation-types", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=DefinitionsOut, description="All types of relations")
def relation_types() -> Response:
    """List the types of relations."""
    with desk().store.reading() as session:
        return jsonify({"items": [type_json(one) for _, one in sorted(model(session).types.items())]})


@blueprint.route("/ci-relation-types/<identity>", methods=["PUT"])
@policies.only(*EDITORS)
@blueprint.alt_response(200, schema=DefinitionOut, description="The type")
def write_relation_type(identity: str) -> Response:
    """Add or change a type of relation and its rules of impact; they hold at once."""
    data, store, actor = body(), desk().store, the_actor()
    with refusals(), store.writing() as session:
        put_relation(store, session, identity, data)
        audit.note(store, session, actor, "ci-relation.written", identity, data=data)
        found = model(session).types[identity]
        row = configuration.in_force(session, "ci-relation", identity)
    return jsonify({**type_json(found), "version": row.version if row else found.version})


def class_json(found: CiClass, size: int) -> dict[str, Any]:
    """A class as JSON."""
    attributes = [{**vars(one), "schema": dict(one.schema)} for _, one in sorted(found.attributes.items())]
    effective = {
        "line": list(found.line),
        "icon": found.icon,
        "attributes": attributes,
        "states": [vars(state) for state in found.states],
        "identify": [list(names) for _, names in found.identify],
        "precedence": {name: list(sources) for name, sources in found.precedence.items()},
        "obsolete": vars(found.obsolete) if found.obsolete else None,
        "layer": found.layer,
    }
    said = {"id": found.id, "version": found.version, "definition": dict(found.own), "items": size}
    return {**said, "effective": effective}


def type_json(found: RelationType) -> dict[str, Any]:
    """A type of relation as JSON."""
    definition = {
        "label": found.label,
        "reverse": found.reverse,
        "source": list(found.source),
        "target": list(found.target),
        "hint": found.hint,
        "impact": [{**vars(rule), "source": list(rule.source), "target": list(rule.target)} for rule in found.rules],
    }
    return {"id": found.id, "version": found.version, "definition": definition}


def migration_json(found: Migration, *, written: bool) -> dict[str, Any]:
    """What a change of a class does."""
    return {"written": written, "items": found.size, "misfits": found.misfits, "mended": list(found.mended)}
