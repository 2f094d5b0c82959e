"""The outside of a call: read strictly, judged by a schema, refused with a sentence and the field at fault."""

import json
from typing import Any

from marshmallow import Schema, ValidationError

from integrations import strict_json
from integrations.alert import NotEnvelope


def opened(raw: bytes, schema: Schema) -> dict[str, Any]:
    """The call's object as the schema loads it. Raises NotEnvelope."""
    body = strict_json.read(raw)
    if not isinstance(body, dict):
        raise NotEnvelope("The body is not a JSON object.")
    return loaded(body, schema)


def loaded(body: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """The object as the schema loads it. Raises NotEnvelope naming the first field at fault."""
    try:
        found: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        field, reason = first(error.messages)
        raise NotEnvelope(f"{field}: {reason}", field) from None
    return found


def first(messages: Any, path: str = "") -> tuple[str, str]:
    """The first complaint of a schema: the field's path and the reason."""
    while isinstance(messages, dict) and messages:
        key = min(messages, key=str)
        path, messages = (f"{path}.{key}" if path else str(key)), messages[key]
    return path[:200], str(messages[0] if isinstance(messages, list) and messages else messages)[:500]


def member(item: Any, envelope: dict[str, Any]) -> dict[str, Any]:
    """A member that stands on its own: the facts of its call are with it. What is no object is kept as it came."""
    return {**item, "_envelope": envelope} if isinstance(item, dict) else {"_member": item, "_envelope": envelope}


def one(raw: bytes, *needed: str) -> dict[str, Any]:
    """The call of a tool that sends one object, in which these fields stand. Raises NotEnvelope naming the first."""
    body = strict_json.read(raw)
    if not isinstance(body, dict):
        raise NotEnvelope("The body is not a JSON object.")
    for name in needed:
        if name not in body:
            raise NotEnvelope(f"{name}: Missing data for required field.", name)
    return body


def wrapped(text: str, **beside: Any) -> str:
    """A body as it came, with what stood beside it: headers, or what the door found out. The body stays as written."""
    about = "".join(f', "_{name}": {json.dumps(value)}' for name, value in beside.items())
    return f'{{"_body": {text}{about}}}'


def unwrapped(body: Any, name: str) -> tuple[Any, Any]:
    """The body and what was wrapped beside it under `name`; a body that came alone has nothing beside it."""
    if isinstance(body, dict) and "_body" in body:
        return body["_body"], body.get(f"_{name}")
    return body, None


def without(text: str, secrets: tuple[str, ...]) -> str:
    """A body in which fields of these names, wherever they stand, hold nothing. Raises NotEnvelope for no JSON."""
    return json.dumps(_blanked(strict_json.read(text.encode()), secrets), ensure_ascii=False)


def _blanked(value: Any, secrets: tuple[str, ...]) -> Any:
    """As deep as strict JSON goes."""
    if isinstance(value, list):
        return [_blanked(each, secrets) for each in value]
    if isinstance(value, dict):
        return {name: None if name in secrets else _blanked(each, secrets) for name, each in value.items()}
    return value
