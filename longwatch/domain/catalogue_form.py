"""The answers to an item's form, read strictly: what is amiss is refused by the field's name.

What people write in their own words (`text`, `long_text`) reaches the rules as references to stored bodies; length and
pattern of the words themselves are judged before, where they are still known (`texts_of`).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from longwatch.domain.catalogue_field import (
    BOOLEAN,
    CHOICE,
    CI,
    DATE,
    DECIMAL,
    FARTHEST,
    INSTANT,
    INTEGER,
    LONG_TEXT,
    MULTI_CHOICE,
    PERSON,
    TEAM,
    TEXT,
    TEXTS,
    Field,
    is_day,
    is_decimal,
)
from longwatch.domain.catalogue_item import Item
from longwatch.domain.catalogue_pattern import fits
from longwatch.domain.ticket import Refused, instant, stamp

PREFIX = "answer:"
"""How a command names the texts among the answers: they stand beside `answers`, one entry each."""

LONGEST_NAME = 200


def read_form(item: Item, answers: Any) -> dict[str, Any]:
    """The answers in the order of the form, only those of fields that are shown. Raises Refused naming the field."""
    if not isinstance(answers, Mapping):
        raise Refused("answers must be named entries.", "answers")
    unknown = next((name for name in answers if item.field(name) is None), None)
    if unknown is not None:
        raise Refused(f"The form of {item.title} has no field called {str(unknown)[:40]}.", str(unknown)[:LONGEST_NAME])
    read: dict[str, Any] = {}
    for field in item.form:
        if shown(field, read):
            value = _answer(field, answers.get(field.id))
            if value is not None:
                read[field.id] = value
    return read


def shown(field: Field, read: Mapping[str, Any]) -> bool:
    """Whether a field is asked, given what was answered before it."""
    if field.shown_if is None:
        return True
    deciding = read.get(field.shown_if.field)
    if isinstance(deciding, list):
        return field.shown_if.equals in deciding
    return type(deciding) is type(field.shown_if.equals) and deciding == field.shown_if.equals


def _answer(field: Field, value: Any) -> Any:
    if value is None or value == "" or (field.type == MULTI_CHOICE and value == []):
        if field.required:
            raise Refused(f"Please answer: {field.label}", field.id)
        return None
    return _READERS[field.type](field, value)


def _ref(field: Field, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not isinstance(value.get("sha256"), str) or value.get("body") is None:
        raise Refused(f"{field.label}: this must be a stored text.", field.id)
    return {"body": value["body"], "sha256": value["sha256"]}


def _integer(field: Field, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > FARTHEST:
        raise Refused(f"{field.label}: this must be a whole number.", field.id)
    _bounded(field, value, field.least, field.most)
    return value


def _decimal(field: Field, value: Any) -> str:
    if not is_decimal(value):
        raise Refused(f'{field.label}: this must be a number written as text, such as "12.50".', field.id)
    low, high = (None if bound is None else Decimal(bound) for bound in (field.least, field.most))
    _bounded(field, Decimal(value), low, high)
    return str(value)


def _day(field: Field, value: Any) -> str:
    if not is_day(value):
        raise Refused(f"{field.label}: this must be a date such as 2026-11-23.", field.id)
    _bounded(field, value, field.least, field.most)
    return str(value)


def _bounded(field: Field, value: Any, least: Any, most: Any) -> None:
    if least is not None and value < least:
        raise Refused(f"{field.label}: this must be at least {least}.", field.id)
    if most is not None and value > most:
        raise Refused(f"{field.label}: this must be at most {most}.", field.id)


def _instant(field: Field, value: Any) -> str:
    try:
        return stamp(instant(stamp(datetime.fromisoformat(value))))
    except (ValueError, TypeError, OverflowError):
        reason = f"{field.label}: this must be a date and time with its zone such as 2026-11-23T09:00:00Z."
        raise Refused(reason, field.id) from None


def _boolean(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused(f"{field.label}: this must be true or false.", field.id)
    return value


def _choice(field: Field, value: Any) -> str:
    if not isinstance(value, str) or value not in [option.value for option in field.options]:
        raise Refused(f"{field.label}: this must be one of the options.", field.id)
    return value


def _choices(field: Field, value: Any) -> list[str]:
    """In the order of the options, whatever order they came in."""
    offered = [option.value for option in field.options]
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one in offered for one in value):
        raise Refused(f"{field.label}: each of these must be one of the options.", field.id)
    chosen = [option for option in offered if option in value]
    _bounded(field, len(chosen), field.least, field.most)
    return chosen


def _person(field: Field, value: Any) -> str:
    if not isinstance(value, str) or not value.startswith("user:") or not _is_name(value.removeprefix("user:")):
        raise Refused(f"{field.label}: this must be a person, written user:login.", field.id)
    return value


def _name(field: Field, value: Any) -> str:
    if not isinstance(value, str) or not _is_name(value):
        raise Refused(f"{field.label}: this must be the id of a {field.type}.", field.id)
    return value


def _is_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and text.isprintable()


_READERS: dict[str, Callable[[Field, Any], Any]] = {
    TEXT: _ref,
    LONG_TEXT: _ref,
    INTEGER: _integer,
    DECIMAL: _decimal,
    BOOLEAN: _boolean,
    CHOICE: _choice,
    MULTI_CHOICE: _choices,
    DATE: _day,
    INSTANT: _instant,
    PERSON: _person,
    TEAM: _name,
    CI: _name,
}

_HELD = {"body": "", "sha256": ""}


def texts_of(item: Item, raw: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """What a person answered, taken apart: plain answers, and words by the name the command gives them.

    The words are judged here, everything else by `read_form`; both raise Refused naming the field.
    """
    if not isinstance(raw, Mapping):
        raise Refused("answers must be named entries.", "answers")
    wrong = [field for field in item.form if field.type in TEXTS and not isinstance(raw.get(field.id, ""), str | None)]
    if wrong:
        raise Refused(f"{wrong[0].label}: this must be a text.", wrong[0].id)
    words = {field.id: _words(raw[field.id]) for field in item.form if field.type in TEXTS and raw.get(field.id)}
    read = read_form(item, {**raw, **{name: _HELD if text else None for name, text in words.items()}})
    kept = {name: text for name, text in words.items() if name in read}
    for field in item.form:
        if field.id in kept:
            _judge_words(field, kept[field.id])
    return (
        {name: value for name, value in read.items() if name not in kept},
        {f"{PREFIX}{name}": text for name, text in kept.items()},
    )


def _words(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _judge_words(field: Field, text: str) -> None:
    if field.type == TEXT and not text.isprintable():
        raise Refused(f"{field.label}: this must be one line, without control characters.", field.id)
    if any(not (letter.isprintable() or letter in "\n\t") for letter in text if letter < " " or letter == "\x7f"):
        raise Refused(f"{field.label}: this holds control characters.", field.id)
    if field.least is not None and len(text) < field.least:
        raise Refused(f"{field.label}: please write at least {field.least} characters.", field.id)
    if field.most is not None and len(text) > field.most:
        raise Refused(f"{field.label}: this may have at most {field.most} characters.", field.id)
    if field.pattern is not None and not fits(field.pattern, text):
        raise Refused(f"{field.label}: this is not in the form that is asked for. {field.help}".strip(), field.id)


def gathered(data: Mapping[str, Any]) -> dict[str, Any]:
    """All answers of a command or fact: the plain ones, and the references of the texts beside them.

    Raises Refused when `answers` are none.
    """
    plain = data.get("answers")
    if not isinstance(plain, Mapping):
        raise Refused("answers must be named entries.", "answers")
    refs = {name.removeprefix(PREFIX): ref for name, ref in data.items() if name.startswith(PREFIX)}
    return {**plain, **refs}
