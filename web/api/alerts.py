"""Alert groups for programs: the list, one group with its alerts, snoozing and waking."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from longwatch.domain.alerts_order import SEVERITIES
from longwatch.domain.alerts_people import MAY_SNOOZE
from longwatch.store import alert_lists, tickets
from longwatch.store.alert_lists import Filters, Listed
from longwatch.store.ticket_lists import BadCursor
from web import commands, policies
from web.alert_json import alerts_json, group_json, remarks_json
from web.api.answers import processing, raise_if_refused
from web.api.doors import ONCE, SEEN, Door, body, expected_version, idempotency_key
from web.api.schemas import AcceptedOut
from web.auth.identity import the_actor
from web.commands import Absent
from web.desk import desk
from web.errors import Problem
from web.fields import Line, Strict, Until, Whole

blueprint = Door("alerts", __name__, description="Alert groups")


class AlertsAsked(Strict):
    """What a list shows; without `state`, the groups that live."""

    state = Line(validate=validate.OneOf(alert_lists.STATES))
    source = Line()
    severity = Line(validate=validate.OneOf(SEVERITIES))
    ci = Line(200)
    q = Line(200, metadata={"description": "words of title, key or item, or the number of an incident"})
    limit = Whole(1, alert_lists.LARGEST_PAGE, load_default=50)
    after = Line(1000, metadata={"description": "the `next` of the page before"})


class SnoozeIn(Strict):
    """Until when nothing of the group opens or tells an incident, and why."""

    until = Until(required=True)
    reason = Line(300, required=True)


class Nothing(Strict):
    """No fields."""


class ParkedOut(Schema):
    """By what a group is parked: a change, `window:ID`, `user:LOGIN`, or `tool`."""

    by = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    until = fields.String(allow_none=True)


class IncidentOut(Schema):
    """The incident that a group asked for last."""

    number = fields.String()
    status = fields.String(allow_none=True)
    title = fields.String(allow_none=True)


class GroupOut(Schema):
    """An alert group as lists show it."""

    group = fields.String()
    title = fields.String()
    state = fields.String(validate=validate.OneOf(("idle", *alert_lists.STATES)))
    stale = fields.Boolean(metadata={"description": "something fires of which nothing was heard for long"})
    severity = fields.String(allow_none=True)
    source = fields.String()
    key = fields.String()
    ci = fields.String(allow_none=True)
    rule = fields.String(allow_none=True)
    why = fields.String(metadata={"description": "why these alerts belong together"})
    firing = fields.Integer()
    members = fields.Integer(metadata={"description": "alerts it knows, firing or not"})
    deliveries = fields.Integer()
    flaps = fields.Integer(metadata={"description": "how often its alerts fired again"})
    transients = fields.Integer(metadata={"description": "how often it ended within the hold-down"})
    first_seen = fields.String(allow_none=True)
    last_seen = fields.String(allow_none=True)
    since = fields.String(allow_none=True)
    until = fields.String(allow_none=True)
    parked = fields.Nested(ParkedOut, allow_none=True)
    incident = fields.Nested(IncidentOut, allow_none=True)
    version = fields.Integer(metadata={"description": "its ETag"})


class GroupsOut(Schema):
    """A page of groups, the last seen first."""

    items = fields.List(fields.Nested(GroupOut))
    next = fields.String(allow_none=True)


class OneGroupOut(GroupOut):
    """A group with its alerts, at most 200, and what tools said of them."""

    alerts = fields.List(fields.Dict())
    remarks = fields.List(fields.Dict())


_SNOOZE = SnoozeIn()
_NOTHING = Nothing()


@blueprint.route("/alerts", methods=["GET"])
@policies.staff
@blueprint.arguments(AlertsAsked, location="query")
@blueprint.alt_response(200, schema=GroupsOut, description="A page, and the cursor of the next")
def listing(asked: dict[str, Any]) -> Response:
    """List alert groups."""
    wanted = Filters(asked.get("source"), asked.get("state"), asked.get("severity"), asked.get("ci"), asked.get("q"))
    with desk().store.reading() as session:
        try:
            page = alert_lists.page(session, wanted, asked["limit"], asked.get("after"))
        except BadCursor as problem:
            raise Problem(422, str(problem), {"after": [str(problem)]}) from problem
        return jsonify({"items": [group_json(one) for one in page.items], "next": page.next})


@blueprint.route("/alerts/<group>", methods=["GET"])
@policies.staff
@blueprint.alt_response(200, schema=OneGroupOut, description="The group; its version is the ETag")
def one(group: str) -> Response:
    """Read an alert group with its alerts."""
    with desk().store.reading() as session:
        return _shown(session, group)


@blueprint.route("/alerts/<group>/snooze", methods=["POST"], parameters=[ONCE, SEEN])
@policies.only(*MAY_SNOOZE)
@blueprint.takes(_SNOOZE)
@blueprint.alt_response(200, schema=OneGroupOut, description="Done")
@blueprint.alt_response(202, schema=AcceptedOut, description="Saved, and being processed")
@blueprint.alt_response(409, schema="Error", description="Refused, with the reason")
@blueprint.alt_response(412, schema="Error", description="The group has changed since")
def snooze(group: str) -> Response:
    """Snooze a group: until then nothing of it opens or tells an incident."""
    return _acted(group, "snooze", _SNOOZE.load(body()))


@blueprint.route("/alerts/<group>/unsnooze", methods=["POST"], parameters=[ONCE, SEEN])
@policies.only(*MAY_SNOOZE)
@blueprint.alt_response(200, schema=OneGroupOut, description="Done")
@blueprint.alt_response(202, schema=AcceptedOut, description="Saved, and being processed")
@blueprint.alt_response(409, schema="Error", description="Refused: it is not snoozed")
@blueprint.alt_response(412, schema="Error", description="The group has changed since")
def unsnooze(group: str) -> Response:
    """Wake a snoozed group: what still fires counts again."""
    return _acted(group, "unsnooze", _NOTHING.load(body()))


def _acted(group: str, action: str, data: dict[str, Any]) -> Response:
    key, version = idempotency_key(), expected_version()
    try:
        result = commands.ask(
            the_actor(), group, action, data, key=key, expected_version=version, find=tickets.find_group
        )
    except Absent:
        raise _absent(group) from None
    raise_if_refused(result)
    if result.outcome == "processing":
        return processing(result)
    with desk().store.reading() as session:
        return _shown(session, group)


def _shown(session: Session, group: str) -> Response:
    found: Listed | None = alert_lists.one(session, group)
    if found is None:
        raise _absent(group)
    known = alert_lists.members(session, group)
    more = {"alerts": alerts_json(known), "remarks": remarks_json(alert_lists.remarks(session, known))}
    response = jsonify({**group_json(found), **more})
    response.set_etag(str(found.line.version))
    return response


def _absent(group: str) -> Problem:
    return Problem(404, f"There is no alert group {group[:40]}.")
