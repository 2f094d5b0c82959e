"""What was accepted and still waits: since when, and why. Nothing of it is lost; this page says where it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from longwatch.store.tables import Command, Delivery, Inbox, Parked
from web import policies
from web.console import words
from web.console.frame import frame, viewer
from web.console.names import names_of
from web.console.people import Viewer
from web.console.times import Moment, Tone, moment
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("inbox", __name__)

SHOWN = 20
TICKET_PREFIXES = ("INC-", "PRB-", "CHG-", "REQ-")


@dataclass(frozen=True)
class Waits:
    """A thing that waits."""

    name: str
    what: str
    since: Moment
    why: str
    href: str = ""


@dataclass(frozen=True)
class Part:
    """A kind of things that wait: the oldest of them, and how many there are."""

    label: str
    tone: Tone
    count: int
    columns: Sequence[str]
    rows: Sequence[Waits]


@blueprint.get("/inbox")
@policies.staff
def show() -> str:
    """The page."""
    with desk().store.reading() as session:
        who = viewer(session)
        engine = desk().loops.ready()
        reason = str(engine.get("reason") or "")
        found = (_calls(session, who), _commands(session, who, reason), _mail(session, who))
        put_aside = (_parked_commands(session, who), _parked_members(session, who))
        parts = [part for part in (*found, *put_aside) if part.count]
        return render("inbox.html", "inbox", parts=parts, **frame(session, who, "/inbox"))


def _calls(session: Session, who: Viewer) -> Part:
    new = Inbox.state == "new"
    rows = [
        Waits(f"{row.kind} {row.source}", f"{row.size} alerts", _since(row.received_at, who), "waits to be split")
        for row in session.scalars(select(Inbox).where(new).order_by(Inbox.row).limit(SHOWN))
    ]
    count = session.scalar(select(func.count()).select_from(Inbox).where(new)) or 0
    return Part("Calls of monitoring tools", "blue", count, ("From", "What", "Since", "Why"), rows)


def _commands(session: Session, who: Viewer, reason: str) -> Part:
    waits = Command.outcome.is_(None)
    found = list(session.scalars(select(Command).where(waits).order_by(Command.row).limit(SHOWN)))
    names = names_of(session, [row.actor for row in found])
    why = f"the engine does not answer: {reason}" if reason else "its turn comes"
    rows = []
    for row in found:
        face = names.face(row.actor)
        what = f"{words.readable(row.action)}, asked by {face.name if face else row.actor}"
        woken = f"{why}; woken {row.wakes} times" if row.wakes else why
        rows.append(Waits(row.ticket, what, _since(row.accepted_at, who), woken, _href(row.ticket)))
    count = session.scalar(select(func.count()).select_from(Command).where(waits)) or 0
    return Part("Commands not decided yet", "blue", count, ("Ticket", "What", "Since", "Why"), rows)


def _mail(session: Session, who: Viewer) -> Part:
    waits = Delivery.delivered_at.is_(None) & Delivery.failed_at.is_(None) & (Delivery.channel != "console")
    rows = [
        Waits(
            row.ticket,
            f"{row.channel} to {row.recipient}",
            _since(row.created_at, who),
            row.reason or "on its way",
            _href(row.ticket),
        )
        for row in session.scalars(select(Delivery).where(waits).order_by(Delivery.row).limit(SHOWN))
    ]
    count = session.scalar(select(func.count()).select_from(Delivery).where(waits)) or 0
    return Part("Messages not delivered yet", "blue", count, ("Ticket", "What", "Since", "Why"), rows)


def _parked_commands(session: Session, who: Viewer) -> Part:
    parked = Command.outcome == "parked"
    rows = [
        Waits(row.ticket, words.readable(row.action), _since(row.accepted_at, who), row.reason or "", _href(row.ticket))
        for row in session.scalars(select(Command).where(parked).order_by(Command.row.desc()).limit(SHOWN))
    ]
    count = session.scalar(select(func.count()).select_from(Command).where(parked)) or 0
    return Part("Commands set aside", "red", count, ("Ticket", "What", "Since", "Why"), rows)


def _parked_members(session: Session, who: Viewer) -> Part:
    rows = [
        Waits(f"call {row.inbox}, member {row.position}", _begin(row.body), _since(row.parked_at, who), row.reason)
        for row in session.scalars(select(Parked).order_by(Parked.row.desc()).limit(SHOWN))
    ]
    count = session.scalar(select(func.count()).select_from(Parked)) or 0
    return Part("Alerts that could not be read", "amber", count, ("Which", "What came", "Since", "Why"), rows)


def _since(at: datetime, who: Viewer) -> Moment:
    return moment(at, who.now, who.zone)


def _begin(body: str) -> str:
    try:
        text = json.dumps(json.loads(body))
    except ValueError:
        text = body
    return text[:120]


def _href(ticket: str) -> str:
    return f"/t/{ticket}" if ticket.startswith(TICKET_PREFIXES) else ""
