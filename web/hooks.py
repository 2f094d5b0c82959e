"""Hooks: where monitoring tools call. What is well-formed is stored as it came and answered; all else is done later.

No session, no cookie, no schema of single alerts: a tool that calls 500 times in half a second must find the door open.
Trouble of our own is always 503, since tools try again after 5xx only.
"""

import hmac
import logging
from datetime import datetime

from flask import Blueprint, Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from integrations import KINDS
from integrations.alert import NotEnvelope
from longwatch.messages import INCIDENT
from longwatch.store import inbox
from longwatch.store.acceptance import Request, accept_opening
from longwatch.store.inbox import Call, Sender
from longwatch.store.people import secret_digest
from web import errors, policies
from web.auth.guard import csrf
from web.desk import desk
from web.errors import Problem

log = logging.getLogger(__name__)

LARGEST = 32 * 1024 * 1024
"""Bytes of a call."""

MOST_ALERTS = 20_000
"""Alerts in a call."""

RETRY_AFTER = {"Retry-After": "5"}

blueprint = Blueprint("hooks", __name__)


def register(app: Flask) -> None:
    """Adds the route; it has no cookies to forge."""
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)


@blueprint.post("/hooks/<kind>/<key>")
@policies.anyone
def receive(kind: str, key: str) -> Response:
    """Take a call: 202 once it is stored. 400 no envelope, 401 wrong key, 413 too much, 503 trouble of ours."""
    try:
        return _accepted(_received(kind, key))
    except Problem:
        raise
    except SQLAlchemyError as error:
        log.warning("a call of kind %s could not be stored: %s", kind, type(error).__name__)
    except Exception:
        log.exception("a call of kind %s could not be taken", kind)
    return errors.answer(503, "The desk cannot store this now. Please send it again.", headers=RETRY_AFTER)


def _received(kind: str, key: str) -> int:
    """Stores the call; returns how many alerts it has."""
    sender = _sender(kind, key)
    request.max_content_length = LARGEST
    try:
        raw = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise _too_much(sender, f"a call of more than {LARGEST} bytes") from None
    try:
        size = len(KINDS[kind].members(raw))
    except NotEnvelope as problem:
        raise Problem(400, problem.reason, {problem.field: [problem.reason]} if problem.field else None) from problem
    if size > MOST_ALERTS:
        raise _too_much(sender, f"a call with {size} alerts")
    desk().inbox.put(Call(sender.name, kind, raw.decode("utf-8-sig"), size))
    return size


def _sender(kind: str, key: str) -> Sender:
    """Whose key it is; it opens the door of its own kind only. Raises Problem (401)."""
    digest = secret_digest(key)
    with desk().store.reading() as session:
        sender = inbox.sender(session, digest)
    if sender is None or sender.kind != kind or not hmac.compare_digest(sender.key_sha256, digest):
        raise Problem(401, "No source of this kind has this key.")
    return sender


def _accepted(size: int) -> Response:
    return Response(f'{{"accepted":{size}}}\n', 202, mimetype="application/json")


def _too_much(sender: Sender, what: str) -> Problem:
    """Refuses the call, and opens a ticket once per source and hour so that somebody looks."""
    store = desk().store
    with store.writing() as session:
        now = store.now(session)
        accept_opening(store, session, INCIDENT, _triage(sender, what, now))
    return Problem(413, f"At most {MOST_ALERTS} alerts and {LARGEST} bytes in one call. A ticket was opened about it.")


def _triage(sender: Sender, what: str, now: datetime) -> Request:
    text = (
        f"The source {sender.name} sent {what}. A call may have at most {MOST_ALERTS} alerts and "
        f"{LARGEST // 1024 // 1024} MB. It was refused and nothing of it was kept: group alerts at the source."
    )
    return Request(
        "",
        INCIDENT,
        "open",
        f"source:{sender.name}",
        {"source": "monitoring", "category": "monitoring", "impact": 2, "urgency": 2},
        {"title": f"Too many alerts at once from {sender.name}", "description": text},
        f"too-much:{sender.name}:{now:%Y-%m-%dT%H}",
    )
