"""Deliveries of sources: laid out, looked at, applied or thrown away; and what has drifted."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from flask import Response, jsonify, request
from marshmallow import fields, validate

from activities import cmdb_importing as importing
from cmdb import past
from cmdb.classes import DESK
from cmdb.judging import VERDICTS
from cmdb.past import Drift
from cmdb.reconcile import discard, preview, runs, stage
from integrations import strict_json
from integrations.alert import NotEnvelope
from longwatch.domain.ticket import instant, stamp
from longwatch.store.tables_cmdb import CiRun, CiStaged
from web import policies
from web.api.ci_door import EDITORS, blueprint, refusals
from web.api.ci_schemas import CiRowsOut, CiRunOut, CiRunsOut, DriftOut
from web.api.doors import body
from web.auth.identity import the_actor
from web.desk import desk
from web.errors import Problem
from web.fields import Line, Strict, Until, Whole

LARGEST = 32 * 1024 * 1024
"""Bytes of a delivery by the API."""
MOST_DRIFT = 500


class NewRun(Strict):
    """A delivery. `complete`: what the source reported before and does not name now has vanished there."""

    source = Line(120, required=True, validate=validate.NoneOf([DESK]))
    complete = fields.Boolean(load_default=False)
    note = Line(500, load_default="")
    records = fields.List(fields.Raw(allow_none=True), required=True)


class Applying(Strict):
    """How a delivery is applied."""

    even_if_most_vanish = fields.Boolean(load_default=False)


class RowsAsked(Strict):
    """Which rows of a delivery."""

    verdict = Line(validate=validate.OneOf(VERDICTS))
    told = fields.Boolean(load_default=False, metadata={"description": "only rows that have something to say"})
    limit = Whole(1, 500, load_default=100)
    after = Whole(0, 2**31 - 1, load_default=0)


class DriftAsked(Strict):
    """Two instants (`from`, `to`), or two sources."""

    from_ = Until(data_key="from")
    to = Until()
    source = Line(120)
    other = Line(120)


@blueprint.route("/ci-runs", methods=["POST"])
@policies.only(*EDITORS)
@blueprint.takes(NewRun())
@blueprint.alt_response(201, schema=CiRunOut, description="Laid out; nothing of the CMDB has changed yet")
def lay_out() -> Response:
    """Lay out a delivery of a source."""
    loaded = NewRun().load(_large_body())
    store = desk().store
    with refusals(), importing.alone(store, loaded["source"]):
        row = stage(
            store, loaded["source"], loaded["records"], the_actor(), complete=loaded["complete"], note=loaded["note"]
        )
    with store.reading() as session:
        response = jsonify(run_json(preview(session, row, limit=1).run))
    response.status_code = 201
    response.headers["Location"] = f"/api/v1/ci-runs/{row}"
    return response


@blueprint.route("/ci-runs", methods=["GET"])
@policies.staff
@blueprint.alt_response(200, schema=CiRunsOut, description="The latest deliveries")
def latest() -> Response:
    """List the latest deliveries."""
    with desk().store.reading() as session:
        return jsonify({"items": [run_json(run) for run in runs(session)]})


@blueprint.route("/ci-runs/<int:run>", methods=["GET"])
@policies.staff
@blueprint.arguments(RowsAsked, location="query")
@blueprint.alt_response(200, schema=CiRowsOut, description="The delivery and its rows, in order")
def rows(asked: dict[str, Any], run: int) -> Response:
    """Read a delivery: what its rows would do, or did, and why."""
    verdicts = [asked["verdict"]] if "verdict" in asked else []
    with desk().store.reading() as session:
        _there(run)
        found = preview(session, run, verdicts, after=asked["after"], limit=asked["limit"], told=asked["told"])
        told = {"items": [row_json(row) for row in found.rows], "next": found.next}
        return jsonify(run_json(found.run) | told)


@blueprint.route("/ci-runs/<int:run>/apply", methods=["POST"])
@policies.only(*EDITORS)
@blueprint.takes(Applying())
@blueprint.alt_response(200, schema=CiRunOut, description="Applied")
def carry_out(run: int) -> Response:
    """Apply a delivery. Doing it again after it was cut short finishes it."""
    loaded = Applying().load(body())
    store = desk().store
    with refusals():
        source = _there(run)
        sure = loaded["even_if_most_vanish"]
        importing.carry_out(store, source, run, the_actor(), even_if_most_vanish=sure)
    with store.reading() as session:
        return jsonify(run_json(preview(session, run, limit=1).run))


@blueprint.route("/ci-runs/<int:run>/discard", methods=["POST"])
@policies.only(*EDITORS)
@blueprint.alt_response(200, schema=CiRunOut, description="Thrown away")
def throw_away(run: int) -> Response:
    """Throw a delivery away."""
    _there(run)
    with refusals():
        discard(desk().store, run)
    with desk().store.reading() as session:
        return jsonify(run_json(preview(session, run, limit=1).run))


@blueprint.route("/ci-drift", methods=["GET"])
@policies.staff
@blueprint.arguments(DriftAsked, location="query")
@blueprint.alt_response(200, schema=DriftOut, description="What differs, item by item")
def drift(asked: dict[str, Any]) -> Response:
    """Compare the CMDB at two instants, or what two sources say."""
    store = desk().store
    with store.reading() as session:
        if "source" in asked and "other" in asked:
            return _drifted(past.sources_apart(session, asked["source"], asked["other"]))
        if "from_" not in asked:
            reason = "Name `from` (and `to`), or `source` and `other`."
            raise Problem(422, reason, {"from": [reason]})
        to = instant(asked["to"]) if "to" in asked else store.now(session)
        return _drifted(past.between(session, instant(asked["from_"]), to))


def _drifted(found: Iterable[Drift]) -> Response:
    some = list(islice(found, MOST_DRIFT + 1))
    items = [
        {"ci": one.ci, "name": one.name, "kind": one.kind, "differences": [list(each) for each in one.differences]}
        for one in some[:MOST_DRIFT]
    ]
    return jsonify({"items": items, "more": len(some) > MOST_DRIFT})


def _there(run: int) -> str:
    """Whose delivery it is. 404 when there is none."""
    with desk().store.reading() as session:
        found = session.get(CiRun, run)
        if found is None:
            raise Problem(404, f"There is no delivery {run}.")
        return found.source


def _large_body() -> dict[str, Any]:
    if (request.content_length or 0) > LARGEST:
        raise Problem(413, f"A delivery may have at most {LARGEST} bytes: send it in parts.")
    if not request.is_json:
        raise Problem(415, "Send JSON, and say so: Content-Type: application/json.")
    try:
        found = strict_json.read(request.get_data())
    except NotEnvelope as problem:
        raise Problem(400, str(problem)) from problem
    if not isinstance(found, dict):
        raise Problem(422, "Send a JSON object.", {"_schema": ["Send a JSON object."]})
    return found


def run_json(run: CiRun) -> dict[str, Any]:
    """A delivery as JSON."""
    return {
        "id": run.row,
        "source": run.source,
        "actor": run.actor,
        "state": run.state,
        "complete": run.complete,
        "size": run.size,
        "progress": progress(run),
        "counts": run.counts,
        "note": run.note,
        "created_at": stamp(run.created_at),
        "applied_at": stamp(run.applied_at) if run.applied_at else None,
    }


def progress(run: CiRun) -> int:
    """How much of a delivery is applied, per cent: items first, then their relations."""
    return 100 if run.state == "applied" else min(99, run.position * 50 // max(1, run.size))


def row_json(row: CiStaged) -> dict[str, Any]:
    """A row of a delivery as JSON."""
    told = {"place": row.place, "row": row.number, "verdict": row.verdict, "held": row.held, "label": row.label}
    return {**told, "ci": row.ci, "changes": row.changes, "reasons": row.reasons}
