"""Freezes and maintenance windows for programs: read by everybody, kept by change managers."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from longwatch.domain.schedule_scope import SCOPES
from longwatch.domain.schedule_times import WEEK
from longwatch.domain.schedule_windows import KINDS, WindowFault, agreed_data
from longwatch.domain.ticket import stamp
from longwatch.store import agreed_windows
from longwatch.store.agreed_windows import KEEPERS
from longwatch.store.tables_schedule import AgreedWindow
from web import policies
from web.api.doors import SEEN, Door, body, expected_version
from web.auth.identity import the_actor
from web.desk import desk
from web.errors import Problem
from web.fields import Line, Prose, Strict, Until

blueprint = Door("windows", __name__, description="Freezes and maintenance windows")

MOST_NAMES = 200


class ScopeIn(Strict):
    """What a window is about."""

    kind = fields.String(required=True, validate=validate.OneOf(SCOPES))
    names = fields.List(Line(200), validate=validate.Length(max=MOST_NAMES), load_default=list)


class TimesIn(Strict):
    """Weekly times in a zone: 0 is Monday, a span that ends before it begins runs past midnight."""

    zone = Line(120, required=True)
    weekly = fields.Dict(
        keys=fields.String(validate=validate.OneOf(WEEK)),
        values=fields.List(fields.List(Line(20), validate=validate.Length(equal=2)), validate=validate.Length(max=12)),
        required=True,
        metadata={"example": {"6": [["02:00", "04:00"]]}},
    )


class WindowIn(Strict):
    """A freeze or maintenance window. Without `times` it is one stretch, with them it comes back every week."""

    name = Line(200, required=True)
    reason = Prose(20_000, required=True)
    scope = fields.Nested(ScopeIn, required=True)
    begin = Until(required=True)
    end = Until(allow_none=True, load_default=None)
    times = fields.Nested(TimesIn, allow_none=True, load_default=None)
    blocking = fields.Boolean(truthy={True}, falsy={False}, load_default=True)


class NewWindowIn(WindowIn):
    """The same, with its kind, which stays."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))


class WindowsAsked(Strict):
    """Which windows."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    over = fields.Boolean(load_default=False, metadata={"description": "those that are over, the latest first"})


class KeptOut(Schema):
    """A window as it is kept."""

    id = fields.Integer()
    version = fields.Integer(metadata={"description": "its ETag"})
    kind = fields.String()
    name = fields.String()
    reason = fields.String()
    scope = fields.Dict()
    begin = fields.String()
    end = fields.String(allow_none=True)
    times = fields.Dict(allow_none=True)
    blocking = fields.Boolean()
    created_by = fields.String()
    updated_at = fields.String()


class KeptListOut(Schema):
    """At most 200 windows of each kind."""

    items = fields.List(fields.Nested(KeptOut))


@blueprint.route("/calendar/windows", methods=["GET"])
@policies.signed_in
@blueprint.arguments(WindowsAsked, location="query")
@blueprint.alt_response(200, schema=KeptListOut, description="Those on and to come, or those that are over")
def listing(asked: dict[str, Any]) -> Response:
    """List freezes and maintenance windows."""
    store = desk().store
    with store.reading() as session:
        now = store.now(session)
        kinds = [asked["kind"]] if "kind" in asked else KINDS
        rows = [row for kind in kinds for row in agreed_windows.listed(session, kind, now, over=asked["over"])]
        return jsonify({"items": [kept_json(row) for row in rows]})


@blueprint.route("/calendar/windows", methods=["POST"])
@policies.only(*KEEPERS)
@blueprint.takes(NewWindowIn())
@blueprint.alt_response(201, schema=KeptOut, description="The window")
def add() -> Response:
    """Record a freeze or maintenance window."""
    loaded, store = NewWindowIn().load(body()), desk().store
    try:
        with store.writing() as session:
            answer = kept_json(agreed_windows.add(store, session, the_actor(), loaded))
    except WindowFault as fault:
        raise _problem(fault) from fault
    response = _answer(answer)
    response.status_code = 201
    response.headers["Location"] = f"/api/v1/calendar/windows/{answer['id']}"
    return response


@blueprint.route("/calendar/windows/<int:identity>", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=KeptOut, description="The window; its ETag is its version")
def one(identity: int) -> Response:
    """Read a freeze or maintenance window."""
    with desk().store.reading() as session:
        return _answer(kept_json(_there(session.get(AgreedWindow, identity))))


@blueprint.route("/calendar/windows/<int:identity>", methods=["PUT"])
@policies.only(*KEEPERS)
@blueprint.doc(parameters=[SEEN])
@blueprint.takes(WindowIn())
@blueprint.alt_response(200, schema=KeptOut, description="The window as it is now")
def edit(identity: int) -> Response:
    """Change a freeze or maintenance window; its kind stays."""
    loaded, seen, store = WindowIn().load(body()), expected_version(), desk().store
    try:
        with store.writing() as session:
            found = _there(agreed_windows.held(session, identity, seen))
            agreed_windows.edit(store, session, the_actor(), found, loaded)
            answer = kept_json(found)
    except WindowFault as fault:
        raise _problem(fault) from fault
    except agreed_windows.Stale as stale:
        raise Problem(412, str(stale)) from stale
    return _answer(answer)


@blueprint.route("/calendar/windows/<int:identity>/end", methods=["POST"])
@policies.only(*KEEPERS)
@blueprint.alt_response(200, schema=KeptOut, description="The window; ended before, it stays as it was")
def end(identity: int) -> Response:
    """End a freeze or maintenance window now."""
    store = desk().store
    with store.writing() as session:
        found = _there(agreed_windows.held(session, identity))
        agreed_windows.end(store, session, the_actor(), found)
        return _answer(kept_json(found))


def kept_json(row: AgreedWindow) -> dict[str, Any]:
    """A window as it is kept, as JSON."""
    kept = {"created_by": row.created_by, "updated_at": stamp(row.updated_at)}
    return {"id": row.row, "version": row.version, **agreed_data(agreed_windows.agreed_of(row)), **kept}


def _answer(window: dict[str, Any]) -> Response:
    response = jsonify(window)
    response.set_etag(str(window["version"]))
    return response


def _there(row: AgreedWindow | None) -> AgreedWindow:
    if row is None:
        raise Problem(404, "There is no such window.")
    return row


def _problem(fault: WindowFault) -> Problem:
    return Problem(422, f"{fault.field}: {fault.reason}", {fault.field: [fault.reason]})
