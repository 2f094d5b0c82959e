"""The answers of a request, to be edited while nobody has agreed to it yet: the form it was made with, filled in."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from longwatch.domain.catalogue import Item, read_item
from longwatch.domain.catalogue_field import BOOLEAN, INSTANT
from longwatch.domain.ticket import instant
from longwatch.messages import REQUEST
from longwatch.store import tickets
from longwatch.store.acceptance import KeyReused
from longwatch.store.tickets import Found
from web import policies
from web.actions import Fields
from web.actions_request import edited
from web.commands import Result, ask
from web.console.asking import version_seen
from web.console.catalogue_form import NO, PREFIX, YES, answers, inputs
from web.console.form_values import faults, local
from web.console.frame import frame, viewer
from web.console.offers import allowed
from web.console.people import Viewer
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("request", __name__)

REFUSED, STALE, INVALID = 409, 412, 422
CHANGED = (
    "Somebody else changed it since you began. What you typed is still here: send it again to write it over theirs."
)


@blueprint.get("/t/<number>/answers")
@policies.signed_in
def look(number: str) -> str:
    """The answers as they stand. 404 unless this person may edit them now."""
    with desk().store.reading() as session:
        who = viewer(session)
        found = _editable(session, who, number)
        return _page(session, who, found, _begun(session, who, found), {})


@blueprint.post("/t/<number>/answers")
@policies.signed_in
def save(number: str) -> Any:
    """Saves the answers; 303 to the request. Whoever was asked to agree is asked anew, as the rules say."""
    typed: MultiDict[str, str] = request.form
    with desk().store.reading() as session:
        who = viewer(session)
        found = _editable(session, who, number)
        try:
            wanted = {"answers": answers(_item(found), typed, who.zone)}
            fields = edited(session, who.actor, number, Fields(wanted, {}))
        except ValidationError as error:
            wrong = {name: str(said[0]) for name, said in faults(error).items()}
            return _page(session, who, found, typed, wrong), INVALID
    result = _asked(who, number, fields)
    if result.outcome in ("applied", "processing"):
        return redirect(f"/t/{number}", 303)
    return _refused(who, number, typed, result)


def _asked(who: Viewer, number: str, fields: Fields) -> Result:
    seen, token = version_seen(who, number, request.form), request.form.get("token")
    key = f"page:{token[:64]}" if token else None
    try:
        return ask(who.actor, number, "edit", fields.data, fields.texts, key=key, expected_version=seen)
    except KeyReused:  # the same form, changed after it had been sent
        return ask(who.actor, number, "edit", fields.data, fields.texts, expected_version=seen)


def _refused(who: Viewer, number: str, typed: "MultiDict[str, str]", result: Result) -> Any:
    with desk().store.reading() as session:
        found = tickets.find(session, who.actor, number) or abort(404)
        if result.outcome == "stale":
            return _page(session, who, found, typed, {}, error=CHANGED), STALE
        wrong = {result.field: result.reason or ""} if result.field else {}
        return _page(session, who, found, typed, wrong, error=result.reason or "The rules say no."), REFUSED


def _editable(session: Session, who: Viewer, number: str) -> Found:
    found = tickets.find(session, who.actor, number)
    if found is None or found.kind != REQUEST:
        abort(404, "There is no such request, or it is not yours to see.")
    order = found.state.order
    if order is None or order.terms is None or all(one.name != "edit" for one in allowed(session, found, who)):
        abort(404, f"The answers of {number} cannot be edited by you now.")
    return found


def _item(found: Found) -> Item:
    return read_item(found.state.order.terms)


def _begun(session: Session, who: Viewer, found: Found) -> "MultiDict[str, str]":
    """The answers as the inputs of the form hold them."""
    given: Mapping[str, Any] = found.state.order.answers
    said = tickets.texts(session, tickets.bodies_in(given))
    typed: MultiDict[str, str] = MultiDict()
    for field in _item(found).form:
        for value in _values(field.type, given.get(field.id), said, who):
            typed.add(f"{PREFIX}{field.id}", value)
    return typed


def _values(type_: str, value: Any, said: Mapping[str, str | None], who: Viewer) -> list[str]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [said.get(value["body"]) or ""]
    if type_ == BOOLEAN:
        return [YES if value else NO]
    if type_ == INSTANT:
        return [local(instant(value), who.zone)]
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _page(
    session: Session,
    who: Viewer,
    found: Found,
    typed: "MultiDict[str, str]",
    wrong: Mapping[str, str],
    *,
    error: str = "",
) -> str:
    item = _item(found)
    form = {
        "number": found.number,
        "title": item.title,
        "version": found.version,
        "token": secrets.token_urlsafe(16) if error == CHANGED else typed.get("token") or secrets.token_urlsafe(16),
        "inputs": inputs(session, item, typed, wrong),
        "error": error or ("Some answers are missing or do not fit: see below." if wrong else ""),
    }
    return render("request_answers.html", "form", form=form, **frame(session, who))
