"""The service catalogue: what one may ask for, and the form of each item, drawn from its questions."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from longwatch.domain.catalogue import Item
from longwatch.store.acceptance import KeyReused
from web import ordering, policies
from web.commands import open_ticket
from web.console.catalogue_form import PREFIX, Input, answers, inputs
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.words import Badge
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("catalogue", __name__, url_prefix="/catalogue")

REFUSED, INVALID = 409, 422
REQUEST = "request"

LOOKS: Mapping[str, Badge] = {
    "package": Badge("", "grey", icon="package"),
    "laptop": Badge("", "blue", icon="laptop"),
    "key": Badge("", "amber", icon="key"),
    "folder": Badge("", "amber", icon="folder"),
    "user-plus": Badge("", "green", icon="user-plus"),
    "life-buoy": Badge("", "red", icon="life-buoy"),
    "server": Badge("", "violet", icon="server"),
    "phone": Badge("", "green", icon="phone"),
    "mail": Badge("", "blue", icon="mail"),
    "printer": Badge("", "grey", icon="printer"),
    "globe": Badge("", "blue", icon="globe"),
}


@dataclass(frozen=True)
class Card:
    """An item on the catalogue's page."""

    name: str
    title: str
    about: str
    category: str
    look: Badge


@dataclass(frozen=True)
class Shelf:
    """A category and what stands in it."""

    title: str
    cards: Sequence[Card]


@dataclass(frozen=True)
class OrderForm:
    """An item's form. `version` is the one it was drawn from; `token` makes a second press the same request."""

    card: Card
    version: int
    token: str
    inputs: Sequence[Input]
    agreed: bool
    error: str = ""


@blueprint.get("")
@policies.signed_in
def index() -> str:
    """What this person may ask for; searched by words, narrowed to a category."""
    words, chosen = request.args.get("q", "").strip()[:200], request.args.get("category", "")
    with desk().store.reading() as session:
        who = viewer(session)
        items = ordering.offered(session, who.actor)
        categories = list(dict.fromkeys(item.category for item in items))
        found = [item for item in items if _fits(item, words, chosen)]
        shelves = [
            Shelf(category, [_card(item) for item in found if item.category == category])
            for category in categories
            if any(item.category == category for item in found)
        ]
        page = {"shelves": shelves, "categories": categories, "q": words, "category": chosen}
        return render("catalogue.html", "shelves", **page, **frame(session, who, "/catalogue"))


def _fits(item: Item, words: str, category: str) -> bool:
    said = f"{item.title} {item.description} {item.category}".lower()
    return (not category or item.category == category) and all(word in said for word in words.lower().split())


def _card(item: Item) -> Card:
    return Card(item.name, item.title, item.description, item.category, LOOKS[item.icon])


@blueprint.get("/<name>")
@policies.signed_in
def ask(name: str) -> str:
    """The empty form. 404 for what is not offered to this person."""
    with desk().store.reading() as session:
        who = viewer(session)
        item = _offered(session, who, name)
        return _page(session, who, item, MultiDict())


@blueprint.post("/<name>")
@policies.signed_in
def send(name: str) -> Any:
    """Asks for the item; 303 to the request. What is wrong is said beside each question, and what was typed stays."""
    typed: MultiDict[str, str] = request.form
    with desk().store.reading() as session:
        who = viewer(session)
        item = _offered(session, who, name)
        if typed.get("version", "") != str(item.version):
            said = "The form has changed since you opened it. What you typed is still here: please look at it again."
            return _page(session, who, item, _again(typed), error=said), REFUSED
        try:
            wanted = ordering.order(session, item, answers(item, typed, who.zone))
        except ValidationError as error:
            return _page(session, who, item, typed, wrong=_first(error)), INVALID
    return _sent(who, item, typed, wanted)


def _sent(who: Viewer, item: Item, typed: "MultiDict[str, str]", wanted: ordering.Order) -> Any:
    key = f"page:{typed['token'][:64]}" if typed.get("token") else None
    try:
        result = open_ticket(who.actor, REQUEST, {**wanted.data, "source": "portal"}, wanted.texts, key=key)
    except KeyReused:
        said = "This form was sent already and has changed since. Send it again to ask a second time."
        with desk().store.reading() as session:
            return _page(session, viewer(session), item, _again(typed), error=said), REFUSED
    if result.outcome in ("refused", "forbidden", "parked"):
        wrong = {result.field: result.reason or ""} if result.field else {}
        with desk().store.reading() as session:
            return _page(session, viewer(session), item, typed, wrong=wrong, error=result.reason or ""), REFUSED
    return redirect(f"/t/{result.ticket}", 303)


def _offered(session: Session, who: Viewer, name: str) -> Item:
    return ordering.offer(session, who.actor, name) or abort(404, "Nothing like this is offered to you.")


def _again(typed: "MultiDict[str, str]") -> "MultiDict[str, str]":
    """What was typed, as a new request."""
    return MultiDict([(name, value) for name, value in typed.items(multi=True) if name.startswith(PREFIX)])


def _first(error: ValidationError) -> dict[str, str]:
    return {name: str(said[0]) for name, said in error.messages_dict.items()}


def _page(
    session: Session,
    who: Viewer,
    item: Item,
    typed: "MultiDict[str, str]",
    *,
    wrong: Mapping[str, str] | None = None,
    error: str = "",
) -> str:
    form = OrderForm(
        card=_card(item),
        version=item.version,
        token=typed.get("token") or secrets.token_urlsafe(16),
        inputs=inputs(session, item, typed, wrong or {}),
        agreed=item.approval is not None,
        error=error or ("Some answers are missing or do not fit: see below." if wrong else ""),
    )
    return render("catalogue_item.html", "form", form=form, **frame(session, who, "/catalogue"))
