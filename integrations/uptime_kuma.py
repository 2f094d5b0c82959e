"""Uptime Kuma: heartbeat, monitor and a message; its test button sends neither heartbeat nor monitor.

Identity is the monitor's id, which holds within one Kuma. The message about a certificate that will expire has no
heartbeat either; nothing ends it.
"""

import re
from typing import Any

from integrations import envelope, words
from integrations.alert import About, Alert, AlertState, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Uptime Kuma",
    setup="""
# Settings > Notifications > Setup: type Webhook
# Post URL:
{hook}
# Request body: Preset - application/json (form-data is understood, too)
""",
    secrets=(
        "basic_auth_pass",
        "bearer_token",
        "body",
        "databaseConnectionString",
        "grpcMetadata",
        "headers",
        "mqttPassword",
        "oauth_client_secret",
        "pushToken",
        "radiusPassword",
        "radiusSecret",
        "tlsCert",
        "tlsKey",
    ),
)

_MEANING: dict[str, tuple[AlertState, About]] = {
    "0": ("firing", "state"),
    "1": ("resolved", "state"),
    "2": ("firing", "note"),
    "3": ("firing", "planned"),
}
"""Down, up, pending, maintenance."""
_NUMBERS = re.compile(r"\d+")


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one message of a call. Raises NotEnvelope."""
    return [envelope.member(envelope.one(raw, "msg"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a message is about. Raises Untranslatable."""
    said = Said(member)
    message = said.text("msg")
    if said.at("heartbeat") is None:
        return _without_heartbeat(said, message)
    beat, monitor = said.part("heartbeat"), said.part("monitor")
    status = beat.text("status")
    if status not in _MEANING:
        raise Untranslatable("heartbeat.status is none of 0, 1, 2, 3.")
    state, about = _MEANING[status]
    number, name = beat.text("monitorID") or monitor.needed("id"), monitor.text("name", "pathName")
    at = beat.moment("time")
    return built(
        f"monitor {number}",
        state,
        f"{name or f'Monitor {number}'} is {'up' if state == 'resolved' else 'down'}",
        "critical",
        text=beat.text("msg") or message,
        starts_at=at if state == "firing" else None,
        ends_at=at if state == "resolved" else None,
        hints=(*_tags(monitor, "ci"), monitor.text("hostname"), monitor.text("url"), name),
        labels={"monitor": name, "type": monitor.text("type"), "url": monitor.text("url")},
        links=(monitor.at("url"),),
        about=about,
    )


def _without_heartbeat(said: Said, message: str) -> Alert:
    """The test button, or a certificate that is going to expire."""
    test = "certificate" not in message.lower()
    name = said.text("monitor.name")
    identity = f"certificate {_NUMBERS.sub('', message)}"
    return built(identity, "firing", words.line(message) or "Test", "warning", hints=(name,), test=test)


def _tags(monitor: Said, name: str) -> list[str]:
    tags = [Said(each) for each in monitor.each("tags")]
    return [tag.text("value") for tag in tags if tag.text("name").lower() == name]
