"""Commands: what was asked, and what became of it."""

from typing import Any

from flask import Response, jsonify

from longwatch.domain.roles import is_staff
from longwatch.domain.ticket import Actor, stamp
from longwatch.store import tickets
from longwatch.store.tables import Command
from web import policies
from web.api.answers import PARKED
from web.api.doors import Door
from web.api.schemas import CommandOut
from web.auth.identity import the_actor
from web.desk import desk
from web.errors import Problem
from web.ticket_json import person

blueprint = Door("commands", __name__, description="What was asked, and what became of it")


@blueprint.route("/commands/<identity>", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=CommandOut, description="The command and its outcome so far")
def one(identity: str) -> Response:
    """Read what became of a command."""
    actor = the_actor()
    with desk().store.reading() as session:
        row = tickets.command(session, actor, identity)
        if row is None:
            raise Problem(404, "There is no such command.")
        return jsonify(command_json(row, actor))


def command_json(row: Command, reader: Actor) -> dict[str, Any]:
    """A command as JSON; its fields, and why it was parked, may hold what is not for everybody."""
    inside = row.outcome == "parked" and not is_staff(reader)
    return {
        "id": row.id,
        "ticket": row.ticket,
        "action": row.action,
        "actor": person(row.actor),
        "accepted_at": stamp(row.accepted_at),
        "outcome": row.outcome or "processing",
        "reason": PARKED if inside else row.reason,
        "field": row.field,
        "version": row.version,
        "settled_at": stamp(row.settled_at) if row.settled_at else None,
    }
