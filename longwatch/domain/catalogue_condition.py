"""Conditions on the answers of a form: when an item needs its approval, such as a cost above a limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from longwatch.domain.catalogue_entries import CatalogueFault, choice, known_only, listed
from longwatch.domain.catalogue_field import (
    BOOLEAN,
    CHOICE,
    DATE,
    DECIMAL,
    INTEGER,
    MULTI_CHOICE,
    Field,
    answers,
    is_day,
    is_decimal,
)

SIGNS = ("equals", "differs", "above", "at_least", "below", "at_most")
EQUALS, DIFFERS, ABOVE, AT_LEAST, BELOW, AT_MOST = SIGNS
MOST_CONDITIONS = 10

_ORDERED = (INTEGER, DECIMAL, DATE)
_JUDGED = (*_ORDERED, BOOLEAN, CHOICE, MULTI_CHOICE)


@dataclass(frozen=True)
class Condition:
    """A field's answer compared with a value. A multiple choice `equals` a value that is among its answers."""

    field: str
    type: str
    sign: str
    value: Any


def read_conditions(value: Any, fields: Sequence[Field], at: str) -> tuple[Condition, ...]:
    """The conditions, all of which must hold. Raises CatalogueFault naming the entry at fault."""
    return tuple(_condition(one, fields, f"{at}[{n}]") for n, one in enumerate(listed(value, 0, MOST_CONDITIONS, at)))


def _condition(data: Any, fields: Sequence[Field], at: str) -> Condition:
    entry = known_only(data, ("field", "sign", "value"), at)
    field = next((one for one in fields if one.id == entry.get("field")), None)
    if field is None or field.type not in _JUDGED:
        raise CatalogueFault(f"This must be the id of a field of type {', '.join(_JUDGED)}.", f"{at}.field")
    if not field.required:
        raise CatalogueFault(f"The field {field.id} may stay empty: make it required first.", f"{at}.field")
    signs = SIGNS if field.type in _ORDERED else (EQUALS, DIFFERS)
    sign = choice(entry.get("sign"), signs, f"{at}.sign")
    if not _comparable(field, entry.get("value")):
        raise CatalogueFault(f"The field {field.id} never has this answer.", f"{at}.value")
    return Condition(field.id, field.type, sign, entry["value"])


def _comparable(field: Field, value: Any) -> bool:
    if field.type == DECIMAL:
        return is_decimal(value)
    if field.type == DATE:
        return is_day(value)
    return answers(field, value)


def holds(condition: Condition, given: Mapping[str, Any]) -> bool:
    """Whether the condition holds for answers that were read; it does not for a field that was not shown."""
    answer = given.get(condition.field)
    if answer is None:
        return False
    if isinstance(answer, list):
        return (condition.value in answer) is (condition.sign == EQUALS)
    order = _compare(condition.type, answer, condition.value)
    return {
        EQUALS: order == 0,
        DIFFERS: order != 0,
        ABOVE: order > 0,
        AT_LEAST: order >= 0,
        BELOW: order < 0,
        AT_MOST: order <= 0,
    }[condition.sign]


def _compare(type_: str, answer: Any, value: Any) -> int:
    if type_ == DECIMAL:
        return int(Decimal(answer).compare(Decimal(value)))
    return int(answer > value) - int(answer < value)


def condition_data(condition: Condition) -> dict[str, Any]:
    """The condition as it is stored."""
    return {"field": condition.field, "sign": condition.sign, "value": condition.value}
