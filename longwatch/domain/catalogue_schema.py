"""The form of a catalogue item as JSON Schema, for programs that ask by the API."""

from typing import Any

from longwatch.domain.catalogue_field import (
    BOOLEAN,
    CHOICE,
    DATE,
    DECIMAL,
    INSTANT,
    INTEGER,
    MULTI_CHOICE,
    PERSON,
    TEXTS,
    Field,
)
from longwatch.domain.catalogue_item import Item

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(item: Item) -> dict[str, Any]:
    """What `answers` must look like. A field that is shown for some answers alone is required for those."""
    conditional = [_required_if(item, field) for field in item.form if field.shown_if is not None and field.required]
    return {
        "$schema": DRAFT,
        "title": item.title,
        "type": "object",
        "properties": {field.id: _property(field) for field in item.form},
        "required": [field.id for field in item.form if field.required and field.shown_if is None],
        "additionalProperties": False,
        **({"allOf": conditional} if conditional else {}),
    }


def _property(field: Field) -> dict[str, Any]:
    about = {"title": field.label, **({"description": field.help} if field.help else {})}
    return {**about, **_shape(field)}


def _shape(field: Field) -> dict[str, Any]:
    options = [option.value for option in field.options]
    if field.type in TEXTS:
        pattern = {"pattern": f"^(?:{field.pattern})$"} if field.pattern else {}
        return {"type": "string", **_bounds(field, "minLength", "maxLength"), **pattern}
    return {
        INTEGER: {"type": "integer", **_bounds(field, "minimum", "maximum")},
        DECIMAL: {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"},
        BOOLEAN: {"type": "boolean"},
        CHOICE: {"type": "string", "enum": options},
        MULTI_CHOICE: {
            "type": "array",
            "items": {"type": "string", "enum": options},
            **_bounds(field, "minItems", "maxItems"),
        },
        DATE: {"type": "string", "format": "date"},
        INSTANT: {"type": "string", "format": "date-time"},
        PERSON: {"type": "string", "pattern": "^user:.+$"},
    }.get(field.type, {"type": "string"})


def _bounds(field: Field, least: str, most: str) -> dict[str, Any]:
    bounds = {least: field.least, most: field.most}
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _required_if(item: Item, field: Field) -> dict[str, Any]:
    assert field.shown_if is not None
    deciding, value = field.shown_if.field, field.shown_if.equals
    other = item.field(deciding)
    among = other is not None and other.type == MULTI_CHOICE
    said = {"contains": {"const": value}} if among else {"const": value}
    return {"if": {"properties": {deciding: said}, "required": [deciding]}, "then": {"required": [field.id]}}
