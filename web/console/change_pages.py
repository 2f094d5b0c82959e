"""Planning a change: the form of a new one, and the plan of one there is, to be edited until it is made."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from longwatch import messages
from longwatch.messages import CHANGE
from longwatch.store import tickets
from longwatch.store.acceptance import KeyReused
from longwatch.store.tickets import Found
from web import policies
from web.action_kinds import opening, schemas
from web.actions import Fields, read
from web.commands import Result, ask, open_ticket
from web.console.asking import version_seen
from web.console.change_form import Typed, asked_for, begun, change_form, emptied
from web.console.form_values import first_wrong
from web.console.frame import frame, viewer
from web.console.new_kinds import kinds_for
from web.console.offers import allowed
from web.console.people import Viewer
from web.console.tasks_rows import more
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("change", __name__)

REFUSED, STALE, INVALID = 409, 412, 422
AGAIN = "This form was sent already and has changed since. Send it again to open a second change."
CHANGED = (
    "Somebody else changed it since you began. What you typed is still here: send it again to write it over theirs."
)
PARKED = "The desk could not decide this. It is set aside, and those who run the desk can see it in the inbox."


@blueprint.get("/new/change")
@policies.signed_in
def plan() -> str:
    """The empty form. 403 for those whose roles plan no changes."""
    with desk().store.reading() as session:
        who = _planner(session)
        return _page(session, who, Typed({}, []), {})


@blueprint.post("/new/change")
@policies.signed_in
def send() -> Any:
    """Opens the change as a draft; 303 to it. The form's token makes a second press the same request."""
    typed = Typed.of(request.form)
    with desk().store.reading() as session:
        who = _planner(session)
        if "add" in request.form:
            return _page(session, who, _with_row(typed), {})
        try:
            fields = read(session, opening(CHANGE, staff=who.staff), asked_for(typed, who))
        except ValidationError as error:
            return _page(session, who, typed, dict([first_wrong(error)])), INVALID
    try:
        result = open_ticket(who.actor, CHANGE, {**fields.data, "source": "console"}, fields.texts, key=_key())
    except KeyReused:
        with desk().store.reading() as session:
            return _page(session, who, typed, {}, token="", error=AGAIN), REFUSED
    return _answer(who, typed, result, None)


@blueprint.get("/t/<number>/plan")
@policies.signed_in
def look(number: str) -> str:
    """The plan as it stands. 404 unless this person may edit it now."""
    with desk().store.reading() as session:
        who = viewer(session)
        found = _editable(session, who, number)
        return _page(session, who, begun(session, who, found), {}, found=found)


@blueprint.post("/t/<number>/plan")
@policies.signed_in
def edit(number: str) -> Any:
    """Saves the plan; 303 to the change. What others agreed to is up for their vote again, as the rules say."""
    typed = Typed.of(request.form)
    with desk().store.reading() as session:
        who = viewer(session)
        found = _editable(session, who, number)
        if "add" in request.form:
            return _page(session, who, _with_row(typed), {}, found=found)
        before = begun(session, who, found)
        wrong = emptied(typed, before)
        try:
            fields = read(session, schemas(CHANGE)["edit"], asked_for(typed, who, before))
        except ValidationError as error:
            wrong |= dict([first_wrong(error)])
        if wrong:
            return _page(session, who, typed, wrong, found=found), INVALID
    return _answer(who, typed, _saved(who, number, fields), number)


def _saved(who: Viewer, number: str, fields: Fields) -> Result:
    seen = version_seen(who, number, request.form)
    try:
        return ask(who.actor, number, "edit", fields.data, fields.texts, key=_key(), expected_version=seen)
    except KeyReused:  # the same form, changed after it had been sent
        return ask(who.actor, number, "edit", fields.data, fields.texts, expected_version=seen)


def _planner(session: Session) -> Viewer:
    who = viewer(session)
    if not messages.ticket_rules(CHANGE).may(who.actor, "open", None):
        abort(403)
    return who


def _editable(session: Session, who: Viewer, number: str) -> Found:
    found = tickets.find(session, who.actor, number)
    if found is None or found.kind != CHANGE:
        abort(404, "There is no such change, or it is not yours to see.")
    if all(action.name != "edit" for action in allowed(session, found, who)):
        abort(404, f"{number} cannot be edited by you now. Its page says what can be done.")
    return found


def _key() -> str | None:
    token = request.form.get("token")
    return f"page:{token[:64]}" if token else None


def _with_row(typed: Typed) -> Typed:
    return Typed(typed.values, more(typed.rows, len(typed.rows) + 1))


def _answer(who: Viewer, typed: Typed, result: Result, number: str | None) -> Any:
    """To the change; back to the form with the reason when the rules said no."""
    if result.outcome in ("applied", "processing"):
        return redirect(f"/t/{result.ticket}", 303)
    reason = PARKED if result.outcome == "parked" else result.reason or "The rules say no."
    with desk().store.reading() as session:
        found = tickets.find(session, who.actor, number) if number else None
        if result.outcome == "stale":
            return _page(session, who, typed, {}, found=found, token="", error=CHANGED), STALE
        wrong = {result.field: reason} if result.field else {}
        return _page(session, who, typed, wrong, found=found, error="" if wrong else reason), REFUSED


def _page(
    session: Session,
    who: Viewer,
    typed: Typed,
    wrong: Mapping[str, str],
    *,
    found: Found | None = None,
    token: str | None = None,
    error: str = "",
) -> str:
    kept = request.form.get("token", "") if token is None else token
    form = change_form(session, typed, wrong, found=found, token=kept, error=error)
    kinds = [] if found else kinds_for(who, CHANGE)
    return render("change_form.html", "form", form=form, kinds=kinds, **frame(session, who, "/new"))
