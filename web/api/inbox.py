"""What waits in the desk, since when, and why."""

from flask import Response, jsonify

from longwatch.domain.ticket import stamp
from longwatch.store import inbox
from web import policies
from web.api.doors import Door
from web.api.schemas import InboxOut
from web.desk import desk

blueprint = Door("inbox", __name__, description="What waits, since when, and why")


@blueprint.route("/inbox", methods=["GET"])
@policies.staff
@blueprint.alt_response(200, schema=InboxOut, description="The oldest first; `counts` knows of all")
def waiting() -> Response:
    """Read what waits: calls, commands, deliveries, and what was parked."""
    with desk().store.reading() as session:
        items = [
            {"what": item.what, "id": item.id, "about": item.about, "since": stamp(item.since), "why": item.why}
            for item in inbox.waiting(session)
        ]
        return jsonify({"items": items, "counts": inbox.counts(session)})
