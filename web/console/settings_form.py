"""Editing a setting as a form: questions in groups that buttons add, move and take out; each fault at its input."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, redirect, request
from sqlalchemy.orm import Session

from longwatch.domain.configuring import READERS
from longwatch.store import configuration
from web import policies
from web.configuration import text as setting_text
from web.configuration.form_kinds import FORMS, holds, options_of
from web.configuration.forms import Form, Group, Options, Question, Rows, count, data_of, nearest, pressed, rows_of
from web.console.fields import Field
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.settings import LONGEST_WHY, absent, editable, version_in
from web.console.settings_edit import INVALID, PUBLISH, TRY, checked, judged, tried
from web.console.settings_page import Editor
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("settings_form", __name__, url_prefix="/settings")

MOST_INPUTS = 2_000
LONGEST_INPUT = 20_000
PREFIX = "f-"
"""Before the name of an input, which is the place of its entry."""


@dataclass(frozen=True)
class Part:
    """One entry of a group: its inputs, and the buttons that move it."""

    title: str
    place: str
    number: int
    fields: Sequence[Field]


@dataclass(frozen=True)
class Section:
    """A group with its entries."""

    place: str
    one: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Sheet:
    """The form: what stands once, and the groups."""

    lead: Sequence[Field]
    sections: Sequence[Section]
    stray: str = ""


@blueprint.get("/<kind>/+new/form")
@policies.only(*READERS)
def begin(kind: str) -> str:
    """The empty form of a new setting."""
    shown, form = editable(kind), _form(kind)
    rows = rows_of(form, shown.example) if shown.only else {question.place: "" for question in form.lead}
    for group in form.groups[:1]:
        rows = rows if shown.only else pressed(form, rows, f"add {group.place}")
    editor = Editor(shown, shown.only or "", new=True, text="", why="", seen=0)
    with desk().store.reading() as session:
        return _drawn(session, viewer(session), editor, rows)


@blueprint.get("/<kind>/<name>/form")
@policies.only(*READERS)
def edit(kind: str, name: str) -> Any:
    """The form of a setting; one that holds more than the form can is edited as text."""
    shown, form = editable(kind), _form(kind)
    with desk().store.reading() as session:
        found = configuration.versions(session, kind, name) or absent()
        if not holds(kind, found[0].data):
            return redirect(f"/settings/{kind}/{name}/edit", 303)
        editor = Editor(shown, name, new=False, text="", why="", seen=found[0].version)
        return _drawn(session, viewer(session), editor, rows_of(form, found[0].data))


@blueprint.post("/<kind>/+new/form")
@policies.only(*READERS)
def create(kind: str) -> Any:
    """A button of the form of a new setting."""
    return _pressed(kind, request.form.get("name", "").strip(), new=True)


@blueprint.post("/<kind>/<name>/form")
@policies.only(*READERS)
def save(kind: str, name: str) -> Any:
    """A button of the form."""
    return _pressed(kind, name, new=False)


def _pressed(kind: str, name: str, *, new: bool) -> Any:
    shown, form = editable(kind), _form(kind)
    rows, button = _rows(), request.form.get("do", "")
    why = request.form.get("why", "").strip()[:LONGEST_WHY]
    text = setting_text.write(data_of(form, rows))
    seen = version_in(request.form.get("seen", "")) or 0
    editor = Editor(shown, name, new=new, text=text, why=why, seen=seen)
    if button == "text":
        with desk().store.reading() as session:
            return render("setting_edit.html", "main", editor=editor, **frame(session, viewer(session), "/settings"))
    with desk().store.reading() as session:
        who = viewer(session)
        if button not in ("check", TRY, PUBLISH):
            return _drawn(session, who, editor, pressed(form, rows, button))
        editor, data = checked(session, editor)
        if button == TRY and data is not None:
            editor = tried(session, who, editor, data)
        if editor.error or button != PUBLISH:
            return _drawn(session, who, editor, rows), INVALID if editor.error else 200
    return judged(editor, PUBLISH)


def _rows() -> Rows:
    sent = list(request.form.items())[:MOST_INPUTS]
    typed = [(name.removeprefix(PREFIX), text) for name, text in sent if name.startswith(PREFIX)]
    return {name: text.replace("\r\n", "\n")[:LONGEST_INPUT] for name, text in typed}


def _form(kind: str) -> Form:
    return FORMS.get(kind) or abort(404, "Settings of this kind are edited as text.")


def _drawn(session: Session, who: Viewer, editor: Editor, rows: Rows) -> str:
    sheet = _sheet(FORMS[editor.kind.name], rows, editor, options_of(session))
    return render("setting_form.html", "main", editor=editor, sheet=sheet, **frame(session, who, "/settings"))


def _sheet(form: Form, rows: Rows, editor: Editor, options: Options) -> Sheet:
    """The form with what was typed; a fault stands at its input, or above everything when it has none."""
    at = nearest(rows, editor.place) if editor.error and editor.place else ""
    wrong = {at: editor.error} if at else {}
    drawn = _Drawn(rows, wrong, options)
    sections = [
        Section(group.place, group.one, [drawn.part(group, n) for n in range(count(rows, group.place))])
        for group in form.groups
    ]
    stray = "" if at or editor.place == "name" else editor.error
    return Sheet([drawn.field(question, "") for question in form.lead], sections, stray)


@dataclass(frozen=True)
class _Drawn:
    """What the inputs are drawn from."""

    rows: Rows
    wrong: Mapping[str, str]
    options: Options

    def part(self, group: Group, n: int) -> Part:
        """One entry of a group."""
        at = f"{group.place}[{n}]."
        fields = [self.field(question, at) for question in group.questions]
        return Part(f"{group.one.capitalize()} {n + 1}", group.place, n, fields)

    def field(self, question: Question, at: str) -> Field:
        """One input."""
        name = f"{at}{question.place}"
        choices = tuple(self.options.get(question.options, ()))
        plain = Field(f"{PREFIX}{name}", question.label, question.control, choices, question.hint)
        return replace(
            plain,
            value=self.rows.get(name, ""),
            required=question.required,
            error=self.wrong.get(name, ""),
        )
