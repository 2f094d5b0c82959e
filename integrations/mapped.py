"""Any JSON at all: a mapping, set up on the source's page, says where in it things stand.

Each field of the mapping is a path (`alert.host`), or a text with paths in braces (`{check} on {host}`). `each` is the
path of a list of alerts; without it the whole call is one. The mapping is stored with every call, so that what was
accepted is read as it was accepted, whatever the mapping is later.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations import envelope, strict_json, words
from integrations.alert import Alert, AlertState, NotEnvelope, Untranslatable
from integrations.building import built
from integrations.said import BadPath, Said, at, steps
from integrations.tool import Tool

TOOL = Tool(
    label="Any JSON, mapped",
    setup="""
# Send any JSON to this address once, then set up the mapping on the source's page:
curl -sS {hook} -H 'Content-Type: application/json' -d @example.json
""",
    signatures=("longwatch",),
)

_BRACED = re.compile(r"\{([^{}]{1,300})\}")
_OVER = "resolved ok okay recovered recovery closed cleared clear up normal inactive success 0"


@dataclass(frozen=True)
class Field:
    """A field of a mapping: its name, what people read, and what it is good for."""

    name: str
    label: str
    hint: str = ""
    required: bool = False


FIELDS = (
    Field("each", "List of alerts", "The path of a list; empty when a call is one alert."),
    Field("title", "Title", "A path, or a text with paths: {check} on {host}.", required=True),
    Field("identity", "Identity", "What stays the same from beginning to end: {host}/{check}.", required=True),
    Field("state", "State", "Empty: every alert begins, none ends."),
    Field("over", "Words that mean it is over", f"Words apart by blanks. Empty: {_OVER}."),
    Field("severity", "Severity", "critical, error, warning, info and other common words are understood."),
    Field("text", "Text"),
    Field("ci", "Configuration item"),
    Field("host", "Host"),
    Field("service", "Service"),
    Field("group", "Group", "Alerts of one group belong to one incident where the item is unknown."),
    Field("starts_at", "Begin", "A time with zone, or Unix seconds or milliseconds."),
    Field("ends_at", "End"),
    Field("url", "Link"),
    Field("labels", "Labels", "The path of an object."),
)
LONGEST = 300


def checked(given: Mapping[str, str]) -> dict[str, str]:
    """A mapping without its empty fields. Raises ValueError naming what cannot be a path, or what is missing."""
    mapping = {field.name: given.get(field.name, "").strip() for field in FIELDS}
    for field in FIELDS:
        if field.required and not mapping[field.name]:
            raise ValueError(f"{field.label} is missing.")
        if len(mapping[field.name]) > LONGEST:
            raise ValueError(f"{field.label} is longer than {LONGEST} characters.")
        for path in _paths(mapping[field.name]) if field.name != "over" else ():
            steps(path)
    return {name: value for name, value in mapping.items() if value}


def members(raw: bytes) -> list[dict[str, Any]]:
    """The alerts of a call, each with the mapping. Raises NotEnvelope."""
    body, found = envelope.unwrapped(strict_json.read(raw), "mapping")
    mapping = Said(found).labels()
    try:
        listed = at(body, mapping["each"]) if "each" in mapping else [body]
    except BadPath as problem:
        raise NotEnvelope(str(problem), "each") from None
    if not isinstance(listed, list):
        raise NotEnvelope(f"{mapping['each']} is not a list.", "each")
    return [{"alert": each, "_envelope": {"mapping": mapping}} for each in listed]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that the mapping finds. Raises Untranslatable."""
    mapping = Said(member).part("_envelope").labels("mapping")
    if not mapping:
        raise Untranslatable("The mapping of this source is not set up yet.")
    said = Said(member.get("alert"))

    def found(name: str) -> str:
        return _filled(said, mapping.get(name, ""))

    try:
        return built(
            found("identity"),
            _state(found("state"), mapping.get("over", "")),
            found("title"),
            words.severity(found("severity") or "warning"),
            text=found("text"),
            starts_at=words.moment(found("starts_at"), "starts_at"),
            ends_at=words.moment(found("ends_at"), "ends_at"),
            hints=(found("ci"), found("host"), found("service")),
            group=found("group"),
            labels=said.labels(mapping["labels"]) if mapping.get("labels") else {},
            links=(found("url"),),
        )
    except BadPath as problem:
        raise Untranslatable(str(problem)) from None


def _paths(text: str) -> list[str]:
    return _BRACED.findall(text) or ([text] if text and "{" not in text else [])


def _filled(said: Said, text: str) -> str:
    if not text:
        return ""
    if "{" not in text:
        return said.text(text)
    return _BRACED.sub(lambda match: said.text(match.group(1)), text)


def _state(word: str, over: str) -> AlertState:
    return "resolved" if word.strip().lower() in (over or _OVER).lower().split() else "firing"
