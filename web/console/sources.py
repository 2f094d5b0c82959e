"""The sources: which tools may send, what came of it; adding one, new keys, switching off, sending a test alert.

Everybody at the desk sees how sources are doing; only administrators change them and see what was refused, since what
tools send may hold their secrets.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy.orm import Session

from integrations import KINDS
from integrations.signing import STYLES
from longwatch.store import audit, sealing, sources
from longwatch.store.inbox import Call
from longwatch.store.sources import BadSource
from longwatch.store.tables import Source
from longwatch.store.tables_intake import SourceSetup
from web import policies
from web.console.fields import Field
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.sources_back import beside
from web.console.sources_mapping import preview
from web.console.sources_treat_view import fields_of
from web.console.sources_view import lines, page
from web.console.sources_watch_view import watch
from web.desk import desk
from web.rendering import render, wants_block

blueprint = Blueprint("sources", __name__)

REFUSED = 409
MOST_HOURS = 24 * 90
SHORTEST_SECRET = 16
ADMIN = "admin"


@blueprint.get("/sources")
@policies.staff
def show() -> str:
    """All sources, and how they are doing."""
    with desk().store.reading() as session:
        who = viewer(session)
        return render("sources.html", "sources", lines=lines(session, who), form=_form(), **_around(session, who))


@blueprint.post("/sources")
@policies.only(ADMIN)
def add() -> Any:
    """Lets a tool send; its key is shown on the page that follows, this once."""
    kind, name = request.form.get("kind", ""), request.form.get("name", "").strip()
    store = desk().store
    if kind not in KINDS:
        return _again("Choose what sends.", kind, name), REFUSED
    try:
        with store.writing() as session:
            key = sources.add(store, session, kind, name)
            _note(session, "add source", name, {"kind": kind})
    except BadSource as problem:
        return _again(str(problem), kind, name), REFUSED
    return one(name, key)


@blueprint.get("/sources/<name>")
@policies.only(ADMIN, "auditor")
def look(name: str) -> str:
    """One source: how it does, what was refused, how to set it up."""
    return one(name)


@blueprint.post("/sources/<name>/rotate")
@policies.only(ADMIN)
def rotate(name: str) -> str:
    """A new key; the old one opens for some hours more, or not at all."""
    hours = request.form.get("hours", "", type=str)
    overlap = timedelta(hours=min(int(hours), MOST_HOURS)) if hours.isascii() and hours.isdigit() else sources.OVERLAP
    store = desk().store
    with store.writing() as session:
        _source(session, name)
        key = sources.rotate(store, session, name, overlap)
        if not overlap:
            sources.forget_old_keys(session, name)
        _note(session, "rotate key", name, {"overlap_hours": int(overlap.total_seconds()) // 3600})
    return one(name, key)


@blueprint.post("/sources/<name>/switch")
@policies.only(ADMIN)
def switch(name: str) -> Any:
    """On or off: whose source is off is answered as one with a wrong key."""
    active = request.form.get("active") == "1"
    with desk().store.writing() as session:
        _source(session, name)
        sources.switch(session, name, active=active)
        _note(session, "switch source", name, {"active": active})
    flash(f"{name} may send {'again' if active else 'no more'}.")
    return redirect(f"/sources/{name}", 303)


@blueprint.post("/sources/<name>/protect")
@policies.only(ADMIN)
def protect(name: str) -> Any:
    """From where it may send, and how its calls are signed."""
    style, secret = request.form.get("signature", ""), request.form.get("secret", "")
    try:
        with desk().store.writing() as session:
            _source(session, name)
            setup = sources.setup(session, name)
            setup.networks = sources.networks(request.form.get("networks", "").replace(",", " ").split())
            setup.signature = style if style in STYLES else None
            if secret:
                setup.secret = sealing.seal(desk().settings.secret_keys, _long_enough(secret))
            _complete(setup)
            _note(session, "protect source", name, {"networks": setup.networks, "signature": setup.signature})
    except BadSource as problem:
        flash(str(problem))
    else:
        flash("Saved.")
    return redirect(f"/sources/{name}", 303)


@blueprint.post("/sources/<name>/test")
@policies.only(ADMIN)
def test(name: str) -> Any:
    """Sends a test alert through the inbox, as if the tool had sent it, or ends the one that was sent."""
    over = request.form.get("over") == "1"
    with desk().store.reading() as session:
        _source(session, name)
    alert = sources.test_alert(name, over=over)
    desk().inbox.put(Call(name, "generic", json.dumps(alert), 1))
    flash("The end of the test alert is on its way." if over else "A test alert is on its way: see the queue.")
    return redirect(f"/sources/{name}", 303)


@blueprint.post("/sources/<name>/preview")
@policies.only(ADMIN)
def try_mapping(name: str) -> str:
    """What the mapping as typed would make of the last call. Nothing is saved."""
    return one(name, typed=request.form)


def one(
    name: str,
    key: str = "",
    typed: Mapping[str, str] | None = None,
    asked: Mapping[str, str] | None = None,
    *,
    treated: Mapping[str, str] | None = None,
    trouble: str = "",
) -> str:
    """The page of one source. `typed` into its mapping, `asked` into how its tool is asked, and why it was refused.

    `treated`: typed into how its alerts are judged.
    """
    with desk().store.reading() as session:
        who = viewer(session)
        source = _source(session, name)
        shown = page(session, who, source, key)
        mapping = preview(session, source, typed or {}) if shown.mapped else None
        template, block = ("source_mapping.html", "preview") if typed and wants_block() else ("source.html", "main")
        context: dict[str, Any] = {"mapping": mapping, "back": beside(session, who, name), "trouble": trouble}
        context["watch"] = watch(session, who, source, asked or {})
        context["treat"] = fields_of(source.settings, treated)
        return render(template, block, page=shown, **context, **_around(session, who))


def _again(reason: str, kind: str, name: str) -> str:
    with desk().store.reading() as session:
        who = viewer(session)
        form = _form(kind, name, reason)
        return render("sources.html", "sources", lines=lines(session, who), form=form, **_around(session, who))


def _form(kind: str = "", name: str = "", error: str = "") -> list[Field]:
    kinds = tuple(sorted(((kind, tool.TOOL.label) for kind, tool in KINDS.items()), key=lambda pair: pair[1].lower()))
    return [
        Field("kind", "What sends?", "select", kinds, value=kind, required=True),
        Field("name", "Name", hint="Letters, digits, dots and dashes.", value=name, required=True, error=error),
    ]


def _source(session: Session, name: str) -> Source:
    source = session.get(Source, name)
    if source is None or source.kind not in KINDS:
        abort(404)
    return source


def _around(session: Session, who: Viewer) -> dict[str, Any]:
    return {"admin": ADMIN in who.actor.roles, **frame(session, who, "/sources")}


def _long_enough(secret: str) -> str:
    if len(secret) < SHORTEST_SECRET:
        raise BadSource(f"A secret needs at least {SHORTEST_SECRET} characters.")
    return secret


def _complete(setup: SourceSetup) -> None:
    if setup.signature and not setup.secret:
        raise BadSource("A signature needs a secret.")


def _note(session: Session, action: str, name: str, data: dict[str, Any]) -> None:
    audit.note(desk().store, session, viewer(session).actor, action, f"source:{name}", data=data)
