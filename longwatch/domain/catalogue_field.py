"""A field of a catalogue item's form: what is asked, and which answers there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from longwatch.domain.catalogue_entries import (
    CatalogueFault,
    choice,
    distinct,
    flag,
    known_only,
    line,
    listed,
    optional_line,
    whole,
    word,
)
from longwatch.domain.catalogue_pattern import LONGEST_TEXT, BadPattern, checked

TEXT, LONG_TEXT = TEXTS = ("text", "long_text")
"""What people write in their own words: kept as bodies, so that it can be erased."""
INTEGER, DECIMAL, BOOLEAN, CHOICE, MULTI_CHOICE = "integer", "decimal", "boolean", "choice", "multi_choice"
DATE, INSTANT, PERSON, TEAM, CI = "date", "instant", "person", "team", "ci"
TYPES = (*TEXTS, INTEGER, DECIMAL, BOOLEAN, CHOICE, MULTI_CHOICE, DATE, INSTANT, PERSON, TEAM, CI)

MOST_OPTIONS, MOST_FIELDS = 100, 40
LONGEST = {TEXT: 1_000, LONG_TEXT: 50_000}
USUAL = {TEXT: 250, LONG_TEXT: 10_000}
FARTHEST = 10**12
"""Whole numbers are between this and its negative."""

ENTRIES = ("id", "label", "type", "required", "help", "least", "most", "pattern", "options", "shown_if")
DECIDING = (BOOLEAN, CHOICE, MULTI_CHOICE, INTEGER)
"""The types whose answer may decide whether another field is shown."""
_LONGEST_NUMBER = 30


@dataclass(frozen=True)
class Option:
    """One of the answers of a choice: what is kept, and what people read."""

    value: str
    label: str


@dataclass(frozen=True)
class ShownIf:
    """A field is asked only when an earlier one has this answer (a multiple choice: among its answers)."""

    field: str
    equals: Any


@dataclass(frozen=True)
class Field:
    """One question. `least` and `most` bound a number, a date, the characters of a text or how many are chosen."""

    id: str
    label: str
    type: str
    required: bool = False
    help: str = ""
    least: Any = None
    most: Any = None
    pattern: str | None = None
    options: tuple[Option, ...] = ()
    shown_if: ShownIf | None = None


def read_fields(value: Any, at: str) -> tuple[Field, ...]:
    """The fields of a form, in order. Raises CatalogueFault naming the entry at fault."""
    entries = listed(value, 0, MOST_FIELDS, at)
    fields: list[Field] = []
    for n, entry in enumerate(entries):
        fields.append(_field(entry, fields, f"{at}[{n}]"))
    distinct([field.id for field in fields], at, "field's id")
    return tuple(fields)


def _field(data: Any, before: Sequence[Field], at: str) -> Field:
    entry = known_only(data, ENTRIES, at)
    type_ = choice(entry.get("type"), TYPES, f"{at}.type")
    pattern = _pattern(entry, type_, f"{at}.pattern")
    least, most = _bounds(entry, type_, at)
    return Field(
        word(entry.get("id"), f"{at}.id"),
        line(entry.get("label"), f"{at}.label"),
        type_,
        flag(entry.get("required"), f"{at}.required"),
        optional_line(entry.get("help"), f"{at}.help"),
        least,
        most,
        pattern,
        _options(entry, type_, f"{at}.options"),
        _shown_if(entry.get("shown_if"), before, f"{at}.shown_if"),
    )


def _bounds(entry: Mapping[str, Any], type_: str, at: str) -> tuple[Any, Any]:
    least, most = entry.get("least"), entry.get("most")
    if type_ not in _BOUND:
        if (least, most) != (None, None):
            place = f"{at}.least" if least is not None else f"{at}.most"
            raise CatalogueFault(f"An answer of type {type_} has no bounds.", place)
        return None, None
    low = None if least is None else _BOUND[type_](least, type_, f"{at}.least")
    usual = LONGEST_TEXT if entry.get("pattern") else USUAL.get(type_)
    high = usual if most is None else _BOUND[type_](most, type_, f"{at}.most")
    if low is not None and high is not None and _sorts(low, type_) > _sorts(high, type_):
        raise CatalogueFault("The most is below the least.", f"{at}.most")
    return low, high


def _sorts(bound: Any, type_: str) -> Any:
    return Decimal(bound) if type_ == DECIMAL else bound


def _size(value: Any, type_: str, at: str) -> int:
    return whole(value, 0, LONGEST.get(type_, MOST_OPTIONS), at)


def _number(value: Any, _type: str, at: str) -> int:
    return whole(value, -FARTHEST, FARTHEST, at)


def _decimal(value: Any, _type: str, at: str) -> str:
    if not is_decimal(value):
        raise CatalogueFault('This must be a number written as text, such as "12.50".', at)
    return str(value)


def _day(value: Any, _type: str, at: str) -> str:
    if not is_day(value):
        raise CatalogueFault("This must be a date such as 2026-11-23.", at)
    return str(value)


_BOUND = {
    TEXT: _size,
    LONG_TEXT: _size,
    MULTI_CHOICE: _size,
    INTEGER: _number,
    DECIMAL: _decimal,
    DATE: _day,
}


def is_decimal(value: Any) -> bool:
    """Whether it is a number as text: digits, a sign before and a point within at most."""
    if not isinstance(value, str) or len(value) > _LONGEST_NUMBER or not value.isascii():
        return False
    if value.strip("-0123456789.") or "." in (value[:1], value[-1:]):
        return False
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def is_day(value: Any) -> bool:
    """Whether it is a date as text, such as 2026-11-23."""
    if not isinstance(value, str) or len(value) != len("2026-11-23"):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _pattern(entry: Mapping[str, Any], type_: str, at: str) -> str | None:
    pattern = entry.get("pattern")
    if pattern is None or pattern == "":
        return None
    if type_ != TEXT or not isinstance(pattern, str):
        raise CatalogueFault("A pattern is a text, and goes with type text.", at)
    most = entry.get("most")
    if isinstance(most, int) and most > LONGEST_TEXT:
        raise CatalogueFault(f"With a pattern an answer has at most {LONGEST_TEXT} characters: lower `most`.", at)
    try:
        return checked(pattern)
    except BadPattern as problem:
        raise CatalogueFault(str(problem), at) from problem


def _options(entry: Mapping[str, Any], type_: str, at: str) -> tuple[Option, ...]:
    if type_ not in (CHOICE, MULTI_CHOICE):
        if entry.get("options"):
            raise CatalogueFault("Options go with choice and multi_choice.", at)
        return ()
    found = tuple(_option(one, f"{at}[{n}]") for n, one in enumerate(listed(entry.get("options"), 1, MOST_OPTIONS, at)))
    distinct([option.value for option in found], at, "option")
    return found


def _option(data: Any, at: str) -> Option:
    if isinstance(data, str):
        return Option(line(data, at), line(data, at))
    entry = known_only(data, ("value", "label"), at)
    value = line(entry.get("value"), f"{at}.value")
    return Option(value, optional_line(entry.get("label"), f"{at}.label") or value)


def _shown_if(data: Any, before: Sequence[Field], at: str) -> ShownIf | None:
    if data is None:
        return None
    entry = known_only(data, ("field", "equals"), at)
    other = next((field for field in before if field.id == entry.get("field")), None)
    if other is None or other.type not in DECIDING:
        kinds = ", ".join(DECIDING)
        raise CatalogueFault(f"This must be the id of an earlier field of type {kinds}.", f"{at}.field")
    if not answers(other, entry.get("equals")):
        raise CatalogueFault(f"The field {other.id} never has this answer.", f"{at}.equals")
    return ShownIf(other.id, entry["equals"])


def answers(field: Field, value: Any) -> bool:
    """Whether a deciding field can have this answer (a multiple choice: among its answers)."""
    if field.type == BOOLEAN:
        return isinstance(value, bool)
    if field.type == INTEGER:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str) and value in [option.value for option in field.options]


def field_data(field: Field) -> dict[str, Any]:
    """The field as it is stored, `read_fields`' inverse for one."""
    return {
        "id": field.id,
        "label": field.label,
        "type": field.type,
        "required": field.required,
        "help": field.help,
        "least": field.least,
        "most": field.most,
        "pattern": field.pattern,
        "options": [{"value": option.value, "label": option.label} for option in field.options],
        "shown_if": None
        if field.shown_if is None
        else {"field": field.shown_if.field, "equals": field.shown_if.equals},
    }
