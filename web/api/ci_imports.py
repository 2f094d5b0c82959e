"""Imports by the API: the file itself is the body; what it would do is laid out, and applied if that is asked for."""

from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from activities.cmdb_import_settings import ImportFault, check_source, mapping_named
from activities.cmdb_importing import carry_out, delivery_of, lay_out
from cmdb.reconcile import preview
from integrations.cmdb_kinds import KINDS
from integrations.cmdb_mapping import MappingFault, TableMapping
from integrations.cmdb_record import Unreadable
from web import importing, policies
from web.api.ci_door import EDITORS, blueprint, refusals
from web.api.ci_runs import run_json
from web.api.ci_schemas import CiRunOut
from web.auth.identity import the_actor
from web.desk import desk
from web.errors import Problem
from web.fields import Line, Strict
from web.importing import TooLarge, Upload


class ImportAsked(Strict):
    """How the body is to be read. `complete`: what the source does not name in it has vanished there."""

    kind = Line(40, required=True, validate=validate.OneOf(sorted(KINDS)))
    source = Line(60, required=True)
    mapping = Line(60, metadata={"description": "a saved mapping of columns, for csv and json"})
    complete = fields.Boolean(load_default=False)
    apply = fields.Boolean(load_default=False)
    even_if_most_vanish = fields.Boolean(load_default=False)


class ImportOut(Schema):
    """The deliveries a file became: one, or several when it has very many rows."""

    runs = fields.List(fields.Nested(CiRunOut))


@blueprint.route("/cis/imports", methods=["POST"])
@policies.only(*EDITORS)
@blueprint.arguments(ImportAsked, location="query")
@blueprint.doc(
    requestBody={"required": True, "content": {"application/octet-stream": {"schema": {"format": "binary"}}}}
)
@blueprint.alt_response(201, schema=ImportOut, description="Laid out, and applied if that was asked for")
def take_in(asked: dict[str, Any]) -> Response:
    """Import a file of a tool: CSV, JSON, or what the tools themselves write. A zip is unpacked."""
    store, actor = desk().store, the_actor()
    with store.reading() as session:
        mapping = _known(session, asked)
    upload = Upload(importing.new_id(), actor.id, asked["kind"], asked["source"], "the body", asked["complete"])
    data = desk().settings.data
    try:
        importing.keep(data, upload, request.stream)
        path = data / importing.FOLDER / upload.id
        delivery = delivery_of(asked["source"], asked["kind"], path, mapping, complete=asked["complete"])
        with refusals():
            runs = lay_out(store, delivery, actor)
            for run in runs if asked["apply"] else ():
                sure = asked["even_if_most_vanish"]
                carry_out(store, asked["source"], run, actor, even_if_most_vanish=sure)
    except TooLarge as problem:
        raise Problem(413, str(problem)) from problem
    except Unreadable as problem:
        raise Problem(422, str(problem), {"body": [str(problem)]}) from problem
    finally:
        importing.drop(data, upload.id)
    with store.reading() as session:
        response = jsonify({"runs": [run_json(preview(session, run, limit=1).run) for run in runs]})
    response.status_code = 201
    response.headers["Location"] = f"/api/v1/ci-runs/{runs[0]}"
    return response


def _known(session: Session, asked: dict[str, Any]) -> TableMapping:
    try:
        check_source(asked["source"])
        return mapping_named(session, asked.get("mapping"))
    except (ImportFault, MappingFault) as fault:
        raise Problem(422, fault.reason, {fault.field: [fault.reason]}) from fault
