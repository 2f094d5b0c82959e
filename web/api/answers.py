"""What became of a request, as the API answers it."""

from datetime import datetime

from flask import Response, jsonify
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor
from longwatch.store import tickets
from longwatch.store.tickets import Found
from web.commands import Result
from web.desk import desk
from web.errors import Problem
from web.ticket_json import ticket_json

_REFUSALS = {"refused": 409, "forbidden": 403, "stale": 412, "parked": 409}
PARKED = "This could not be decided and was set aside for the operators, who see why."


def done(result: Result, actor: Actor, code: int = 200) -> Response:
    """The ticket, when it is done; 202 with the command while it is being processed. Raises Problem for refusals."""
    raise_if_refused(result)
    if result.outcome == "processing":
        return processing(result)
    return the_ticket(result.ticket, actor, code)


def opened(result: Result, actor: Actor) -> Response:
    """The new ticket, processed or not."""
    raise_if_refused(result)
    response = the_ticket(result.ticket, actor, 201)
    response.headers["Location"] = f"/api/v1/tickets/{result.ticket}"
    return response


def raise_if_refused(result: Result) -> None:
    """Raises Problem: 409 with the reason, 422 naming the field, 403 for want of rights, 412 for a stale version."""
    code = _REFUSALS.get(result.outcome)
    if code is None:
        return
    reason = PARKED if result.outcome == "parked" else result.reason or "Refused."
    if result.outcome == "refused" and result.field:
        raise Problem(422, reason, {result.field: [reason]})
    raise Problem(code, reason)


def processing(result: Result) -> Response:
    """Saved; it goes on without the sender."""
    response = jsonify({"command": result.command, "ticket": result.ticket, "outcome": "processing"})
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/commands/{result.command}"
    return response


def the_ticket(number: str, actor: Actor, code: int = 200) -> Response:
    """The ticket as it is now. Raises Problem (404) when it is not for these eyes any more."""
    store = desk().store
    with store.reading() as session:
        found = found_or_404(session, actor, number)
        return shown(session, found, actor, store.now(session), code)


def found_or_404(session: Session, actor: Actor, number: str) -> Found:
    """The ticket. Raises Problem (404), the same whether it is absent or not for these eyes."""
    found = tickets.find(session, actor, number)
    if found is None:
        raise absent(number)
    return found


def absent(number: str) -> Problem:
    """What one gets for a ticket that is not there, or not for one's eyes."""
    return Problem(404, f"There is no ticket {number[:40]}.")


def shown(
    session: Session, found: Found, actor: Actor, at: datetime, code: int = 200, *, past: bool = False
) -> Response:
    """A ticket with its texts and its version as ETag."""
    said = tickets.texts(session, tickets.bodies_in(list(vars(found.state).values())))
    response = jsonify(ticket_json(found, said, actor, at, past=past))
    response.status_code = code
    response.set_etag(str(found.version))
    return response
