"""Tickets to read: lists, and one ticket now or as it was."""

from typing import Any

from flask import Response
from marshmallow import ValidationError, validate
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor, instant
from longwatch.messages import PREFIXES
from longwatch.store import ticket_lists, tickets
from longwatch.store.ticket_lists import ORDERS, Filters, Page
from web import policies
from web.action_kinds import KINDS, statuses
from web.api.answers import found_or_404, shown
from web.api.doors import Door
from web.api.lines import listed
from web.api.schemas import TicketOut, TicketsOut
from web.auth.identity import the_actor
from web.desk import desk
from web.errors import Problem
from web.fields import Line, Strict, Until, Whole

blueprint = Door("tickets", __name__, description="Tickets to read")

STATUSES = list(dict.fromkeys(name for kind in KINDS for name in statuses(kind)))
"""The statuses of all kinds of tickets."""

GROUPS = {"open": True, "done": False}
"""Statuses that stand for several: what is open, and what is closed or cancelled."""


def _status(text: str) -> None:
    if text not in GROUPS:
        _among(text, STATUSES)


def _among(text: str, known: list[str]) -> None:
    unknown = [word for word in text.split(",") if word not in known]
    if unknown:
        raise ValidationError(f"{unknown[0]!r} is none of: {', '.join(known)}.")


class Listing(Strict):
    """What a list shows.

    Several statuses or priorities are separated by commas; `open` and `done` stand for all such statuses; `none` means
    nobody.
    """

    kind = Line(validate=validate.OneOf(sorted(PREFIXES)))
    status = Line(validate=_status)
    priority = Line(validate=lambda text: _among(text, ["1", "2", "3", "4", "5"]))
    assignee = Line(metadata={"description": "a login, `me` or `none`"})
    requester = Line(metadata={"description": "a login or `me`"})
    team = Line()
    ci = Line(200)
    q = Line(200, metadata={"description": "words of the title, or a number"})
    order = Line(validate=validate.OneOf(sorted(ORDERS)), load_default="opened")
    limit = Whole(1, ticket_lists.LARGEST_PAGE, load_default=50)
    after = Line(1000, metadata={"description": "the `next` of the page before"})


class At(Strict):
    """Time travel."""

    at = Until(metadata={"description": "an instant: the ticket as it was then"})


@blueprint.route("/tickets", methods=["GET"])
@policies.signed_in
@blueprint.arguments(Listing, location="query")
@blueprint.alt_response(200, schema=TicketsOut, description="A page, and the cursor of the next")
def listing(asked: dict[str, Any]) -> Response:
    """List tickets."""
    actor, store = the_actor(), desk().store
    with store.reading() as session:
        page = page_of(session, actor, filters_of(asked, actor), asked)
        return listed(session, actor, page)


def page_of(session: Session, actor: Actor, filters: Filters, asked: dict[str, Any]) -> Page:
    """A page of a list. Raises Problem (422) for a cursor that is none."""
    return ticket_lists.page(session, actor, filters, asked["limit"], asked.get("after"))


def filters_of(asked: dict[str, Any], actor: Actor) -> Filters:
    """The parameters of a list as filters."""
    status = asked.get("status", "")
    return Filters(
        kind=asked.get("kind"),
        status=() if not status or status in GROUPS else tuple(status.split(",")),
        open=GROUPS.get(status),
        priority=tuple(int(word) for word in asked.get("priority", "").split(",") if word),
        assignee=_person(asked.get("assignee"), actor),
        requester=_person(asked.get("requester"), actor),
        team=(asked["team"].removeprefix("team:") if "team" in asked else None),
        ci=asked.get("ci"),
        q=asked.get("q"),
        order=asked["order"],
    )


def _person(name: str | None, actor: Actor) -> str | None:
    if name is None:
        return None
    if name == "me":
        return actor.id
    return name if name == "none" or ":" in name else f"user:{name}"


@blueprint.route("/tickets/<number>", methods=["GET"])
@policies.signed_in
@blueprint.arguments(At, location="query")
@blueprint.alt_response(200, schema=TicketOut, description="The ticket; its version is the ETag")
def one(asked: dict[str, Any], number: str) -> Response:
    """Read a ticket, now or as it was at an instant."""
    actor, store = the_actor(), desk().store
    with store.reading() as session:
        found = found_or_404(session, actor, number)
        if "at" not in asked:
            return shown(session, found, actor, store.now(session))
        at = instant(asked["at"])
        then = tickets.as_of(session, found, at)
        if then is None:
            raise Problem(404, f"{number} was not opened yet at {at:%Y-%m-%d %H:%M:%S} UTC.")
        return shown(session, then, actor, at, past=True)
