"""Asking for a catalogue item: pages and the API take the same answers the same way.

The form that was filled in counts: the request pins the item's version. What is wrong is told by field, all of it at
once, and what an answer names (a person, a team, a configuration item) must be there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from activities.catalogue import named
from cmdb.impact import find as find_ci
from longwatch.domain.catalogue import CatalogueFault, Field, Item, read_item, texts_of, visible
from longwatch.domain.catalogue_field import CI, PERSON, TEAM
from longwatch.domain.ticket import Actor, Refused
from longwatch.store import configuration
from longwatch.store.configuration import CATALOGUE
from longwatch.store.tables import Ci, Configuration, Person, Team


@dataclass(frozen=True)
class Order:
    """What is asked for, as the request's opening takes it: plain data, and a person's words by name."""

    data: Mapping[str, Any]
    texts: Mapping[str, str]


def offered(session: Session, actor: Actor) -> list[Item]:
    """The items in force that this person may ask for, by category and title."""
    found = [item for row in configuration.all_in_force(session, CATALOGUE) if (item := _read(row)) is not None]
    mine = [item for item in found if visible(item, actor)]
    return sorted(mine, key=lambda item: (item.category.lower(), item.title.lower(), item.name))


def offer(session: Session, actor: Actor, name: str) -> Item | None:
    """The item of a name in force; none when there is none, or not for this person: both look alike."""
    row = configuration.in_force(session, CATALOGUE, name)
    item = None if row is None else _read(row)
    return item if item is not None and visible(item, actor) else None


def _read(row: Configuration) -> Item | None:
    """None for an item of an earlier release that today's rules do not take: it is edited in the settings."""
    try:
        return read_item(named(row))
    except CatalogueFault:
        return None


def order(session: Session, item: Item, raw: Mapping[str, Any]) -> Order:
    """The answers as the request's opening takes them. Raises ValidationError naming every field that is wrong."""
    wrong: dict[str, list[str]] = {}
    left, answers = item, dict(raw)
    while True:
        try:
            plain, texts = texts_of(left, answers)
        except Refused as refusal:
            name = refusal.field or "answers"
            wrong[name] = [refusal.reason]
            if left.field(name) is None and name not in answers:
                break
            left, answers = _without(left, name), {one: answers[one] for one in answers if one != name}
            continue
        for field in item.form:
            if field.id in plain:
                plain[field.id] = _there(session, field, plain[field.id], wrong)
        break
    if wrong:
        raise ValidationError(wrong)
    data = {"item": item.name, "item_version": item.version, "answers": plain}
    return Order(data, {"title": item.title, **texts})


def _without(item: Item, name: str) -> Item:
    """The form without a question that is answered wrongly, so that the others can be judged."""
    return replace(item, form=tuple(_optional(field) if field.id == name else field for field in item.form))


def _optional(field: Field) -> Field:
    return replace(field, required=False)


def _there(session: Session, field: Field, value: Any, wrong: dict[str, list[str]]) -> Any:
    known = value
    if field.type == PERSON:
        person = session.get(Person, value.removeprefix("user:"))
        known = person.actor if person is not None and person.active else None
    elif field.type == TEAM:
        known = value if session.get(Team, value) is not None else None
    elif field.type == CI:
        known = value if session.get(Ci, value) is not None else find_ci(session, [value])
    if known is None:
        wrong[field.id] = [f"{field.label}: there is none called {value}."]
    return known
