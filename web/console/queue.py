"""The queue's routes: the views of the desk, their live updates, and the start page."""

import re
from typing import Any

from flask import Blueprint, abort, redirect, request

from longwatch.store import tickets
from web import policies
from web.console.frame import frame, viewer
from web.console.portal import my_requests
from web.console.queue_page import live_rows, queue_page
from web.console.views import VIEWS, View
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("queue", __name__)

NUMBER = re.compile(r"([A-Za-z]{3})-?(\d{1,9})")


@blueprint.get("/")
@policies.signed_in
def start() -> Any:
    """Where everybody begins: the desk's people with their own tickets, all others with their requests."""
    with desk().store.reading() as session:
        who = viewer(session)
        if not who.staff:
            return my_requests(session, who)
    return redirect("/q/mine", 303)


@blueprint.get("/q/<name>")
@policies.staff
def view(name: str) -> Any:
    """One view of the queue. Searching for a ticket's number goes straight to it."""
    shown = _view(name)
    with desk().store.reading() as session:
        who = viewer(session)
        number = number_in(request.args.get("q", ""))
        if number and tickets.find(session, who.actor, number) is not None:
            return redirect(f"/t/{number}?view={name}", 303)
        around = frame(session, who, current_view=name)
        page = queue_page(session, who, shown, request.args, around["views"])
        return render("queue.html", "list", page=page, **around)


@blueprint.get("/q/<name>/live")
@policies.staff
def live(name: str) -> str:
    """The rows somebody looks at, refreshed in their place, with counts and the number of new ones."""
    shown = _view(name)
    asked = {key: value for key, value in request.args.items() if key not in ("after", "shown")}
    with desk().store.reading() as session:
        who = viewer(session)
        around = frame(session, who, current_view=name)
        page = queue_page(session, who, shown, asked, around["views"], whole=False)
        page = live_rows(session, who, page, request.args.get("shown", ""))
        return render("queue_live.html", "live", page=page, **around)


def number_in(words: str) -> str | None:
    """The ticket number that a search is, if it is one: `inc-12`, `INC-000012`."""
    found = NUMBER.fullmatch(words.strip())
    return f"{found[1].upper()}-{int(found[2]):06d}" if found else None


def _view(name: str) -> View:
    return VIEWS.get(name) or abort(404, "There is no such view.")
