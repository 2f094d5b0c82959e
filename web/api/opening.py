"""Opening tickets, a collection per kind."""

from collections.abc import Callable

from flask import Response

from longwatch.domain.roles import is_staff
from longwatch.messages import REQUEST
from web import action_kinds, actions, actions_request, commands, policies
from web.api.answers import opened
from web.api.doors import ONCE, Door, body, idempotency_key
from web.api.schemas import TicketOut
from web.auth.identity import the_actor
from web.desk import desk

blueprint = Door("opening", __name__, description="Opening tickets")


def _opening(kind: str) -> Callable[[], Response]:
    def open_one() -> Response:
        actor, key, raw = the_actor(), idempotency_key(), body()
        with desk().store.reading() as session:
            asked = actions.read(session, action_kinds.opening(kind, staff=is_staff(actor)), raw)
            if kind == REQUEST:
                asked = actions_request.asked_for(session, actor, asked)
        said = commands.open_ticket(actor, kind, {**asked.data, "source": "api"}, asked.texts, key=key)
        return opened(said, actor)

    article = "an" if kind[0] in "aeiou" else "a"
    open_one.__name__, open_one.__doc__ = f"open_{kind}", f"Open {article} {kind}."
    return open_one


def _offer(kind: str) -> None:
    """The collection of a kind: /incidents, /problems, /changes, /requests."""
    described = blueprint.alt_response(
        201, schema=TicketOut, description="The ticket; `processing` until it is journalled"
    )
    taken = blueprint.takes(action_kinds.opening(kind, staff=True))
    door = policies.signed_in(taken(described(_opening(kind))))
    blueprint.route(f"/{kind}s", methods=["POST"], parameters=[ONCE])(door)


for _kind in action_kinds.KINDS:
    _offer(_kind)
