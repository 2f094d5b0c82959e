"""Opsgenie's alert API: 202 with a request id, and what became of the request for those who ask.

An alert's alias may hold slashes (clients write them as %2F, which the web server decodes), so it is matched as a path.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from flask import Blueprint, Response, current_app, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations import envelope, opsgenie, strict_json
from integrations.alert import NotEnvelope
from longwatch.domain.ticket import stamp
from longwatch.store.database import Store
from longwatch.store.inbox import Call, keep
from longwatch.store.sources import Sender
from longwatch.store.tables_intake import OpsgenieRequest
from longwatch.store.together import Together
from longwatch.store.writing import insert_all
from web import policies
from web.desk import desk
from web.doors import entry
from web.errors import Problem

KIND = "opsgenie"
ALERT = "/v2/alerts/<path:identifier>"
PAST = {
    "create": "Created alert",
    "close": "Closed alert",
    "acknowledge": "Acknowledged alert",
    "unacknowledge": "Unacknowledged alert",
    "notes": "Added note",
    "message": "Updated message",
    "description": "Updated description",
    "priority": "Updated priority",
}
_ALERTS = uuid.UUID("9f4ad6a4-33c2-4d41-9a5f-2f0f1f8c1d31")
"""The name space of alert ids: the same source and alias have the same id for ever."""

blueprint = Blueprint("opsgenie", __name__)


@dataclass(frozen=True)
class _Taken:
    """A request and the call it is stored as: one is not kept without the other."""

    id: str
    source: str
    action: str
    alias: str
    alert: str
    body: str


def _shape(code: int, message: str, errors: dict[str, Any]) -> Response:
    body: dict[str, Any] = {"message": message, "took": 0.001, "requestId": str(uuid.uuid4())}
    if errors:
        body["errors"] = {name: said[0] if isinstance(said, list) else said for name, said in errors.items()}
    return _answer(code, body)


entry.answers(blueprint, _shape)


@blueprint.record_once
def _prepare(state: Any) -> None:
    held = state.app.extensions["longwatch"].store
    state.app.extensions["longwatch_opsgenie"] = Together[_Taken](held, partial(_write, held))


@blueprint.post("/v2/alerts", strict_slashes=False)
@policies.anyone
def create() -> Response:
    """Create an alert, or count it again under its alias. Without alias its id is its alias."""
    sender = entry.identified(KIND, entry.presented())
    body = _body(sender)
    wrong = opsgenie.complaints(body)
    if wrong:
        message = f"Request body is not processable. Please check the errors: {', '.join(sorted(wrong))}"
        raise Problem(422, message, dict(wrong))
    alias = body.get("alias") or str(uuid.uuid4())
    return _taken(sender, "create", alias, _alert_id(sender, alias), body)


@blueprint.post(f"{ALERT}/<any(close,acknowledge,unacknowledge,notes):action>", strict_slashes=False)
@policies.anyone
def act(identifier: str, action: str) -> Response:
    """Close, acknowledge, or add a note. One that nobody knows is taken as well: it may still be on its way."""
    sender = entry.identified(KIND, entry.presented())
    alias, alert = _meant(sender, identifier)
    return _taken(sender, action, alias, alert, _body(sender))


@blueprint.put(f"{ALERT}/<any(message,description,priority):action>", strict_slashes=False)
@policies.anyone
def change(identifier: str, action: str) -> Response:
    """Take a new wording of an alert as a remark."""
    sender = entry.identified(KIND, entry.presented())
    alias, alert = _meant(sender, identifier)
    return _taken(sender, action, alias, alert, _body(sender))


@blueprint.get("/v2/alerts/requests/<identity>")
@policies.anyone
def look_up(identity: str) -> Response:
    """What became of a request. 404 for one that this source never made."""
    sender = entry.identified(KIND, entry.presented())
    with desk().store.reading() as session:
        row = session.get(OpsgenieRequest, identity)
    if row is None or row.source != sender.name:
        raise Problem(404, "Request not found. It might not be processed, yet.")
    data = {
        "success": True,
        "isSuccess": True,
        "action": row.action.capitalize(),
        "processedAt": stamp(row.at),
        "integrationId": sender.name,
        "status": PAST[row.action],
        "alertId": row.alert,
        "alias": row.alias,
    }
    return _answer(200, {"data": data, "took": 0.001, "requestId": row.id})


def _body(sender: Sender) -> dict[str, Any]:
    raw = entry.body()
    entry.signature(sender, raw)
    try:
        found = strict_json.read(raw) if raw.strip() else {}
    except NotEnvelope as problem:
        raise Problem(422, problem.reason) from None
    if not isinstance(found, dict):
        raise Problem(422, "Request body is not processable. It must be a JSON object.")
    return found


def _meant(sender: Sender, identifier: str) -> tuple[str, str]:
    """Alias and id of the alert that an address names. Raises Problem (404, 422)."""
    how = request.args.get("identifierType", "id").lower()
    if how == "alias":
        if len(identifier) > opsgenie.LONGEST_ALIAS:
            raise Problem(422, f"alias: size must be between 0 and {opsgenie.LONGEST_ALIAS}")
        return identifier, _alert_id(sender, identifier)
    if how != "id":
        raise Problem(422, "identifierType should be one of [ id, alias ]")
    wanted = select(OpsgenieRequest.alias).where(
        OpsgenieRequest.source == sender.name, OpsgenieRequest.alert == identifier
    )
    with desk().store.reading() as session:
        alias = session.scalar(wanted.limit(1))
    if alias is None:
        raise Problem(404, "Alert does not exist.")
    return alias, identifier


def _taken(sender: Sender, action: str, alias: str, alert: str, body: dict[str, Any]) -> Response:
    text = envelope.wrapped(json.dumps(body), call={"action": action, "alias": alias})
    taken = _Taken(str(uuid.uuid4()), sender.name, action, alias, alert, text)
    cast("Together[_Taken]", current_app.extensions["longwatch_opsgenie"]).put(taken)
    return _answer(202, {"result": "Request will be processed", "took": 0.001, "requestId": taken.id})


def _write(store: Store, session: Session, taken: Sequence[_Taken]) -> None:
    keep(store, session, [Call(each.source, KIND, each.body, 1) for each in taken])
    now = store.now(session)
    names = ("id", "source", "action", "alias", "alert")
    rows = [{"at": now, **{name: getattr(each, name) for name in names}} for each in taken]
    insert_all(session, OpsgenieRequest, rows)


def _alert_id(sender: Sender, alias: str) -> str:
    return str(uuid.uuid5(_ALERTS, f"{sender.name}\n{alias}"))


def _answer(code: int, body: dict[str, Any]) -> Response:
    return Response(json.dumps(body), code, mimetype="application/json")
