"""Opening an incident or a problem by hand: what happened, in a few questions; pressing twice makes one ticket."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, redirect, request
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch import messages
from longwatch.messages import INCIDENT, PROBLEM
from longwatch.store.acceptance import KeyReused
from longwatch.store.tables import Ci, Person
from web import policies
from web.action_kinds import opening
from web.actions import read
from web.commands import open_ticket
from web.console.fields import IMPACTS, Field, filled
from web.console.form_values import faults
from web.console.frame import frame, viewer
from web.console.new_kinds import kinds_for
from web.console.people import Viewer
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("new", __name__)

MOST_CHOICES = 500
REFUSED, INVALID = 409, 422

URGENCY = (("1", "I cannot work"), ("2", "It slows me"), ("3", "It can wait"))


@dataclass(frozen=True)
class NewForm:
    """The form: what everybody is asked, impact and urgency as sentences, and the rest, which may stay empty.

    `href` is where it goes, `heading` and `button` what it and its button are called.
    """

    href: str
    heading: str
    button: str
    token: str
    lead: Sequence[Field]
    sentences: Sequence[Field]
    more: Sequence[Field]
    error: str = ""


@blueprint.get("/new")
@policies.signed_in
def ask() -> str:
    """The empty form."""
    with desk().store.reading() as session:
        return _page(session, viewer(session), INCIDENT, {}, {})


@blueprint.get("/new/problem")
@policies.staff
def ask_problem() -> str:
    """The empty form of a problem. 403 for those whose roles log none."""
    with desk().store.reading() as session:
        return _page(session, _logger(session), PROBLEM, {}, {})


@blueprint.post("/new")
@policies.signed_in
def send() -> Any:
    """Opens the incident; 303 to it. The form's token makes a second press the same request."""
    return _send(INCIDENT)


@blueprint.post("/new/problem")
@policies.staff
def send_problem() -> Any:
    """Logs the problem; 303 to it."""
    with desk().store.reading() as session:
        _logger(session)
    return _send(PROBLEM)


def _logger(session: Session) -> Viewer:
    who = viewer(session)
    if not messages.ticket_rules(PROBLEM).may(who.actor, "open", None):
        abort(403)
    return who


def _send(kind: str) -> Any:
    typed = {name: value for name, value in request.form.items() if value.strip()}
    with desk().store.reading() as session:
        who = viewer(session)
        try:
            fields = read(session, opening(kind, staff=who.staff), _raw(typed))
        except ValidationError as error:
            return _page(session, who, kind, typed, _first(error)), INVALID
    key = f"page:{typed['token'][:64]}" if typed.get("token") else None
    source = "console" if who.staff else "portal"
    try:
        result = open_ticket(who.actor, kind, {**fields.data, "source": source}, fields.texts, key=key)
    except KeyReused:
        with desk().store.reading() as session:
            said = "This form was sent already and has changed since. Send it again to open a second ticket."
            return _page(session, who, kind, {**typed, "token": ""}, {}, error=said), REFUSED
    if result.outcome in ("refused", "forbidden", "parked"):
        wrong = {result.field: result.reason or ""} if result.field else {}
        with desk().store.reading() as session:
            return _page(session, who, kind, typed, wrong, error="" if wrong else result.reason or ""), REFUSED
    return redirect(f"/t/{result.ticket}", 303)


def _raw(typed: Mapping[str, str]) -> dict[str, Any]:
    raw: dict[str, Any] = {name: value for name, value in typed.items() if name not in ("csrf_token", "token")}
    if "tags" in raw:
        raw["tags"] = [tag for tag in raw["tags"].replace(",", " ").split() if tag]
    return raw


def _first(error: ValidationError) -> dict[str, str]:
    told = faults(error)
    return {name: str(said[0] if isinstance(said, list) and said else said) for name, said in told.items()}


def _page(
    session: Session, who: Viewer, kind: str, typed: Mapping[str, str], wrong: Mapping[str, str], *, error: str = ""
) -> str:
    def asked(field: Field) -> Field:
        return filled(field, typed.get(field.name, field.value), wrong.get(field.name, ""))

    lead, href = (LEAD, "/new") if kind == INCIDENT else (LEAD_OF_PROBLEM, "/new/problem")
    heading, button = _titles(kind, who)
    known = {field.name for field in (*lead, *_sentences(who), *_more(session, who))}
    other = "; ".join(f"{name}: {said}" for name, said in wrong.items() if name not in known)
    form = NewForm(
        href=href,
        heading=heading,
        button=button,
        token=typed.get("token") or secrets.token_urlsafe(16),
        lead=[asked(field) for field in lead],
        sentences=[asked(field) for field in _sentences(who)],
        more=[asked(field) for field in _more(session, who)],
        error=error or other,
    )
    return render("new.html", "form", form=form, kinds=kinds_for(who, kind), **frame(session, who, "/new"))


LEAD = (
    Field("title", "What is wrong, in one line?", required=True, hint="For example: the shop does not take orders."),
    Field("description", "What happened?", "textarea", hint="When, where, and the words of any error message."),
    Field("expected_result", "What should have happened?", "textarea"),
)


LEAD_OF_PROBLEM = (
    Field("title", "What comes back, in one line?", required=True, hint="For example: the spooler stops at noon."),
    Field("description", "What is known of it?", "textarea", hint="When it shows, on what, and what was tried."),
    Field("category", "Category"),
)


def _titles(kind: str, who: Viewer) -> tuple[str, str]:
    """How the form and its button are called."""
    if kind == PROBLEM:
        return "New problem", "Log the problem"
    return ("New incident", "Open the incident") if who.staff else ("Report something", "Send")


def _sentences(who: Viewer) -> list[Field]:
    impact = Field("impact", "Who is affected?", "select", IMPACTS, hint="Left open, the desk judges it.")
    urgency = Field("urgency", "How much does it press?", "select", URGENCY)
    return [impact, urgency] if who.staff else [urgency]


def _more(session: Session, who: Viewer) -> list[Field]:
    cis = session.execute(select(Ci.id, Ci.name).order_by(Ci.name).limit(MOST_CHOICES))
    item = Field("ci", "What is it about?", "select", tuple(cis), hint="The service, server or device, if you know it.")
    tags = Field("tags", "Tags", hint="Words apart by blanks.")
    if not who.staff:
        return [item]
    people = session.execute(
        select(Person.login, Person.name).where(Person.active).order_by(Person.name).limit(MOST_CHOICES)
    )
    choices = tuple((f"user:{login}", name) for login, name in people)
    requester = Field("requester", "For whom?", "select", choices)
    return [replace(item), tags, requester]
