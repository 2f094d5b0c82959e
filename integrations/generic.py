"""The desk's own small JSON for whatever can send a POST; docs/integrations/generic.md is its description.

One alert as an object, or many as `{"alerts": [...]}`. A single alert that is wrong is refused at once, so that who
writes the sending script sees why; one wrong alert among many is parked and harms no other.
"""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from integrations import envelope, strict_json, words
from integrations.alert import Alert, AlertState, NotEnvelope, Untranslatable
from integrations.tool import Tool

TOOL = Tool(
    label="Anything that can send JSON",
    setup="""
curl -sS {hook} -H 'Content-Type: application/json' -d '
{
  "id": "backup/db1",
  "title": "Backup of db1 failed",
  "severity": "error",
  "host": "db1.example",
  "text": "Exit code 3 after 12 minutes."
}'

# When the trouble is over, the same id with its state:
curl -sS {hook} -H 'Content-Type: application/json' -d '
{"id": "backup/db1", "title": "Backup of db1 failed", "state": "resolved"}'
""",
    signatures=("longwatch",),
)

_FIRING = "firing problem open opened triggered trigger alarm alerting active down critical error warning fail failed"
_RESOLVED = "resolved resolve ok okay recovery recovered closed close clear cleared inactive up normal"
_STATES: dict[str, AlertState] = {
    **dict.fromkeys(_FIRING.split(), "firing"),
    **dict.fromkeys(_RESOLVED.split(), "resolved"),
}
"""The words of common tools; a state left out means firing."""


class _Scalar(fields.Field[str]):
    """A text, or a number or truth value taken as one."""

    default_error_messages = {"type": "Not a text."}  # noqa: RUF012 - the library's own form

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:  # noqa: ARG002 - its form too
        if not isinstance(value, str | int):
            raise self.make_error("type")
        return words.scalar(value, attr or "")


def _optional() -> _Scalar:
    return _Scalar(load_default=None, allow_none=True)


class _Alert(Schema):
    """One alert; fields nobody knows are let through unread."""

    class Meta:
        """What a sender adds for itself is no fault."""

        unknown = EXCLUDE

    title = _Scalar(required=True)
    fingerprint = _optional()
    id = _optional()
    state = _optional()
    severity = _optional()
    text = _optional()
    ci = _optional()
    host = _optional()
    service = _optional()
    group = _optional()
    starts_at = fields.Raw(load_default=None, allow_none=True)
    ends_at = fields.Raw(load_default=None, allow_none=True)
    url = _optional()
    labels = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)


class _Calls(Schema):
    """Many alerts in one call."""

    class Meta:
        """What a sender adds for itself is no fault."""

        unknown = EXCLUDE

    alerts = fields.List(fields.Raw(allow_none=True), required=True)


_ALERT = _Alert()
_CALLS = _Calls()


def members(raw: bytes) -> list[dict[str, Any]]:
    """The alerts of one call. Raises NotEnvelope, also for a single alert that could not be translated."""
    body = strict_json.read(raw)
    if not isinstance(body, dict):
        raise NotEnvelope("The body is not a JSON object.")
    if "alerts" in body:
        return [envelope.member(item, {}) for item in envelope.loaded(body, _CALLS)["alerts"]]
    single = envelope.member(body, {})
    envelope.loaded(body, _ALERT)
    try:
        alert(single)
    except Untranslatable as refusal:
        raise NotEnvelope(refusal.reason) from None
    return [single]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a member is. Raises Untranslatable."""
    try:
        given = _ALERT.load(member)
    except ValidationError as error:
        field, reason = envelope.first(error.messages)
        raise Untranslatable(f"{field}: {reason}") from None
    text = {name: value or "" for name, value in given.items() if name not in {"labels", "starts_at", "ends_at"}}
    return _alert(text, given)


def _alert(text: dict[str, str], given: dict[str, Any]) -> Alert:
    labels = given["labels"] or {}
    about = {name: text[name] for name in ("title", "ci", "host", "service")}
    return Alert(
        fingerprint=words.fingerprint(text["fingerprint"] or text["id"], about),
        state=_state(text["state"]),
        title=_title(text["title"]),
        severity=words.severity(text["severity"] or text["state"]),
        text=words.prose(text["text"]),
        starts_at=words.moment(given["starts_at"], "starts_at"),
        ends_at=words.moment(given["ends_at"], "ends_at"),
        ci_hints=words.hints((text["ci"], words.host_of(text["host"]), text["service"])),
        group=words.line(text["group"], 500),
        labels=words.labels(labels),
        links=words.links((text["url"],)),
    )


def _title(given: str) -> str:
    title = words.line(given)
    if not title:
        raise Untranslatable("title: it is empty.")
    return title


def _state(given: str) -> AlertState:
    word = given.strip().lower() or "firing"
    if word not in _STATES:
        raise Untranslatable(f"state: {words.line(given, 40)!r} is neither firing nor resolved.")
    return _STATES[word]
