"""Hooks: where monitoring tools call. What is well-formed is stored as it came and answered; all else is done later.

No session, no cookie, no schema of single alerts: a tool that calls 500 times in half a second must find the door open.
The key stands in the address, or where the tool can do better in a header: bearer, or basic with the source's name.
"""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, g, request

from integrations import KINDS, envelope
from integrations.alert import NotEnvelope
from integrations.tool import Tool
from longwatch.messages import INCIDENT
from longwatch.store.acceptance import Request, accept_opening
from longwatch.store.inbox import Call
from longwatch.store.sources import Sender
from web import doors, errors, policies
from web.auth.guard import csrf
from web.desk import desk
from web.doors import entry, sns
from web.errors import Problem

MOST_ALERTS = 20_000
"""Alerts in a call."""

FORM_FIELDS = ("data", "payload", "json")
"""Where tools put their JSON that send it as a form."""

blueprint = Blueprint("hooks", __name__)
entry.answers(blueprint, errors.answer)


def register(app: Flask) -> None:
    """Adds the routes of all doors for machines; they have no cookies to forge."""
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
    doors.register(app)


@blueprint.post("/hooks/<kind>/<key>", provide_automatic_options=False)
@policies.anyone
def receive(kind: str, key: str) -> Response:
    """Take a call: 202 once it is stored. 400 no envelope, 401 wrong key, 413 too much, 503 trouble of ours."""
    return _accepted(_received(kind, key))


@blueprint.post("/hooks/<kind>", provide_automatic_options=False)
@policies.anyone
def receive_by_header(kind: str) -> Response:
    """Take a call whose key stands in a header or in the query."""
    return _accepted(_received(kind, entry.presented()))


@blueprint.route("/hooks/<kind>", methods=["OPTIONS"])
@blueprint.route("/hooks/<kind>/<key>", methods=["OPTIONS"])
@policies.anyone
def handshake(kind: str, key: str = "") -> Response:
    """Say that this sender may send: the handshake of CloudEvents 1.0 web hooks, by whoever has the key."""
    response = Response(status=200, headers={"Allow": "POST, OPTIONS"})
    origin = request.headers.get("WebHook-Request-Origin")
    if origin is not None and origin.isprintable():
        entry.identified(kind, key or entry.presented())
        response.headers["WebHook-Allowed-Origin"] = origin
        response.headers["WebHook-Allowed-Rate"] = "*"
    return response


def _received(kind: str, key: str) -> int:
    """Stores the call; returns how many alerts it has."""
    sender = entry.identified(kind, key)
    try:
        raw = entry.body()
    except Problem as problem:
        raise _too_much(sender, f"a call of more than {entry.LARGEST} bytes") from problem
    if kind == sns.KIND:
        return sns.receive(sender, raw)
    mark = entry.signature(sender, raw)
    if entry.known(mark):
        return 0
    try:
        text = as_text(KINDS[kind].TOOL, sender, raw)
        size = len(KINDS[kind].members(text.encode()))
    except NotEnvelope as problem:
        complaints = {problem.field: [problem.reason]} if problem.field else None
        raise Problem(problem.code, problem.reason, complaints) from problem
    if size > MOST_ALERTS:
        raise _too_much(sender, f"a call with {size} alerts")
    desk().inbox.put(Call(sender.name, kind, text, size))
    entry.remember(mark)
    return size


def as_text(tool: Tool, sender: Sender, raw: bytes) -> str:
    """The call as it is stored: as it came, and beside it what else is needed to read it. Raises NotEnvelope."""
    form = request.form
    if form:
        text = next((form[name] for name in FORM_FIELDS if name in form), "") or json.dumps(form.to_dict())
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise NotEnvelope("The body is not UTF-8 text.") from None
    if tool.secrets:
        text = envelope.without(text, tool.secrets)
    beside: dict[str, Any] = {}
    if tool.headers:
        beside["headers"] = _headers(tool)
    if sender.mapping is not None:
        beside["mapping"] = dict(sender.mapping)
    return envelope.wrapped(text.strip() or "null", **beside) if beside else text


def _headers(tool: Tool) -> dict[str, str]:
    wanted = tuple(name for name in tool.headers if name.endswith("-"))
    found = ((name.lower(), value) for name, value in request.headers.items())
    return {name: value for name, value in found if name in tool.headers or (wanted and name.startswith(wanted))}


def _accepted(size: int) -> Response:
    return Response(f'{{"accepted":{size}}}\n', 202, mimetype="application/json")


def _too_much(sender: Sender, what: str) -> Problem:
    """Refuses the call, and opens a ticket once per source and hour so that somebody looks."""
    g.raw = b""
    store = desk().store
    with store.writing() as session:
        now = store.now(session)
        accept_opening(store, session, INCIDENT, _triage(sender, what, now))
    most = f"At most {MOST_ALERTS} alerts and {entry.LARGEST} bytes in one call."
    return Problem(413, f"{most} A ticket was opened about it.")


def _triage(sender: Sender, what: str, now: datetime) -> Request:
    text = (
        f"The source {sender.name} sent {what}. A call may have at most {MOST_ALERTS} alerts and "
        f"{entry.LARGEST // 1024 // 1024} MB. It was refused and nothing of it was kept: group alerts at the source."
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
