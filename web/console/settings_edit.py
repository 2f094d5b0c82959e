"""Editing a setting as text: checked and told in words before it is published, and refused by line and entry."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session

from longwatch.domain.configuring import READERS
from longwatch.store import configuration, publishing
from longwatch.store.publishing import Outdated, Setting
from web import policies
from web.configuration import text as setting_text
from web.configuration.checks import faults_of
from web.configuration.difference import difference
from web.configuration.kinds import Kind, explained
from web.configuration.text import BadText
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.settings import LONGEST_WHY, REFUSED, absent, editable, version_in
from web.console.settings_page import Editor
from web.console.settings_trial import trial_of
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("settings_edit", __name__, url_prefix="/settings")

INVALID = 422
PUBLISH, TRY = "publish", "try"
"""What the buttons ask besides a check."""


@blueprint.get("/<kind>/+new")
@policies.only(*READERS)
def begin(kind: str) -> str:
    """The editor of a new setting, with an example to begin with."""
    shown = editable(kind)
    with desk().store.reading() as session:
        editor = Editor(shown, shown.only or "", new=True, text=setting_text.write(shown.example), why="", seen=0)
        return drawn(session, viewer(session), editor)


@blueprint.get("/<kind>/<name>/edit")
@policies.only(*READERS)
def edit(kind: str, name: str) -> str:
    """The editor, with the newest version or (to take an edit back) an older one."""
    shown = editable(kind)
    with desk().store.reading() as session:
        found = configuration.versions(session, kind, name) or absent()
        wanted = request.args.get("from", "")
        row = next((row for row in found if str(row.version) == wanted), found[0])
        why = f"Back to version {row.version}." if row is not found[0] else ""
        text = setting_text.write(row.data)
        editor = Editor(shown, name, new=False, text=text, why=why, seen=found[0].version)
        return drawn(session, viewer(session), compared(session, editor) if why else editor)


@blueprint.post("/<kind>/+new")
@policies.only(*READERS)
def create(kind: str) -> Any:
    """Checks or publishes a new setting."""
    shown = editable(kind)
    return _sent(shown, shown.only or request.form.get("name", "").strip(), new=True)


@blueprint.post("/<kind>/<name>/edit")
@policies.only(*READERS)
def save(kind: str, name: str) -> Any:
    """Checks or publishes an edit."""
    return _sent(editable(kind), name, new=False)


def _sent(kind: Kind, name: str, *, new: bool) -> Any:
    editor = Editor(
        kind,
        name,
        new=new,
        text=request.form.get("text", "").replace("\r\n", "\n"),
        why=request.form.get("why", "").strip()[:LONGEST_WHY],
        seen=version_in(request.form.get("seen", "")) or 0,
    )
    return judged(editor, request.form.get("do", ""))


def judged(editor: Editor, button: str) -> Any:
    """The editor with what is wrong, or what the edit would do; or the published setting."""
    store = desk().store
    with store.reading() as session:
        who = viewer(session)
        editor, data = checked(session, editor)
        if editor.error or button != PUBLISH or data is None:
            editor = tried(session, who, editor, data) if button == TRY and data is not None else editor
            return drawn(session, who, editor), INVALID if editor.error else 200
    try:
        with store.writing() as session:
            setting = Setting(editor.kind.name, editor.name)
            version = publishing.publish(store, session, who.actor, setting, data, seen=editor.seen, why=editor.why)
    except Outdated as outdated:
        with store.reading() as session:
            said = f"{outdated} Below is what you would change in that one; publish again if you still want to."
            stale = compared(session, replace(editor, error=said, seen=outdated.version))
            return drawn(session, who, stale), REFUSED
    flash(f"Version {version} of {editor.name} is in force.")
    return redirect(f"/settings/{editor.kind.name}/{editor.name}", 303)


def checked(session: Session, editor: Editor) -> tuple[Editor, dict[str, Any] | None]:
    """The editor with words and difference, or with what is wrong and where; and the data, if it is good."""
    name = editor.name
    if said := editor.kind.misnamed(name):
        return replace(editor, error=said, place="name"), None
    if editor.new and configuration.newest(session, editor.kind.name, name) is not None:
        return replace(editor, error=f"There is a {editor.kind.one} called {name} already.", place="name"), None
    try:
        data = setting_text.read(editor.text)
    except BadText as problem:
        return replace(editor, error=problem.reason, line=problem.line), None
    fault = faults_of(session, editor.kind.check, name, data)
    if fault is not None:
        line = setting_text.line_of(editor.text, fault.field)
        return replace(editor, error=fault.reason, place=fault.field, line=line), None
    lines = explained(editor.kind, {**data, "name": name, "version": editor.seen + 1})
    return replace(compared(session, editor), lines=lines, checked=True), data


def tried(session: Session, who: Viewer, editor: Editor, data: dict[str, Any]) -> Editor:
    """The editor with what the draft would have made of the last day, where its kind can be tried."""
    return replace(editor, trial=trial_of(session, who, data)) if editor.kind.tried else editor


def compared(session: Session, editor: Editor) -> Editor:
    """The editor with what it changes in the newest version."""
    row = configuration.newest(session, editor.kind.name, editor.name)
    return replace(editor, diff=difference(setting_text.write(row.data), editor.text)) if row else editor


def drawn(session: Session, who: Viewer, editor: Editor) -> str:
    """The page of the editor."""
    return render("setting_edit.html", "main", editor=editor, **frame(session, who, "/settings"))
