"""The ticket's routes: its page, the actions its rules allow, and its messages. Every action works without scripts."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, request
from sqlalchemy.orm import Session

from longwatch.store import tickets
from longwatch.store.acceptance import KeyReused
from longwatch.store.tickets import Found
from web import policies
from web.commands import Absent
from web.console.asking import Asked, ask_by_form
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.portal_page import portal_ticket
from web.console.queue_page import FILTERS, queue_page
from web.console.split_form import split_form
from web.console.stale import stale_page
from web.console.ticket_page import address, ticket_page
from web.console.view_models import Refusal
from web.console.views import VIEWS
from web.desk import desk
from web.rendering import render, wants_block

blueprint = Blueprint("ticket", __name__, url_prefix="/t")

REFUSED, STALE, INVALID = 409, 412, 422
ABSENT = "There is no such ticket, or it is not yours to see."


@blueprint.get("/<number>")
@policies.signed_in
def show(number: str) -> str:
    """The ticket: to the desk with the queue beside it, to its requester in plain words. 404 for all others."""
    with desk().store.reading() as session:
        return _page(session, viewer(session), number)


@blueprint.get("/<number>/split")
@policies.signed_in
def split(number: str) -> str:
    """Which messages are about something else. 404 unless this may be split by this person now."""
    with desk().store.reading() as session:
        who = viewer(session)
        found = tickets.find(session, who.actor, number)
        return _split_page(session, who, found) if found is not None else abort(404, ABSENT)


def _split_page(session: Session, who: Viewer, found: Found, refused: Refusal | None = None) -> str:
    form = split_form(session, who, found, refused)
    if form is None:
        abort(404, "This ticket cannot be split now.")
    return render("ticket_split.html", "main", ticket=form, **frame(session, who))


@blueprint.post("/<number>/actions/<action>")
@policies.signed_in
def act(number: str, action: str) -> Any:
    """Presses a button. 303 to the ticket; 409 refused, 412 stale, 422 invalid: each with what was typed."""
    return _answer(number, action, request.form)


@blueprint.post("/<number>/messages")
@policies.signed_in
def write(number: str) -> Any:
    """Adds a message. With `then=wait` the ticket also goes on hold for the requester's answer."""
    form = dict(request.form)
    form["public"] = "true" if form.get("audience") != "internal" else "false"
    answer = _answer(number, "message", form)
    if form.get("then") == "wait" and not isinstance(answer, tuple):
        token = f"{form['token']}-wait" if form.get("token") else ""
        return _answer(number, "hold", {"reason": "awaiting_requester", "token": token})
    return answer


def _answer(number: str, action: str, form: Mapping[str, str]) -> Any:
    with desk().store.reading() as session:
        who = viewer(session)
    try:
        asked = ask_by_form(who, number, action, form)
    except Absent:
        abort(404)
    except KeyReused:  # the same form, changed after it had been sent: what counts is on the page already
        return redirect(address(number, _origin()), 303)
    with desk().store.reading() as session:
        if asked.result is not None and asked.result.outcome == "stale":
            return stale_page(session, who, number, seen=int(form["version"]), asked=asked), STALE
        if asked.refusal is not None:
            return _page(session, who, number, asked.refusal), _code(asked)
    return redirect(address(number, _origin()), 303)


def _code(asked: Asked) -> int:
    return REFUSED if asked.result is not None else INVALID


def _origin() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if name in (*FILTERS, "view", "tab", "all")}


def _page(session: Session, who: Viewer, number: str, refused: Refusal | None = None) -> str:
    found = tickets.find(session, who.actor, number)
    if found is None:
        abort(404, ABSENT)
    if refused is not None and refused.action == "split":
        return _split_page(session, who, found, refused)
    if not who.staff:
        ticket = portal_ticket(session, who, found, refused, everything="all" in request.args)
        return render("portal_ticket.html", "ticket", ticket=ticket, **frame(session, who))
    return _desk_page(session, who, found, refused)


def _desk_page(session: Session, who: Viewer, found: Found, refused: Refusal | None) -> str:
    """The ticket with its queue beside it; to htmx the ticket alone."""
    origin = _origin()
    view = VIEWS.get(origin.get("view", ""), VIEWS["mine"])
    ticket = ticket_page(session, who, found, origin, refused)
    if wants_block():
        label = {"label": view.label}
        return render("ticket.html", "ticket", ticket=ticket, page=label, viewer=who)
    around = frame(session, who, current_view=view.name)
    page = queue_page(session, who, view, origin, around["views"])
    return render("ticket.html", "ticket", ticket=ticket, page=page, open_number=found.number, **around)
