"""A person's own page: who the desk thinks they are, when they are away, where they are signed in, how pages look."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, request

from longwatch.store import people
from web import policies
from web.auth.identity import signed_in
from web.auth.sign_in import local
from web.console import absences
from web.console.absence_card import card, colleagues
from web.console.frame import THEMES, frame, viewer
from web.console.names import names_of
from web.console.times import Moment, moment
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("account", __name__)
blueprint.register_blueprint(absences.blueprint)

YEAR = 365 * 24 * 3600
LONGEST_AGENT = 60


@dataclass(frozen=True)
class SignedInAt:
    """A browser the person is signed in with."""

    agent: str
    address: str
    since: Moment
    seen: Moment


@blueprint.get("/account")
@policies.signed_in
def show() -> str:
    """The page."""
    person = signed_in()
    assert person is not None
    with desk().store.reading() as session:
        who = viewer(session)
        sessions = [
            SignedInAt(
                row.agent[:LONGEST_AGENT],
                row.address,
                moment(row.created_at, who.now, who.zone),
                moment(row.seen_at, who.now, who.zone),
            )
            for row in people.sign_ins_of(session, who.login, who.now)
        ]
        names = names_of(session, [])
        teams = sorted(names.team(team) for team in who.actor.teams)
        around = frame(session, who, "/account")
        own = {"away": card(session, who, who.login), "people": colleagues(session, who)}
        return render(
            "account.html", "main", sessions=sessions, teams=teams, time_zone=person.time_zone, **own, **around
        )


@blueprint.post("/theme")
@policies.anyone
def theme() -> Any:
    """Light, dark, or as the system: kept in a cookie of the browser; back to where the person was."""
    chosen = request.form.get("theme", "")
    came_from = urlsplit(request.referrer or "/")
    answer = redirect(local(came_from.path), 303)
    if chosen in THEMES:
        answer.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure)
    else:
        answer.delete_cookie("theme")
    return answer
