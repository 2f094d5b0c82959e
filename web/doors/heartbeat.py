"""The door of signs of life: a job that ran calls it, by whatever can make a request.

The key is that of a source of any kind; the signal must have been set up for it, since a sign of life that nobody
expects would be missed by nobody. Without a signal it counts as a call of the source.
"""

from flask import Blueprint, Response

from activities.heartbeats import beat
from longwatch.domain.heartbeat import ANY
from longwatch.store import source_counts
from web import errors, policies
from web.desk import desk
from web.doors import entry
from web.errors import Problem

blueprint = Blueprint("door_heartbeat", __name__)
entry.answers(blueprint, errors.answer)


@blueprint.route("/hooks/heartbeat/<key>", methods=["GET", "POST"])
@blueprint.route("/hooks/heartbeat/<key>/<path:signal>", methods=["GET", "POST"])
@policies.anyone
def heard(key: str, signal: str = ANY) -> Response:
    """Take a sign of life: 200 once it is noted. 401 wrong key, 404 nobody expects this signal, 503 trouble of ours."""
    sender = entry.identified(None, key)
    mark = entry.signature(sender, entry.body())
    if not entry.known(mark):
        store = desk().store
        with store.writing() as session:
            expected = beat(store, session, sender.name, signal)
            if not expected and signal != ANY:
                raise Problem(404, f"Nobody expects a signal {signal[:80]!r} of {sender.name}: set it up first.")
            source_counts.count(session, sender.name, {"calls": 1}, store.now(session))
        entry.remember(mark)
    return Response("ok\n", mimetype="text/plain")
