"""Datadog, by a webhook with our template. Variables nobody set arrive as "$NAME" or as "null".

Identity is the aggregation key of a monitor's group; outages without one have the key of the alert's cycle.
"""

from typing import Any

from integrations import envelope, words
from integrations.alert import About, Alert, AlertState, Severity, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Datadog",
    setup="""
# Integrations > Webhooks > New: name longwatch, URL:
{hook}
# Payload:
{
  "aggreg_key": "$AGGREG_KEY", "cycle_key": "$ALERT_CYCLE_KEY", "alert_id": "$ALERT_ID", "scope": "$ALERT_SCOPE",
  "transition": "$ALERT_TRANSITION", "type": "$ALERT_TYPE", "priority": "$ALERT_PRIORITY",
  "title": "$EVENT_TITLE", "text": "$TEXT_ONLY_MSG", "host": "$HOSTNAME", "date": "$LAST_UPDATED",
  "link": "$LINK", "tags": "$TAGS", "org": "$ORG_NAME"
}
# Then write @webhook-longwatch into the messages of the monitors.
""",
)

UNSET = words.placeholder(r"\$[A-Z_]+(?:\[[^\]]*\])?")
_FIRING = ("triggered", "re-triggered", "no data", "re-no data", "warn", "re-warn", "renotify", "re-notify")
_PRIORITIES: dict[str, Severity] = {"P1": "critical", "P2": "error", "P3": "warning", "P4": "info", "P5": "info"}


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one event of a call, by our template. Raises NotEnvelope."""
    return [envelope.member(envelope.one(raw, "transition"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that an event is about. Raises Untranslatable."""
    said = Said(member, UNSET)
    title = said.text("title") or f"Monitor {said.text('alert_id')}"
    state, about = _meaning(said.text("transition"))
    at = said.moment("date")
    tags = said.text("tags")
    host = said.text("host")
    return built(
        said.text("aggreg_key", "cycle_key") or _of_monitor(said),
        state,
        title,
        _PRIORITIES.get(said.text("priority")) or words.severity(said.text("type") or "warning"),
        text=said.text("text"),
        starts_at=at if state == "firing" else None,
        ends_at=at if state == "resolved" else None,
        hints=(host, *_tagged(tags, "host"), *_tagged(tags, "service")),
        labels={**said.labels(), "tags": tags},
        links=(said.at("link"),),
        test=title.startswith("[TEST]"),
        about=about,
    )


def _meaning(transition: str) -> tuple[AlertState, About]:
    word = transition.strip().lower()
    if word.endswith("recovered"):
        return "resolved", "state"
    if word in _FIRING:
        return "firing", "state"
    if word in {"", "test"}:
        return "firing", "note"
    raise Untranslatable(f"transition is {words.line(transition, 40)!r}, which is neither a beginning nor an end.")


def _of_monitor(said: Said) -> str:
    monitor = said.text("alert_id")
    return f"monitor {monitor} {said.text('scope')}".strip() if monitor else ""


def _tagged(tags: str, name: str) -> list[str]:
    found = (tag.strip().partition(":") for tag in tags.split(","))
    return [value for tag, _, value in found if tag == name]
