"""CloudEvents 1.0 over HTTP: binary, structured and batched.

source and id name one delivery, not one condition. A condition is known by what the data call it (`fingerprint`, `id`),
else by source and subject, else by source and type without its last word, which says whether it begins or ends.
"""

from typing import Any

from integrations import envelope, strict_json, words
from integrations.alert import Alert, AlertState, NotEnvelope, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="CloudEvents 1.0",
    setup="""
# Subscribe this address; it answers the handshake (OPTIONS with WebHook-Request-Origin):
{hook}
# or send the key as "Authorization: Bearer {key}", or as ?access_token={key}, to
{base}/hooks/cloudevents
# Data that are understood: title, text, state, severity, host, service, fingerprint, starts_at, ends_at, url, labels.
""",
    headers=("content-type", "ce-"),
    signatures=("longwatch",),
)

_REQUIRED = ("id", "source", "type", "specversion")
_STRUCTURED, _BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
_OVER = ("resolved", "closed", "cleared", "ok", "recovered", "ended", "normal", "up", "inactive", "succeeded")
_STATES = ("state", "status")


def members(raw: bytes) -> list[dict[str, Any]]:
    """The events of a call. Raises NotEnvelope, with 415 for a format other than JSON."""
    body, found = envelope.unwrapped(strict_json.read(raw), "headers")
    headers = found if isinstance(found, dict) else {}
    kind = str(headers.get("content-type", "")).partition(";")[0].strip().lower()
    if kind == _BATCH or (not kind and isinstance(body, list)):
        if not isinstance(body, list):
            raise NotEnvelope("A batch is a JSON array of events.")
        return [envelope.member(event, {}) for event in body]
    if kind.startswith("application/cloudevents") and kind != _STRUCTURED:
        raise NotEnvelope("Send the event as JSON.", code=415)
    if "ce-specversion" in headers and kind != _STRUCTURED:
        attributes = {name.removeprefix("ce-"): value for name, value in headers.items() if name.startswith("ce-")}
        return [envelope.member({**attributes, "data": body}, {})]
    event = body if isinstance(body, dict) else {}
    missing = [name for name in _REQUIRED if not event.get(name)]
    if missing:
        raise NotEnvelope(f"{missing[0]}: Missing data for required field.", missing[0])
    return [envelope.member(event, {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that an event is about. Raises Untranslatable."""
    said = Said(member)
    for name in _REQUIRED:
        said.needed(name)
    if not said.text("specversion").startswith("1."):
        raise Untranslatable("specversion is not 1.x.")
    kind, source, data = said.text("type"), said.text("source"), _data(said)
    condition, _, last = kind.rpartition(".")
    state = _state(data.text(*_STATES).strip().lower() or last.lower())
    at = said.moment("time")
    return built(
        data.text("fingerprint", "alert_id", "id") or f"{source} {said.text('subject') or condition or kind}",
        state,
        data.text("title", "summary", "name") or f"{kind} {said.text('subject')}",
        words.severity(data.text("severity", "level", "priority") or "warning"),
        text=data.text("text", "description", "message"),
        starts_at=data.moment("starts_at", "startsAt") or (at if state == "firing" else None),
        ends_at=data.moment("ends_at", "endsAt") or (at if state == "resolved" else None),
        hints=(data.text("ci"), data.text("host", "hostname"), said.text("subject"), data.text("service")),
        group=data.text("group"),
        labels={**data.labels("labels"), "type": kind, "source": source, "subject": said.text("subject")},
        links=(data.at("url"), data.at("link")),
    )


def _data(said: Said) -> Said:
    """The event's data; a text there is its text."""
    data = said.at("data")
    return Said(data) if isinstance(data, dict) else Said({"text": data} if isinstance(data, str) else {})


def _state(word: str) -> AlertState:
    return "resolved" if word in _OVER else "firing"
