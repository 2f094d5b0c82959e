"""PagerDuty Events API v2: 202 with status, message and dedup_key, as its senders expect it.

The routing key is the source's key; it is taken out of what is stored.
"""

import json
import secrets
from typing import Any

from flask import Blueprint, Response

from integrations import pagerduty, strict_json
from integrations.alert import NotEnvelope
from longwatch.store.inbox import Call
from web import policies
from web.desk import desk
from web.doors import entry
from web.errors import Problem

KIND = "pagerduty"
SERVER_TROUBLE = 500

blueprint = Blueprint("pagerduty", __name__)


def _shape(code: int, message: str, errors: dict[str, Any]) -> Response:
    """PagerDuty's own errors: a wrong key is an invalid event, too."""
    if code >= SERVER_TROUBLE:
        return _answer(code, {"status": "error", "message": message, "errors": [message]})
    told = errors.get("errors") or [message]
    code = 400 if code in (401, 403) else code
    return _answer(code, {"status": "invalid event", "message": "Event object is invalid", "errors": told})


entry.answers(blueprint, _shape)


@blueprint.post("/v2/enqueue")
@policies.anyone
def enqueue() -> Response:
    """Trigger, acknowledge or resolve. An event without dedup_key gets one, told in the answer."""
    raw, event = _event()
    key = _routing_key(event)
    sender = entry.identified(KIND, key)
    entry.signature(sender, raw)
    event = {name: value for name, value in event.items() if name != "routing_key"}
    if event.get("event_action") == "trigger" and not event.get("dedup_key"):
        event["dedup_key"] = secrets.token_hex(16)
    wrong = pagerduty.complaints(event)
    if wrong:
        raise Problem(400, "; ".join(wrong), {"errors": wrong})
    desk().inbox.put(Call(sender.name, KIND, json.dumps(event), 1))
    return _answer(202, {"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]})


@blueprint.post("/v2/change/enqueue")
@policies.anyone
def enqueue_change() -> Response:
    """A change that somebody made: kept, shown, never an incident."""
    raw, event = _event()
    sender = entry.identified(KIND, _routing_key(event))
    entry.signature(sender, raw)
    payload = event.get("payload")
    if not isinstance(payload, dict) or not isinstance(payload.get("summary"), str) or not payload["summary"].strip():
        raise Problem(400, "'payload.summary' is missing or blank")
    kept = {name: value for name, value in event.items() if name not in ("routing_key", "event_action")}
    desk().inbox.put(Call(sender.name, KIND, json.dumps(kept), 1))
    return _answer(202, {"status": "success", "message": "Change event processed"})


def _event() -> tuple[bytes, dict[str, Any]]:
    raw = entry.body()
    try:
        event = strict_json.read(raw)
    except NotEnvelope as problem:
        raise Problem(400, problem.reason) from None
    if not isinstance(event, dict):
        raise Problem(400, "The event is not a JSON object.")
    return raw, event


def _routing_key(event: dict[str, Any]) -> str:
    key = event.get("routing_key") or entry.presented()
    if not isinstance(key, str):
        raise Problem(400, "'routing_key' is not a string")
    return key


def _answer(code: int, body: dict[str, Any]) -> Response:
    return Response(json.dumps(body), code, mimetype="application/json")
