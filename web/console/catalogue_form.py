"""A catalogue item's form on a page: its questions as inputs, and what was typed as answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from longwatch.domain.catalogue import Field, Item
from longwatch.domain.catalogue_field import (
    BOOLEAN,
    CHOICE,
    CI,
    DATE,
    DECIMAL,
    INSTANT,
    INTEGER,
    LONG_TEXT,
    MULTI_CHOICE,
    PERSON,
    TEAM,
    TEXT,
)
from longwatch.store.tables import Ci, Person, Team

MOST_CHOICES = 500
PREFIX = "a-"
"""Before the name of an input: no answer is taken for one of the form's own fields."""

CONTROLS = {
    TEXT: "text",
    LONG_TEXT: "textarea",
    INTEGER: "number",
    DECIMAL: "decimal",
    BOOLEAN: "select",
    CHOICE: "select",
    MULTI_CHOICE: "checks",
    DATE: "date",
    INSTANT: "moment",
    PERSON: "select",
    TEAM: "select",
    CI: "select",
}
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Input:
    """A question as it is drawn; `chosen` are the values it holds.

    `only_when` says in words when it is asked; `decider` and `value_shown` say it to the script that hides it else.
    """

    name: str
    label: str
    control: str
    required: bool
    hint: str
    options: Sequence[tuple[str, str]]
    chosen: Sequence[str]
    error: str
    least: str
    most: str
    only_when: str
    decider: str
    value_shown: str

    @property
    def value(self) -> str:
        """What a single input holds."""
        return self.chosen[0] if self.chosen else ""


def inputs(session: Session, item: Item, typed: "MultiDict[str, str]", wrong: Mapping[str, str]) -> list[Input]:
    """The questions of the form, with what was typed and what is wrong with it."""
    choices = _choices(session, {field.type for field in item.form})
    return [_input(item, field, choices, typed, wrong.get(field.id, "")) for field in item.form]


def _input(
    item: Item,
    field: Field,
    choices: Mapping[str, Sequence[tuple[str, str]]],
    typed: "MultiDict[str, str]",
    error: str,
) -> Input:
    other = item.field(field.shown_if.field) if field.shown_if else None
    shown = _as_text(field.shown_if.equals) if field.shown_if else ""
    name = f"{PREFIX}{field.id}"
    return Input(
        name=name,
        label=field.label,
        control=CONTROLS[field.type],
        required=field.required,
        hint=field.help,
        options=_options(field, choices),
        chosen=[value for value in typed.getlist(name) if value],
        error=error.removeprefix(f"{field.label}: "),
        least="" if field.least is None else str(field.least),
        most="" if field.most is None else str(field.most),
        only_when=f"Only when “{other.label}” is {_label(other, shown)}." if other else "",
        decider=f"{PREFIX}{other.id}" if other else "",
        value_shown=shown,
    )


def _as_text(answer: Any) -> str:
    """An answer as an input sends it."""
    return (YES if answer else NO) if isinstance(answer, bool) else str(answer)


def _label(field: Field, value: str) -> str:
    return next((option.label for option in field.options if option.value == value), value)


def _options(field: Field, choices: Mapping[str, Sequence[tuple[str, str]]]) -> Sequence[tuple[str, str]]:
    if field.type == BOOLEAN:
        return ((YES, "Yes"), (NO, "No"))
    if field.type in choices:
        return choices[field.type]
    return [(option.value, option.label) for option in field.options]


def _choices(session: Session, types: set[str]) -> dict[str, Sequence[tuple[str, str]]]:
    """Who and what there is, for the types that ask for it."""
    found: dict[str, Sequence[tuple[str, str]]] = {}
    if PERSON in types:
        people = select(Person.login, Person.name).where(Person.active).order_by(Person.name).limit(MOST_CHOICES)
        found[PERSON] = [(f"user:{login}", name) for login, name in session.execute(people)]
    if TEAM in types:
        teams = select(Team.id, Team.name).order_by(Team.name).limit(MOST_CHOICES)
        found[TEAM] = [(identity, name) for identity, name in session.execute(teams)]
    if CI in types:
        items = select(Ci.id, Ci.name).order_by(Ci.name).limit(MOST_CHOICES)
        found[CI] = [(identity, name) for identity, name in session.execute(items)]
    return found


def answers(item: Item, typed: "MultiDict[str, str]", zone: tzinfo) -> dict[str, Any]:
    """What was typed as the rules take it; what cannot be read is handed on as it is, to be refused by name."""
    raw: dict[str, Any] = {}
    for field in item.form:
        values = [value for value in typed.getlist(f"{PREFIX}{field.id}") if value.strip()]
        if values:
            raw[field.id] = values if field.type == MULTI_CHOICE else _answer(field, values[0], zone)
    return raw


def _answer(field: Field, text: str, zone: tzinfo) -> Any:
    if field.type == INTEGER:
        return _whole(text.strip())
    if field.type == DECIMAL:
        return text.strip().replace(",", ".") if text.count(",") == 1 and "." not in text else text.strip()
    if field.type == BOOLEAN:
        return {YES: True, NO: False}.get(text, text)
    if field.type == INSTANT:
        return _in_utc(text, zone)
    return text


def _whole(text: str) -> Any:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 15 else text  # noqa: PLR2004 - beyond any bound


def _in_utc(text: str, zone: tzinfo) -> str:
    """The viewer's local date and time as an instant."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).isoformat()
