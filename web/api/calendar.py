"""The forward schedule of change: as JSON for programs, as iCalendar for calendar programs."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from activities.calendar_marks import marks
from activities.commands import actor_of
from activities.windows import occurrences
from integrations.icalendar import CONTENT_TYPE, document
from longwatch.domain.ticket import Actor, instant
from longwatch.store import calendar_feeds, schedule
from longwatch.store.schedule import Asked, Work
from web import policies
from web.api.doors import Door
from web.auth.identity import the_actor
from web.calendar_json import window_entry, window_json, work_entry, work_json
from web.desk import desk
from web.errors import Problem
from web.fields import Line, Strict, Until, Whole

blueprint = Door("calendar", __name__, description="The forward schedule of change")

USUAL = timedelta(days=31)
LONGEST = timedelta(days=400)

FEED_BEHIND, FEED_AHEAD = timedelta(days=31), timedelta(days=366)
MOST_ENTRIES = 2000
"""Changes in one feed; those that begin first."""


class SpanAsked(Strict):
    """From when to when, about what."""

    since = Until(data_key="from", metadata={"description": "an instant; now unless said"})
    until = Until(data_key="to", metadata={"description": "an instant, at most 400 days later; 31 days unless said"})
    ci = Line(120)
    team = Line(120)
    limit = Whole(1, schedule.LARGEST_PAGE, load_default=100)
    after = Line(200)


class ScheduledOut(Schema):
    """A change in the schedule."""

    number = fields.String()
    title = fields.String(allow_none=True)
    type = fields.String(metadata={"description": "normal, standard or emergency"})
    status = fields.String()
    firm = fields.Boolean(metadata={"description": "it is authorised"})
    begin = fields.String()
    end = fields.String()
    cis = fields.List(fields.String())
    team = fields.String(allow_none=True)
    assignee = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    model = fields.String(allow_none=True)
    updated_at = fields.String()
    obstacles = fields.List(fields.Dict(), metadata={"description": "what stands in its way: kind, reason, blocking"})
    conflicts = fields.List(fields.String(), metadata={"description": "changes of the same items in the same time"})


class WindowOut(Schema):
    """A stretch of a freeze or maintenance window."""

    id = fields.Integer()
    kind = fields.String(metadata={"description": "freeze or maintenance"})
    name = fields.String()
    reason = fields.String()
    scope = fields.Dict()
    blocking = fields.Boolean()
    weekly = fields.Boolean()
    begin = fields.String()
    end = fields.String()


class ScheduleOut(Schema):
    """A page of the schedule; the windows are those of the whole span."""

    items = fields.List(fields.Nested(ScheduledOut))
    windows = fields.List(fields.Nested(WindowOut))
    next = fields.String(allow_none=True)


@blueprint.route("/calendar/changes", methods=["GET"])
@policies.signed_in
@blueprint.arguments(SpanAsked, location="query")
@blueprint.alt_response(200, schema=ScheduleOut, description="Changes by beginning, freezes and maintenance windows")
def changes(asked: dict[str, Any]) -> Response:
    """Read the forward schedule."""
    store, actor = desk().store, the_actor()
    with store.reading() as session:
        now = store.now(session)
        wanted = _wanted(asked, now)
        page = schedule.page(session, actor, wanted, asked["limit"], asked.get("after"))
        marked = marks(session, page.items, now, actor)
        items = [work_json(work, marked.get(work.row.ticket, ())) for work in page.items]
        windows = [window_json(one) for one in occurrences(session, wanted.begin, wanted.end)]
        return jsonify({"items": items, "windows": windows, "next": page.next})


def _wanted(asked: dict[str, Any], now: datetime) -> Asked:
    begin = instant(asked["since"]) if "since" in asked else now
    end = instant(asked["until"]) if "until" in asked else begin + USUAL
    if end <= begin:
        raise Problem(422, "to: It must be later than from.", {"to": ["It must be later than from."]})
    if end - begin > LONGEST:
        reason = f"At most {LONGEST.days} days after from."
        raise Problem(422, f"to: {reason}", {"to": [reason]})
    return Asked(begin, end, asked.get("ci"), asked.get("team"))


@blueprint.route("/calendar/feeds/<secret>.ics", methods=["GET"])
@policies.anyone
@blueprint.doc(security=[])
@blueprint.alt_response(200, description="The schedule as iCalendar, with the rights of whoever made the address")
def feed(secret: str) -> Response:
    """Fetch the schedule from a calendar program; the address is made at /calendar/feeds and is itself the secret."""
    store = desk().store
    with store.reading() as session:
        person = calendar_feeds.person_of(session, secret)
        if person is None:
            raise Problem(404, "There is no calendar at this address. It may have been revoked.")
        actor, now = actor_of(session, person.actor), store.now(session)
        wanted = Asked(
            now - FEED_BEHIND,
            now + FEED_AHEAD,
            _short(request.args.get("ci")),
            _short(request.args.get("team")),
        )
        written = _written(session, actor, wanted, now)
    return _answer(written)


def _short(text: str | None) -> str | None:
    return text[:120] if text and text.isprintable() else None


def _written(session: Session, actor: Actor, wanted: Asked, now: datetime) -> bytes:
    base = desk().settings.base_url.rstrip("/")
    works = _all(session, actor, wanted)
    marked = marks(session, works, now, actor)
    entries = [work_entry(work, base, marked) for work in works]
    entries += [window_entry(one, base) for one in occurrences(session, wanted.begin, wanted.end)]
    return document("Change calendar", entries)


def _all(session: Session, actor: Actor, wanted: Asked) -> list[Work]:
    works: list[Work] = []
    after: str | None = None
    while len(works) < MOST_ENTRIES:
        page = schedule.page(session, actor, wanted, schedule.LARGEST_PAGE, after)
        works += page.items
        after = page.next
        if after is None:
            break
    return works


def _answer(written: bytes) -> Response:
    response = Response(written, content_type=CONTENT_TYPE)
    response.set_etag(hashlib.sha256(written).hexdigest())
    response.headers["Content-Disposition"] = 'inline; filename="changes.ics"'
    response.make_conditional(request)
    return response
