"""The settings: every kind of configuration with its versions, who changed it and why; edited, compared, taken back."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy.orm import Session

from longwatch.domain.configuring import READERS, may_edit
from longwatch.store import configuration, publishing
from longwatch.store.publishing import Outdated, Setting
from web import policies
from web.configuration.checks import dependants
from web.configuration.form_kinds import FORMS
from web.configuration.kinds import KINDS, Kind
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.settings_page import cards, rows, setting_page
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("settings", __name__, url_prefix="/settings")

REFUSED = 409
LONGEST_WHY = 300
LONGEST_VERSION = 9
"""Digits."""


@blueprint.get("")
@policies.only(*READERS)
def index() -> str:
    """All kinds of settings."""
    with desk().store.reading() as session:
        who = viewer(session)
        return render("settings.html", "main", kinds=cards(session), **frame(session, who, "/settings"))


@blueprint.get("/<kind>")
@policies.only(*READERS)
def listing(kind: str) -> str:
    """The settings of a kind."""
    shown = kind_of(kind)
    with desk().store.reading() as session:
        who = viewer(session)
        found = rows(session, who, shown)
        may_add = may_edit(who.actor, kind) and (shown.only is None or not found)
        page = {"kind": shown, "rows": found, "may_add": may_add, "as_form": kind in FORMS}
        return render("settings_kind.html", "main", **page, **frame(session, who, "/settings"))


@blueprint.get("/<kind>/<name>")
@policies.only(*READERS)
def show(kind: str, name: str) -> str:
    """A setting: in words and as data, its versions, and what the one shown changed."""
    with desk().store.reading() as session:
        return page_of(session, viewer(session), kind_of(kind), name)


def page_of(session: Session, who: Viewer, kind: Kind, name: str, error: str = "") -> str:
    """The page of a setting. 404 when there is none."""
    found = configuration.versions(session, kind.name, name) or absent()
    wanted = version_in(request.args.get("version", "")), version_in(request.args.get("against", ""))
    page = setting_page(session, who, kind, found, wanted)
    if page is None:
        absent()
    return render("setting.html", "main", page=page, error=error, **frame(session, who, "/settings"))


@blueprint.post("/<kind>/<name>/switch")
@policies.only(*READERS)
def switch(kind: str, name: str) -> Any:
    """Takes a setting out of force, or back into it. What others name cannot be switched off before them."""
    shown, active, store = editable(kind), request.form.get("active") == "on", desk().store
    seen = version_in(request.form.get("seen", ""))
    with store.writing() as session:
        who = viewer(session)
        needed = [] if active else dependants(session, kind, name)
        if needed or (shown.only and not active):
            said = f"It is named by {', '.join(needed[:5])}." if needed else "The desk cannot do without it."
            return page_of(session, who, shown, name, f"This cannot be switched off: {said}"), REFUSED
        try:
            publishing.switch(
                store,
                session,
                who.actor,
                Setting(kind, name),
                active=active,
                seen=seen,
                why=request.form.get("why", "").strip()[:LONGEST_WHY],
            )
        except Outdated as outdated:
            return page_of(session, who, shown, name, str(outdated)), REFUSED
    flash(f"{name} is {'in force again' if active else 'switched off'}.")
    return redirect(f"/settings/{kind}/{name}", 303)


def kind_of(name: str) -> Kind:
    """The kind of an address. 404 when there is none."""
    return KINDS.get(name) or abort(404, "There is no such kind of settings.")


def editable(name: str) -> Kind:
    """The kind of an address, for somebody who may change such settings. 403 for others."""
    kind = kind_of(name)
    with desk().store.reading() as session:
        if not may_edit(viewer(session).actor, name):
            abort(403, f"Only an administrator, or who owns the process, may change a {kind.one}.")
    return kind


def absent() -> Any:
    """Answers 404."""
    abort(404, "There is no such setting, or no such version of it.")


def version_in(text: str) -> int | None:
    """The version that a text names, if it names one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_VERSION else None
