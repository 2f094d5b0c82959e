"""Whether the values of an item fit its class: types by JSON Schema, required ones present, known ones alone."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from ipaddress import ip_address, ip_network
from math import isfinite
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from cmdb.classes import CORE, CiClass
from longwatch.domain.ticket import canonical

LARGEST_VALUES = 64 * 1024
"""Characters of an item's values as JSON."""

CORE_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "name": {"type": "string", "minLength": 1, "maxLength": 200},
    "criticality": {"type": "integer", "minimum": 1, "maximum": 3},
    "owner_team": {"type": "string", "minLength": 1, "maxLength": 120},
    "service": {"type": "string", "minLength": 1, "maxLength": 120},
    "state": {"type": "string", "minLength": 1, "maxLength": 120},
    "users": {"type": "integer", "minimum": 0, "maximum": 2_000_000_000},
    "needs": {
        "type": "object",
        "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 100_000},
        "maxProperties": 20,
    },
}
"""Criticality 1 (high) to 3; `needs`: how many items reached by a type of relation must live."""

FORMATS = FormatChecker(formats=())

_HOST = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.?\Z", re.IGNORECASE
)
_MAC = re.compile(r"[0-9a-f]{2}([:-]?[0-9a-f]{2}){5,7}\Z", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\Z", re.IGNORECASE)
_WHOLE = re.compile(r"-?[0-9]{1,15}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?\Z")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\Z")
_WEB = re.compile(r"https?://[^\s<>\"]{1,2000}\Z")


@FORMATS.checks("ip", raises=ValueError)
def _ip(value: object) -> bool:
    return not isinstance(value, str) or bool(ip_address(value))


@FORMATS.checks("cidr", raises=ValueError)
def _cidr(value: object) -> bool:
    return not isinstance(value, str) or ("/" in value and bool(ip_network(value, strict=False)))


@FORMATS.checks("date", raises=ValueError)
def _date(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == len("2026-11-22") and bool(date.fromisoformat(value)))


@FORMATS.checks("host-name")
def _host(value: object) -> bool:
    return not isinstance(value, str) or _HOST.match(value) is not None


@FORMATS.checks("mac")
def _mac(value: object) -> bool:
    return not isinstance(value, str) or _MAC.match(value) is not None


@FORMATS.checks("uuid")
def _uuid(value: object) -> bool:
    return not isinstance(value, str) or _UUID.match(value) is not None


@FORMATS.checks("mail")
def _mail(value: object) -> bool:
    return not isinstance(value, str) or _MAIL.match(value) is not None


@FORMATS.checks("web-address")
def _web(value: object) -> bool:
    return not isinstance(value, str) or _WEB.match(value) is not None


_kept: dict[int, tuple[Mapping[str, Any], Draft202012Validator]] = {}
MOST_KEPT = 5_000


def _checker(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Kept by the place of the schema in memory, together with it: it cannot be a key, and its text is dear to make."""
    known = _kept.get(id(schema))
    if known is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        known = _kept[id(schema)] = (schema, Draft202012Validator(dict(schema), format_checker=FORMATS))
    return known[1]


def coerced(class_: CiClass, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with texts read as what their attribute holds where that is plain: tables know texts alone."""
    return {name: _read_as(_type_of(class_, name), value) for name, value in values.items()}


def _type_of(class_: CiClass, name: str) -> Any:
    schema = CORE_SCHEMAS.get(name) or (class_.attributes[name].schema if name in class_.attributes else {})
    return schema.get("type")


def _read_as(type_: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if type_ == "integer" and _WHOLE.match(value):
        return int(value)
    if type_ == "number" and _NUMBER.match(value):
        return float(value) if "." in value else int(value)
    if type_ == "boolean":
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(value.lower(), value)
    if type_ == "array":
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def complaint(schema: Mapping[str, Any], value: Any) -> str | None:
    """What is wrong with one value, in words; none when it fits."""
    wrong = next(iter(_checker(schema).iter_errors(value)), None)
    return None if wrong is None else _said(wrong.validator, wrong.validator_value, wrong.message)


def complaints(class_: CiClass, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Field and reason for everything that is wrong with an item's values; nothing when it fits its class."""
    for name, value in values.items():
        if value is None:
            continue
        schema = CORE_SCHEMAS.get(name) or (class_.attributes[name].schema if name in class_.attributes else None)
        if schema is None:
            yield name, f"A {class_.label.lower()} has no attribute {name[:80]}."
        elif (reason := _broken_text(value) or complaint(schema, value)) is not None:
            yield name, reason
    state = values.get("state")
    if isinstance(state, str) and class_.state(state) is None:
        yield (
            "state",
            f"{state[:80]} is no state of a {class_.label.lower()}: {', '.join(s.id for s in class_.states)}.",
        )
    yield from missing(class_, values)
    whole = {name: value for name, value in values.items() if _broken_text(value) is None}
    if len(repr(whole)) > LARGEST_VALUES // 2 and len(canonical(whole)) > LARGEST_VALUES:
        yield "attributes", f"The values are longer than {LARGEST_VALUES} characters."


def missing(class_: CiClass, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the item cannot do without and lacks."""
    for name in ("name", *class_.required):
        if values.get(name) is None:
            yield name, f"{_label(class_, name)} must be given."


def _label(class_: CiClass, name: str) -> str:
    return name.capitalize() if name in CORE else class_.attributes[name].label


def _broken_text(value: Any) -> str | None:
    """Texts of data bases hold no NUL, no half characters and no numbers that are none."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            return "It holds characters that are none."
        return None
    if isinstance(value, float) and not isfinite(value):
        return "It is no number."
    if isinstance(value, Mapping):
        return next((found for part in (*value, *value.values()) if (found := _broken_text(part))), None)
    if isinstance(value, list):
        return next((found for part in value if (found := _broken_text(part))), None)
    return None


_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
_WORDS = {
    "minLength": "It is shorter than {} characters.",
    "maxLength": "It is longer than {} characters.",
    "minimum": "It is less than {}.",
    "maximum": "It is more than {}.",
    "maxItems": "It has more than {} entries.",
    "maxProperties": "It has more than {} entries.",
    "pattern": "It does not look like {}.",
    "format": "It is no {}.",
}


def _said(rule: Any, wanted: Any, message: str) -> str:
    if rule == "type":
        return f"It must be {_TYPES.get(wanted, wanted) if isinstance(wanted, str) else wanted}."
    if rule == "enum":
        return f"It must be one of: {', '.join(map(str, wanted))}."
    if rule == "format":
        return f"It is no {str(wanted).replace('-', ' ')}."
    return _WORDS[rule].format(wanted) if rule in _WORDS else f"{message[:200]}."
