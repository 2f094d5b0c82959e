"""What every page of the signed-in needs around its subject: who looks, the views with counts, unread notifications."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor
from longwatch.store.tables import Delivery
from web.auth.identity import signed_in
from web.console.approval_list import votes_owed
from web.console.people import Viewer, face_of
from web.console.tasks_list import tasks_waiting
from web.console.times import iso, zone
from web.console.views import shown, view_links
from web.desk import desk
from web.rendering import asset, wants_block

MOST_UNREAD = 99
SPRITE = "vendor/lucide-1.62.0/sprite.svg"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Votes:
    """How many approvals wait for the person's vote, as text, and whether such things are theirs at all."""

    count: str
    approver: bool

    @property
    def may_come(self) -> bool:
        """Whether the navigation leads there for somebody who does not work at the desk."""
        return self.approver or bool(self.count)


def register(app: Flask) -> None:
    """Gives all templates, of all doors, what the frame of a page draws."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(asset=asset, sprite=asset(SPRITE))
    parts = vars(env.get_template("parts.html").module)  # known everywhere: a block drawn alone imports nothing
    env.globals.update({name: part for name, part in parts.items() if not name.startswith("_")})
    app.context_processor(_around)


def _around() -> dict[str, Any]:
    store = desk().store
    with store.reading() as session:
        now = store.now(session)
    theme = request.cookies.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "",
        "now_iso": iso(now),
        "partial": wants_block(),
        "live_url": "/live" if signed_in() else "",
    }


def viewer(session: Session) -> Viewer:
    """Who looks, behind a policy that lets only the signed-in pass."""
    person = signed_in()
    assert person is not None
    return Viewer(person.actor, person.name, desk().store.now(session), zone(person.time_zone))


def frame(session: Session, who: Viewer, section: str = "", current_view: str = "") -> dict[str, Any]:
    """The context of base.html. `section` is the address of the side-bar link to mark."""
    return {
        "viewer": who,
        "person_face": face_of(who.actor.id, who.name),
        "views": view_links(session, who.actor, who.now) if who.staff else [],
        "unread": unread(session, who.actor),
        "tasks": tasks_waiting(session, who.actor),
        "votes": Votes(votes_owed(session, who.actor), "approver" in who.roles),
        "section": section,
        "current_view": current_view,
    }


def unread(session: Session, actor: Actor) -> str:
    """How many notifications the person has not read, capped, as text; empty for none."""
    mine = Delivery.recipient == actor.id, Delivery.channel == "console", Delivery.read_at.is_(None)
    few = select(literal(1).label("one")).select_from(Delivery).where(*mine).limit(MOST_UNREAD + 1).subquery()
    count = session.scalar(select(func.count()).select_from(few)) or 0
    return f"{MOST_UNREAD}+" if count > MOST_UNREAD else shown(count) if count else ""
