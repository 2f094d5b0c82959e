"""What the tools behind alerts were told of incidents, and what they answered."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from longwatch.domain.ticket import stamp
from longwatch.store import back_ledger
from longwatch.store.back_ledger import LARGEST_PAGE, STATES, Asked, NotAgain
from longwatch.store.tables_back_channel import BackCall
from web import policies
from web.api.answers import found_or_404
from web.api.doors import Door
from web.auth.identity import the_actor
from web.console.told_view import MAY_TRY
from web.desk import desk
from web.errors import Problem
from web.fields import Line, Strict, Whole

blueprint = Door("back channel", __name__, description="What tools were told of the incidents behind their alerts")


class BackCallOut(Schema):
    """A word to a tool. What failed and was tried again names the word that followed it."""

    id = fields.String()
    incident = fields.String(metadata={"description": "empty for a test"})
    line = fields.Integer(metadata={"description": "of the incident's journal: what it follows from"})
    source = fields.String()
    fingerprint = fields.String()
    what = fields.String(
        metadata={"description": "acknowledged, resolved, reopened, closed, extended, released or test"}
    )
    by = fields.String()
    state = fields.String(metadata={"description": "due, done, failed or skipped"})
    attempts = fields.Integer()
    remote = fields.String(allow_none=True, metadata={"description": "the tool's own id, as of a silence"})
    ends_at = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)
    at = fields.String()
    settled_at = fields.String(allow_none=True)
    tried_again_as = fields.String(allow_none=True)


class BackCallsOut(Schema):
    """A page of the ledger."""

    items = fields.List(fields.Nested(BackCallOut))
    next = fields.String(allow_none=True)


class Listing(Strict):
    """Which part of the ledger."""

    ticket = Line()
    source = Line()
    state = Line(validate=validate.OneOf(STATES))
    after = Whole(1, 2**62, metadata={"description": "the `next` of the page before"})
    limit = Whole(1, LARGEST_PAGE, load_default=50)


@blueprint.route("/back-calls", methods=["GET"])
@policies.staff
@blueprint.arguments(Listing, location="query")
@blueprint.alt_response(200, schema=BackCallsOut, description="The newest first")
def ledger(asked: dict[str, Any]) -> Response:
    """Read what tools were told, and what came of it."""
    wanted = Asked(asked.get("ticket"), asked.get("source"), asked.get("state"), asked.get("after"), asked["limit"])
    return _page(wanted)


@blueprint.route("/tickets/<number>/back-calls", methods=["GET"])
@policies.staff
@blueprint.alt_response(200, schema=BackCallsOut, description="The newest first")
def of_ticket(number: str) -> Response:
    """Read what tools were told of a ticket."""
    with desk().store.reading() as session:
        found_or_404(session, the_actor(), number)
    return _page(Asked(incident=number, limit=LARGEST_PAGE))


@blueprint.route("/back-calls/<identity>/again", methods=["POST"])
@policies.only(*MAY_TRY)
@blueprint.alt_response(202, schema=BackCallOut, description="The new word, on its way")
@blueprint.alt_response(409, description="It did not fail, was tried again already, or something newer was said")
def again(identity: str) -> Response:
    """Try a word that failed once more."""
    store = desk().store
    with store.writing() as session:
        row = back_ledger.call_of(session, identity)
        if row is None:
            raise Problem(404, "There is no such word to a tool.")
        try:
            new = back_ledger.try_again(session, row, the_actor().id, store.now(session))
        except NotAgain as reason:
            raise Problem(409, str(reason)) from reason
        made = back_ledger.call_of(session, new)
        assert made is not None
        response = jsonify(_json(made))
    response.status_code = 202
    return response


def _page(asked: Asked) -> Response:
    with desk().store.reading() as session:
        rows = back_ledger.page(session, asked)
        more = str(rows[-1].row) if len(rows) == asked.limit else None
        return jsonify({"items": [_json(row) for row in rows], "next": more})


def _json(row: BackCall) -> dict[str, Any]:
    return {
        "id": row.id,
        "incident": row.incident,
        "line": row.seq,
        "source": row.source,
        "fingerprint": row.fingerprint,
        "what": row.what,
        "by": row.by,
        "state": row.state,
        "attempts": row.attempts,
        "remote": row.remote,
        "ends_at": None if row.ends_at is None else stamp(row.ends_at),
        "answer": row.answer,
        "at": stamp(row.at),
        "settled_at": None if row.settled_at is None else stamp(row.settled_at),
        "tried_again_as": row.again,
    }
