"""PagerDuty Events API v2: what hundreds of tools and the vendor's own SDKs send.

Identity is dedup_key, within one routing key, which is the source's key. Where a sender names none, the door makes one
and tells it in its answer. A change event is a remark: it begins and ends nothing.
"""

from typing import Any

from integrations import envelope, strict_json, words
from integrations.alert import About, Alert, AlertState, NotEnvelope, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="PagerDuty Events API v2",
    setup="""
# Any tool or SDK that speaks PagerDuty Events API v2.
# Address (instead of https://events.pagerduty.com/v2/enqueue):
{base}/v2/enqueue
# Changes: {base}/v2/change/enqueue
# Integration key (routing key):
{key}

# Alertmanager:
receivers:
  - name: longwatch
    pagerduty_configs:
      - url: {base}/v2/enqueue
        routing_key: {key}

# Zabbix: in the PagerDuty media type replace the address in the script; the token is the key above.
""",
)

ACTIONS = ("trigger", "acknowledge", "resolve")
_MEANING: dict[str, tuple[AlertState, About]] = {
    "trigger": ("firing", "state"),
    "acknowledge": ("firing", "acknowledged"),
    "resolve": ("resolved", "state"),
    "change": ("firing", "note"),
}
SEVERITIES = ("critical", "error", "warning", "info")
LONGEST_KEY = 255


def complaints(event: Any) -> list[str]:
    """What the Events API would complain of, in its own manner; empty for an event it takes."""
    if not isinstance(event, dict):
        return ["The event is not a JSON object"]
    found = []
    if event.get("event_action") not in ACTIONS:
        found.append("'event_action' is missing or blank, or not one of trigger, acknowledge, resolve")
    key = event.get("dedup_key")
    if key is not None and (not isinstance(key, str) or len(key) > LONGEST_KEY):
        found.append(f"'dedup_key' must be a string of at most {LONGEST_KEY} characters")
    if event.get("event_action") != "trigger":
        return found if key or found else ["'dedup_key' is missing or blank"]
    return found + _of_payload(event.get("payload"))


def _of_payload(payload: Any) -> list[str]:
    if not isinstance(payload, dict):
        return ["'payload' is missing or blank"]
    blank = [name for name in ("summary", "source", "severity") if not payload.get(name)]
    found = [f"'payload.{name}' is missing or blank" for name in blank]
    if payload.get("severity") and payload["severity"] not in SEVERITIES:
        found.append(f"'payload.severity' is invalid (must be one of the following: {', '.join(SEVERITIES)})")
    return found


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one event of a call, also of a change. Raises NotEnvelope with what the Events API would complain of."""
    body = strict_json.read(raw)
    if isinstance(body, dict) and "event_action" not in body and isinstance(body.get("payload"), dict):
        return [envelope.member(body, {"change": True})]
    wrong = complaints(body)
    if wrong:
        raise NotEnvelope("; ".join(wrong))
    return [envelope.member(body, {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that an event is. Raises Untranslatable."""
    said, payload = Said(member), Said(member).part("payload")
    change = said.at("_envelope.change") is True
    title = payload.text("summary") or said.text("description") or said.text("dedup_key")
    source = payload.text("source")
    state, about = _meaning("change" if change else said.text("event_action"))
    return built(
        said.text("dedup_key") or (f"change {title}" if change else ""),
        state,
        title,
        words.severity(payload.text("severity") or "warning"),
        text=_details(payload),
        starts_at=payload.moment("timestamp") if state == "firing" else None,
        ends_at=payload.moment("timestamp") if state == "resolved" else None,
        hints=(source, *source.split(" : "), payload.text("component")),
        group=payload.text("group"),
        labels={**payload.labels("custom_details"), **_known(payload), "client": said.text("client")},
        links=(said.at("client_url"), *(Said(each).at("href") for each in said.each("links"))),
        about=about,
    )


def _meaning(action: str) -> tuple[AlertState, About]:
    if action not in _MEANING:
        raise Untranslatable("event_action is neither trigger nor acknowledge nor resolve.")
    return _MEANING[action]


def _known(payload: Said) -> dict[str, str]:
    named = {name: payload.text(name) for name in ("source", "component", "group", "class")}
    return {name: value for name, value in named.items() if value}


def _details(payload: Said) -> str:
    details = payload.at("custom_details")
    if isinstance(details, str):
        return details
    return "\n".join(f"{name}: {value}" for name, value in sorted(payload.labels("custom_details").items()))
