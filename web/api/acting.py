"""Acting on tickets, writing messages."""

from flask import Response

from web import action_kinds, actions, actions_request, commands, policies
from web.actions import Message
from web.api.answers import absent, done
from web.api.doors import ONCE, SEEN, Door, body, expected_version, idempotency_key
from web.api.schemas import AcceptedOut, TicketOut
from web.auth.identity import the_actor
from web.commands import Absent
from web.desk import desk
from web.errors import Problem
from web.fields import Strict

blueprint = Door("acting", __name__, description="Acting on tickets")

_MESSAGE = Message()


@blueprint.route("/tickets/<number>/messages", methods=["POST"], parameters=[ONCE, SEEN])
@policies.signed_in
@blueprint.takes(_MESSAGE)
@blueprint.alt_response(201, schema=TicketOut, description="Written")
@blueprint.alt_response(202, schema=AcceptedOut, description="Saved, and being processed")
def write(number: str) -> Response:
    """Write a message, public or internal."""
    return _acted(number, "message", _MESSAGE, 201)


@blueprint.route("/tickets/<number>/actions/<action>", methods=["POST"], parameters=[ONCE, SEEN])
@policies.signed_in
@blueprint.doc(
    requestBody={
        "content": {"application/json": {"schema": {"anyOf": action_kinds.everything()}}},
        "description": "The fields of the action",
    }
)
@blueprint.alt_response(200, schema=TicketOut, description="Done")
@blueprint.alt_response(202, schema=AcceptedOut, description="Saved, and being processed")
@blueprint.alt_response(409, schema="Error", description="Refused, with the reason")
@blueprint.alt_response(412, schema="Error", description="The ticket has changed since")
def act(number: str, action: str) -> Response:
    """Do something to a ticket: one of its `allowed_actions`."""
    known = action_kinds.schemas_of(number)
    if not known:
        raise absent(number)
    if action not in known:
        raise Problem(404, f"There is no action {action[:40]}. Actions are: {', '.join(sorted(known))}.")
    return _acted(number, action, known[action], 200)


def _acted(number: str, action: str, schema: Strict, code: int) -> Response:
    actor, key, version = the_actor(), idempotency_key(), expected_version()
    asked = _read(schema)
    if isinstance(schema, actions_request.EditAnswers):
        with desk().store.reading() as session:
            asked = actions_request.edited(session, actor, number, asked)
    try:
        result = commands.ask(actor, number, action, asked.data, asked.texts, key=key, expected_version=version)
    except Absent:
        raise absent(number) from None
    return done(result, actor, code)


def _read(schema: Strict) -> actions.Fields:
    raw = body()
    with desk().store.reading() as session:
        return actions.read(session, schema, raw)
