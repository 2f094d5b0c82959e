"""A person's notifications: what the desk told them in the console, the latest first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from activities.wording import place
from longwatch.store.tables import Body, Delivery, Ticket
from longwatch.store.writing import changed
from web import policies
from web.console import between_words, words
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.times import Moment, moment
from web.console.words import Badge
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("notifications", __name__)

SHOWN = 100

SAID: Mapping[str, Badge] = {
    **between_words.BELLS,
    "assigned": Badge("It was assigned to you or your team.", "blue", icon="user-check"),
    "rung": Badge("An escalation step was reached", "amber", icon="siren"),
    "page": Badge("You are called: an escalation step was reached", "red", icon="siren"),
    "breach": Badge("A target was missed", "red", icon="flame"),
    "escalated": Badge("It was escalated.", "amber", icon="chevrons-up"),
    "hold_lifted": Badge("It is no longer on hold.", "blue", icon="circle-play"),
    "resolved": Badge("It is resolved. Please say whether it is fixed.", "green", icon="circle-check"),
    "reopened": Badge("It was reopened.", "violet", icon="undo"),
    "cancelled": Badge("It was cancelled.", "grey", icon="ban"),
    "message": Badge("The requester wrote.", "blue", icon="reply"),
    "reply": Badge("You have an answer.", "blue", icon="reply"),
    "approval_asked": Badge("Your vote is asked for", "violet", icon="shield-check"),
    "approval_reminded": Badge("Votes are missing", "amber", icon="alarm-clock"),
    "approval_overdue": Badge("The votes are late, and the fallback was called", "amber", icon="alarm-clock"),
    "approval_blocked": Badge("Its approval is stuck", "red", icon="triangle-alert"),
    "approval_voided": Badge("It was edited, and your vote is void", "amber", icon="undo"),
    "approval_decided": Badge("Its approval has ended", "blue", icon="shield-check"),
    "approval_recalled": Badge("Your vote is not needed any more", "grey", icon="undo"),
}

ABOUT = ("rung", "clock", "stage_title", "outcome")
"""What else is said of the event, where its message holds it."""


@dataclass(frozen=True)
class Bell:
    """One notification."""

    row: int
    ticket: str
    href: str
    title: str
    text: str
    badge: Badge
    at: Moment
    unread: bool


@blueprint.get("/notifications")
@policies.signed_in
def show() -> str:
    """The list. Reading it marks nothing: the button does."""
    with desk().store.reading() as session:
        who = viewer(session)
        return render(
            "notifications.html", "bells", bells=_bells(session, who), **frame(session, who, "/notifications")
        )


@blueprint.post("/notifications/read")
@policies.signed_in
def read() -> Any:
    """Marks all as read that the person could see when pressing."""
    store = desk().store
    with store.writing() as session:
        who = viewer(session)
        mine = update(Delivery).where(*_mine(who), Delivery.read_at.is_(None))
        changed(session, mine.values(read_at=store.now(session)))
    return redirect("/notifications", 303)


def _mine(who: Viewer) -> tuple[Any, ...]:
    return Delivery.recipient == who.actor.id, Delivery.channel == "console"


def _bells(session: Session, who: Viewer) -> list[Bell]:
    rows = session.execute(
        select(Delivery, Body.text)
        .join(Ticket, Ticket.number == Delivery.ticket, isouter=True)
        .join(Body, Body.id == Ticket.title_body, isouter=True)
        .where(*_mine(who))
        .order_by(Delivery.row.desc())
        .limit(SHOWN)
    )
    return [_bell(row, title or "", who) for row, title in rows]


def _bell(row: Delivery, title: str, who: Viewer) -> Bell:
    said = SAID.get(row.template) or Badge(f"{words.readable(row.template)}.", "grey", icon="bell")
    data = json.loads(row.data)
    about = ", ".join(str(data[name]) for name in ABOUT if data.get(name))
    text = f"{said.label}: {about}." if about else said.label
    at = moment(row.created_at, who.now, who.zone)
    return Bell(row.row, row.ticket, place(row.ticket, row.template), title, text, said, at, row.read_at is None)
