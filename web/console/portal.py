"""A requester's list: what they asked for, in plain words, the latest change first."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from sqlalchemy.orm import Session

from longwatch.store.ticket_lists import Filters
from longwatch.store.ticket_lists import page as list_page
from web.console import words
from web.console.frame import frame
from web.console.people import Viewer
from web.console.times import Moment, moment
from web.console.words import Badge
from web.rendering import render

ROWS = 30


@dataclass(frozen=True)
class Mine:
    """A line of the list."""

    number: str
    title: str
    status: Badge
    updated: Moment


def my_requests(session: Session, who: Viewer) -> str:
    """The page of those who do not work at the desk."""
    listed = list_page(session, who.actor, Filters(order="updated", voiced=False), ROWS, request.args.get("after"))
    shown: Sequence[Mine] = [
        Mine(
            item.ticket.number,
            item.title or "(no title)",
            words.OPENING if item.opening else words.plain_status(item.ticket.status, item.ticket.hold_reason),
            moment(item.ticket.updated_at, who.now, who.zone),
        )
        for item in listed.items
    ]
    older = f"/?{urlencode({'after': listed.next})}" if listed.next else ""
    return render("portal.html", "mine", tickets=shown, next_href=older, **frame(session, who, "/"))
