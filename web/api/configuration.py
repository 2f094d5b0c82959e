"""Settings for automation: read, judged and published by the same checks as in the console."""

from dataclasses import asdict
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from activities.correlation_preview import preview
from longwatch.domain.configuring import READERS, may_edit
from longwatch.domain.correlating_rules import read_rules
from longwatch.domain.ticket import Actor, stamp
from longwatch.store import configuration, publishing
from longwatch.store.publishing import Outdated, Setting
from longwatch.store.tables import Configuration
from web import policies
from web.api.doors import Door, body, expected_version
from web.auth.identity import the_actor
from web.configuration.checks import dependants, faults_of
from web.configuration.kinds import KINDS, Kind, explained
from web.desk import desk
from web.errors import Problem
from web.fields import Line, Strict, Whole

blueprint = Door("configuration", __name__, description="The desk's settings, by version")

SEEN = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": "the ETag of the version you saw: 412 when somebody has published another since",
}


class At(Strict):
    """Which version."""

    version = Whole(1, 10**9, metadata={"description": "an older version; the newest if none is named"})


class Published(Strict):
    """A setting to be published."""

    data = fields.Dict(required=True)
    why = Line(300, load_default="")


class Switched(Strict):
    """A setting to be taken out of force, or back into it."""

    active = fields.Boolean(required=True)
    why = Line(300, load_default="")


class Tried(Strict):
    """A draft of a setting."""

    data = fields.Dict(required=True)


class GroupMadeOut(Schema):
    """A group that the draft would have made."""

    title = fields.String()
    source = fields.String()
    ci = fields.String(allow_none=True)
    rule = fields.String(allow_none=True)
    key = fields.String()
    alerts = fields.Integer()
    incidents = fields.Integer()
    firing = fields.Integer()
    reasons = fields.List(fields.String())


class TrialOut(Schema):
    """What a draft would have made of the last day; `before`: the incidents that the setting in force makes of it."""

    since = fields.String()
    until = fields.String()
    alerts = fields.Integer()
    groups = fields.Integer()
    incidents = fields.Integer()
    before = fields.Integer()
    left_out = fields.Integer(metadata={"description": "older alerts of that day that were not looked at"})
    made = fields.List(fields.Nested(GroupMadeOut))


class SettingOut(Schema):
    """A version of a setting. `said` is what it does, in words."""

    kind = fields.String()
    name = fields.String()
    version = fields.Integer()
    newest = fields.Integer()
    active = fields.Boolean()
    created_at = fields.String()
    data = fields.Dict()
    said = fields.List(fields.String())


class SettingsOut(Schema):
    """The settings of a kind."""

    items = fields.List(fields.Nested(SettingOut))
    next = fields.String(allow_none=True)


@blueprint.route("/configuration/<kind>", methods=["GET"])
@policies.only(*READERS)
@blueprint.alt_response(200, schema=SettingsOut, description="The newest version of each, by name")
def listing(kind: str) -> Response:
    """List the settings of a kind."""
    known = _kind(kind)
    with desk().store.reading() as session:
        rows = configuration.all_newest(session, kind)
    return jsonify({"items": [_json(known, row, row.version) for row in rows], "next": None})


@blueprint.route("/configuration/<kind>/<name>", methods=["GET"])
@policies.only(*READERS)
@blueprint.arguments(At, location="query")
@blueprint.alt_response(200, schema=SettingOut, description="The setting; its newest version is the ETag")
def one(asked: dict[str, Any], kind: str, name: str) -> Response:
    """Read a setting, now or in an older version."""
    known = _kind(kind)
    with desk().store.reading() as session:
        last = configuration.newest(session, kind, name)
        version = asked.get("version")
        row = last if version is None else configuration.version_of(session, kind, name, version)
    if row is None or last is None:
        raise _absent(kind, name)
    return _answer(known, row, last.version)


@blueprint.route("/configuration/<kind>/<name>", methods=["PUT"], parameters=[SEEN])
@policies.only(*READERS)
@blueprint.takes(Published())
@blueprint.alt_response(200, schema=SettingOut, description="Published, or nothing was new in it")
@blueprint.alt_response(201, schema=SettingOut, description="The first version")
@blueprint.alt_response(412, schema="Error", description="Somebody has published another version since")
def publish(kind: str, name: str) -> Response:
    """Publish a version of a setting. What is wrong is named by its entry."""
    actor = the_actor()
    known, seen = _editable(kind, actor), expected_version()
    asked = Published().load(body())
    _named(known, name)
    store = desk().store
    try:
        with store.writing() as session:
            _judge(session, known, name, asked["data"])
            setting, first = Setting(kind, name), configuration.newest(session, kind, name) is None
            publishing.publish(store, session, actor, setting, asked["data"], seen=seen, why=asked["why"])
            row = configuration.newest(session, kind, name)
            assert row is not None
            return _answer(known, row, row.version, 201 if first else 200)
    except Outdated as outdated:
        raise Problem(412, str(outdated)) from outdated


@blueprint.route("/configuration/<kind>/<name>/try", methods=["POST"])
@policies.only(*READERS)
@blueprint.takes(Tried())
@blueprint.alt_response(200, schema=TrialOut, description="What it would have made of the alerts of the last 24 hours")
@blueprint.alt_response(404, schema="Error", description="Settings of this kind cannot be tried")
def attempt(kind: str, name: str) -> Response:
    """Try a draft of a setting on what came in the last 24 hours. Nothing is changed."""
    known = _kind(kind)
    if not known.tried:
        raise Problem(404, f"A {known.one} cannot be tried.")
    _named(known, name)
    data = Tried().load(body())["data"]
    store = desk().store
    with store.reading() as session:
        _judge(session, known, name, data)
        found = preview(session, read_rules(data), store.now(session))
    return jsonify({**asdict(found), "since": stamp(found.since), "until": stamp(found.until)})


@blueprint.route("/configuration/<kind>/<name>/switch", methods=["POST"], parameters=[SEEN])
@policies.only(*READERS)
@blueprint.takes(Switched())
@blueprint.alt_response(200, schema=SettingOut, description="As it stands now")
@blueprint.alt_response(409, schema="Error", description="Other settings name it")
def switch(kind: str, name: str) -> Response:
    """Take a setting out of force, or back into it."""
    actor = the_actor()
    known, seen = _editable(kind, actor), expected_version()
    asked = Switched().load(body())
    store = desk().store
    try:
        with store.writing() as session:
            if configuration.newest(session, kind, name) is None:
                raise _absent(kind, name)
            needed = [] if asked["active"] else dependants(session, kind, name)
            if needed or (known.only and not asked["active"]):
                said = f"It is named by {', '.join(needed[:5])}." if needed else "The desk cannot do without it."
                raise Problem(409, f"This cannot be switched off: {said}")
            setting = Setting(kind, name)
            publishing.switch(store, session, actor, setting, active=asked["active"], seen=seen, why=asked["why"])
            row = configuration.newest(session, kind, name)
            assert row is not None
            return _answer(known, row, row.version)
    except Outdated as outdated:
        raise Problem(412, str(outdated)) from outdated


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Problem(404, f"There is no kind of settings called {name[:40]}. Kinds are: {', '.join(KINDS)}.")
    return KINDS[name]


def _editable(name: str, actor: Actor) -> Kind:
    kind = _kind(name)
    if not may_edit(actor, name):
        raise Problem(403, f"Only an administrator, or who owns the process, may change a {kind.one}.")
    return kind


def _named(kind: Kind, name: str) -> None:
    if reason := kind.misnamed(name):
        raise Problem(422, reason, {"name": [reason]})


def _judge(session: Session, kind: Kind, name: str, data: dict[str, Any]) -> None:
    fault = faults_of(session, kind.check, name, data)
    if fault is not None:
        raise Problem(422, f"{fault.field}: {fault.reason}", {fault.field: [fault.reason]})


def _absent(kind: str, name: str) -> Problem:
    return Problem(404, f"There is no {kind} called {name[:40]}, or not in this version.")


def _answer(kind: Kind, row: Configuration, newest: int, code: int = 200) -> Response:
    response = jsonify(_json(kind, row, newest))
    response.status_code = code
    response.set_etag(str(newest))
    return response


def _json(kind: Kind, row: Configuration, newest: int) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "name": row.name,
        "version": row.version,
        "newest": newest,
        "active": row.active,
        "created_at": stamp(row.created_at),
        "data": row.data,
        "said": explained(kind, {**row.data, "name": row.name, "version": row.version}),
    }
