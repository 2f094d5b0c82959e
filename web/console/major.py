"""The board of major incidents: what is proposed, under way, and owes its review, with who acts and what is due."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint
from sqlalchemy import case, select
from sqlalchemy.orm import Session

from longwatch.domain.incident_major_axis import ACTIVE, PROPOSED, STOOD_DOWN
from longwatch.store import tickets
from longwatch.store.tables import Process, Ticket
from web import policies
from web.console import words
from web.console.badges import Badge
from web.console.frame import frame, viewer
from web.console.major_panel import MajorPanel, major_panel
from web.console.people import Face, Viewer
from web.console.reading import reader_of
from web.console.times import Moment, moment
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("major", __name__, url_prefix="/major")

MOST = 100
"""Incidents on the board."""

SHOWN = (*ACTIVE, PROPOSED, STOOD_DOWN)
"""In this order: what burns, what is to be judged, what is to be reviewed."""


@dataclass(frozen=True)
class Card:
    """A major incident on the board. `children`: incidents that end with it."""

    number: str
    title: str
    status: Badge
    owner: Face | None
    opened: Moment
    children: int
    panel: MajorPanel


@blueprint.get("")
@policies.staff
def show() -> str:
    """The board."""
    with desk().store.reading() as session:
        who = viewer(session)
        return render("major.html", "main", cards=cards(session, who), **frame(session, who, "/major"))


def cards(session: Session, who: Viewer) -> Sequence[Card]:
    """The incidents that the viewer may see, the oldest of each standing first."""
    place = case({axis: n for n, axis in enumerate(SHOWN)}, value=Ticket.major)
    query = select(Process).join(Ticket, Ticket.number == Process.id).where(Ticket.major.in_(SHOWN))
    seen = tickets.visible_to(session, who.actor)
    allowed = query if seen is None else query.where(seen)
    rows = session.scalars(allowed.order_by(place, Ticket.opened_at, Ticket.number).limit(MOST))
    found = (_card(session, who, tickets.recorded(row, [])) for row in rows)
    return [card for card in found if card is not None]


def _card(session: Session, who: Viewer, found: tickets.Found) -> Card | None:
    state = found.state
    reader = reader_of(session, who, found, [])
    panel = major_panel(state, reader)
    if panel is None:
        return None
    return Card(
        number=found.number,
        title=reader.text(state.title) or "(no title)",
        status=words.status(state.status),
        owner=reader.names.face(state.assignee),
        opened=moment(state.opened_at, who.now, who.zone),
        children=sum(link.type == "parent_of" for link in state.links),
        panel=panel,
    )
