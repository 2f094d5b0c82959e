"""What a form sends, as the readers of an action's fields take it: local times as instants, lines as lists.

An input of several values sends its name several times or one value a line. Entries of a mapping are named
`<field>.<entry>`; a list of mappings, of which a form asks one, is named like one. JSON is taken where it is typed.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

from web.fields import Strict, Until, Whole

MOST_DIGITS = 12


def typed_in(form: Mapping[str, str], controls: Iterable[str]) -> dict[str, str]:
    """What a person typed into a form, by input; several values one a line. What was left empty is left out."""
    names = [name for name in form if name not in controls]
    many = form.getlist if isinstance(form, MultiDict) else lambda name: [form[name]]
    told = {name: "\n".join(value for value in many(name) if value.strip()) for name in names}
    return {name: text for name, text in told.items() if text}


def raw_of(schema: Strict, typed: Mapping[str, str], zone: tzinfo) -> dict[str, Any]:
    """The fields as the schema takes them; what it does not know stays as it is, for it to refuse."""
    names = {field.data_key or name: field for name, field in schema.load_fields.items()}
    raw: dict[str, Any] = {}
    for name, text in typed.items():
        whole, dot, entry = name.partition(".")
        if dot and isinstance(names.get(whole), fields.Dict | fields.List):
            raw.setdefault(whole, {})[entry] = text
        else:
            raw[name] = _value(names.get(name), text, zone)
    return {name: _listed(names.get(name), value) for name, value in raw.items()}


def _value(field: fields.Field[Any] | None, text: str, zone: tzinfo) -> Any:
    if isinstance(field, Until):
        return in_utc(text, zone)
    if isinstance(field, fields.Dict):
        return from_json(text)
    if isinstance(field, fields.List):
        return split(text, blanks=field.name == "tags")
    return text


def _listed(field: fields.Field[Any] | None, value: Any) -> Any:
    """A form asks one member of a list of mappings."""
    inner = field.inner if isinstance(field, fields.List) else None
    if isinstance(inner, fields.Nested) and isinstance(value, Mapping):
        return [value]
    if isinstance(inner, Whole) and isinstance(value, list):
        return [int(one) if one.isdecimal() and len(one) < MOST_DIGITS else one for one in value]
    return value


def split(text: str, *, blanks: bool = False) -> list[str]:
    """The values of an input that holds several: one a line, or apart by blanks and commas."""
    parts = text.replace(",", " ").split() if blanks else text.split("\n")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def in_utc(text: str, zone: tzinfo) -> str:
    """A local date and time as an instant; other text as it is, for the reader to refuse."""
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return text


def local(at: datetime | None, zone: tzinfo) -> str:
    """An instant as an input for a local date and time holds it."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if at is not None else ""


def from_json(text: str) -> Any:
    """What the JSON says; the text itself where it is none, for the reader to refuse."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def faults(error: ValidationError) -> Mapping[str, Any]:
    """What is wrong by field, also where only one was named."""
    found = error.messages
    return found if isinstance(found, Mapping) else {str(error.field_name): found}


def first_wrong(error: ValidationError) -> tuple[str, str]:
    """The first field that is wrong, entries and all, and the sentence about it; no field for the whole."""
    path: list[str] = []
    messages: Any = faults(error)
    while isinstance(messages, Mapping) and messages:
        name, messages = next(iter(messages.items()))
        if isinstance(name, str) and name not in ("_schema", "value", "key"):
            path.append(name)
    said = messages[0] if isinstance(messages, list) and messages else messages
    return ".".join(path), str(said)
