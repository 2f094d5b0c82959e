"""What all routes of the API share: strict bodies, headers that carry versions and keys, and who asks."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser

from integrations import strict_json
from integrations.alert import NotEnvelope
from web.errors import Problem

ONCE = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": 150},
    "description": "your own mark of this request: the same again is answered as before, and done once",
}
SEEN = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": "the ETag of the ticket you saw: 412 when somebody has changed it since",
}

View = TypeVar("View", bound=Callable[..., Any])

LARGEST = 1024 * 1024
"""Bytes of a body; texts are at most 50,000 characters."""

_KEY = re.compile(r"[\x21-\x7e]{1,150}\Z")
_VERSION = re.compile(r'(?:W/)?"?(\d{1,9})"?\Z')


class QueryParser(FlaskParser):
    """Reads the parameters of an address; one that is not named in the schema is refused, not passed over."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": "raise"}  # noqa: RUF012 - as the library has it


class Door(Blueprint):
    """A part of the API."""

    ARGUMENTS_PARSER = QueryParser()

    def __init__(self, subject: str, module: str, **options: Any) -> None:
        super().__init__(f"api_{subject}", module, **options)
        self.subject = subject

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """A route, described under the subject of this part."""
        routed: Callable[[View], View] = super().route(rule, tags=[self.subject], **options)
        return routed

    def takes(self, schema: Schema) -> Callable[[View], View]:
        """Describes the JSON that a route takes; the view reads it with `body`, by the schema fit for who asks."""
        described: Callable[[View], View] = self.doc(
            requestBody={"required": True, "content": {"application/json": {"schema": schema}}}
        )
        return described


def body() -> dict[str, Any]:
    """The JSON object that was sent, strictly read; an empty one for no body. Raises Problem (400, 413, 415, 422)."""
    if (request.content_length or 0) > LARGEST:
        raise Problem(413, f"A body may have at most {LARGEST} bytes.")
    raw = request.get_data()
    if not raw:
        return {}
    if not request.is_json:
        raise Problem(415, "Send JSON, and say so: Content-Type: application/json.")
    if len(raw) > LARGEST:
        raise Problem(413, f"A body may have at most {LARGEST} bytes.")
    try:
        found = strict_json.read(raw)
    except NotEnvelope as problem:
        raise Problem(400, str(problem)) from problem
    if not isinstance(found, dict):
        raise Problem(422, "Send a JSON object.", {"_schema": ["Send a JSON object."]})
    return found


def idempotency_key() -> str | None:
    """The sender's own mark of this request. Raises Problem (422) when it cannot be one."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.match(key):
        reason = "An idempotency key has 1 to 150 visible characters."
        raise Problem(422, reason, {"Idempotency-Key": [reason]})
    return key


def expected_version() -> int | None:
    """The version the sender saw, from If-Match. Raises Problem (412) for one that no ticket has."""
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    match = _VERSION.match(header.strip())
    if match is None:
        raise Problem(412, "If-Match names no version of a ticket: send its ETag.")
    return int(match.group(1))
