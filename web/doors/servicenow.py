"""ServiceNow's table API for incidents: 201 with sys_id and number, so that tools can store them.

A POST opens a ticket at once, keyed by correlation_id: the same again while it lasts is the same ticket. A PUT comments
it or says that the trouble is over; it resolves by itself then, unless a person has taken it.
"""

import json
import uuid
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities import correlated
from activities.correlated import Opening
from integrations import servicenow, words
from integrations.alert import NotEnvelope, Untranslatable
from integrations.said import Said
from longwatch.store.sources import Sender
from longwatch.store.tables import Body, Ticket
from longwatch.store.tables_intake import CorrelatedTicket
from web import policies
from web.desk import desk
from web.doors import entry
from web.errors import Problem

KIND = "servicenow"
PATH = "/api/now/table/incident"
STATES = {"new": "1", "assigned": "2", "in_progress": "2", "on_hold": "3", "resolved": "6", "closed": "7"}
CANCELLED = "8"
MOST = 100
NOT_FOUND = "No Record found"

blueprint = Blueprint("servicenow", __name__)


def _shape(code: int, message: str, errors: dict[str, Any]) -> Response:
    said = "User Not Authenticated" if code == 401 else NOT_FOUND if code == 404 else message  # noqa: PLR2004
    detail = "; ".join(str(each) for each in errors.values()) or message
    return _answer(code, {"error": {"message": said, "detail": detail}, "status": "failure"})


entry.answers(blueprint, _shape)


@blueprint.post(PATH, strict_slashes=False)
@policies.anyone
def create() -> Response:
    """Open a ticket, or find the one that goes on under the same correlation."""
    sender, said, text = _call()
    alert = _alert(said)
    if not said.text("short_description", "description"):
        raise Problem(400, "short_description is missing.")
    correlation = words.fingerprint(servicenow.correlation(said) or str(uuid.uuid4()), {})
    store = desk().store
    with store.writing() as session:
        row = correlated.open_at_once(store, session, Opening(sender.name, KIND, correlation, alert, text))
        record = _record(session, row)
    answer = _answer(201, {"result": {**record, "short_description": alert.title}})
    answer.headers["Location"] = f"{desk().settings.base_url}{PATH}/{record['sys_id']}"
    return answer


@blueprint.route(f"{PATH}/<sys_id>", methods=["PUT", "PATCH"])
@policies.anyone
def change(sys_id: str) -> Response:
    """Comment a ticket, or say that its trouble is over."""
    sender, said, text = _call()
    alert = _alert(said, {"short_description": said.text("short_description") or "update"})
    store = desk().store
    with store.writing() as session:
        row = _row(session, sender, sys_id)
        note = "\n\n".join(said.text(name) for name in ("comments", "work_notes", "close_notes") if said.text(name))
        if note:
            correlated.comment(store, session, row, words.prose(note))
        if alert.state == "resolved":
            correlated.end(store, session, Opening(sender.name, KIND, row.correlation, alert, text), row)
        record = _record(session, row)
    return _answer(200, {"result": record})


@blueprint.get(f"{PATH}/<sys_id>")
@policies.anyone
def show(sys_id: str) -> Response:
    """Read one ticket that this source opened."""
    sender = entry.identified(KIND, entry.presented())
    with desk().store.reading() as session:
        return _answer(200, {"result": _record(session, _row(session, sender, sys_id))})


@blueprint.get(PATH, strict_slashes=False)
@policies.anyone
def search() -> Response:
    """Find tickets of this source by `sysparm_query`: correlation_id, number or sys_id, joined by `^`."""
    sender = entry.identified(KIND, entry.presented())
    wanted = select(CorrelatedTicket).where(CorrelatedTicket.source == sender.name)
    for term in filter(None, request.args.get("sysparm_query", "").split("^")):
        name, _, value = term.partition("=")
        if name == "correlation_id":
            wanted = wanted.where(CorrelatedTicket.correlation == words.fingerprint(value, {}))
        elif name in ("number", "sys_id"):
            wanted = wanted.where(getattr(CorrelatedTicket, name) == value)
    limit = request.args.get("sysparm_limit", type=int) or MOST
    with desk().store.reading() as session:
        rows = session.scalars(wanted.order_by(CorrelatedTicket.opened_at.desc()).limit(min(max(limit, 1), MOST)))
        return _answer(200, {"result": [_record(session, row) for row in rows]})


def _call() -> tuple[Sender, Said, str]:
    sender = entry.identified(KIND, entry.presented())
    raw = entry.body()
    entry.signature(sender, raw)
    try:
        (member,) = servicenow.members(raw)
    except NotEnvelope as problem:
        raise Problem(400, problem.reason) from None
    return sender, Said(member), raw.decode("utf-8-sig")


def _alert(said: Said, otherwise: dict[str, str] | None = None) -> Any:
    try:
        return servicenow.alert({**(otherwise or {}), **said.value})
    except Untranslatable as problem:
        raise Problem(400, problem.reason) from None


def _row(session: Session, sender: Sender, name: str) -> CorrelatedTicket:
    mine = select(CorrelatedTicket).where(CorrelatedTicket.source == sender.name)
    row = session.scalar(mine.where((CorrelatedTicket.sys_id == name) | (CorrelatedTicket.number == name)))
    if row is None:
        raise Problem(404, "Record doesn't exist or ACL restricts the record retrieval")
    return row


def _record(session: Session, row: CorrelatedTicket) -> dict[str, str]:
    """The ticket as ServiceNow writes one: all texts, times without a zone in UTC."""
    ticket = session.get(Ticket, row.number)
    title = session.get(Body, ticket.title_body) if ticket is not None and ticket.title_body else None
    open_ = ticket is None or ticket.open
    status = "new" if ticket is None else ticket.status
    return {
        "sys_id": row.sys_id,
        "number": row.number,
        "correlation_id": row.correlation,
        "short_description": (title.text if title is not None else None) or "",
        "state": STATES.get(status, CANCELLED),
        "incident_state": STATES.get(status, CANCELLED),
        "active": "true" if open_ else "false",
        "impact": str((ticket.impact if ticket else None) or ""),
        "urgency": str((ticket.urgency if ticket else None) or ""),
        "priority": str(ticket.priority if ticket else ""),
        "assigned_to": str((ticket.assignee if ticket else None) or ""),
        "opened_at": f"{row.opened_at:%Y-%m-%d %H:%M:%S}",
        "sys_created_on": f"{row.opened_at:%Y-%m-%d %H:%M:%S}",
        "sys_updated_on": f"{(ticket.updated_at if ticket else row.opened_at):%Y-%m-%d %H:%M:%S}",
    }


def _answer(code: int, body: dict[str, Any]) -> Response:
    return Response(json.dumps(body), code, mimetype="application/json")
