"""PRTG, "Execute HTTP action": a form with its placeholders. Identity is the sensor's id.

`%status` is a sentence: "Down", "Down ended (now: Up)", "Warning", "Down (Acknowledged)", "Paused".
"""

from typing import Any

from integrations import envelope, words
from integrations.alert import About, Alert, AlertState, Severity, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="PRTG",
    setup="""
# Setup > Account settings > Notification templates > Add: Execute HTTP action, method POST. URL:
{hook}
# Payload:
sensorid=%sensorid&sensor=%sensor&device=%device&host=%host&group=%group&probe=%probe&status=%status&priority=%priority&message=%message&lastvalue=%lastvalue&link=%linksensor
# Trigger it for Down, Warning and Unusual, and as well "when the condition clears".
""",
)

UNSET = words.placeholder(r"%[a-z]+")
_STATES: tuple[tuple[str, AlertState, About, Severity], ...] = (
    ("down (acknowledged)", "firing", "acknowledged", "error"),
    ("down (partial)", "firing", "state", "error"),
    ("down", "firing", "state", "critical"),
    ("warning", "firing", "state", "warning"),
    ("unusual", "firing", "state", "warning"),
    ("threshold reached", "firing", "state", "warning"),
    ("up", "resolved", "state", "info"),
    ("paused", "firing", "planned", "info"),
    ("unknown", "firing", "note", "info"),
)


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one change of a call. Raises NotEnvelope."""
    return [envelope.member(envelope.one(raw, "sensorid", "status"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a sensor is. Raises Untranslatable."""
    said = Said(member, UNSET)
    state, about, severity = _meaning(said.needed("status"))
    sensor, device, host = said.text("sensor"), said.text("device"), said.text("host")
    return built(
        f"sensor {said.needed('sensorid')}",
        state,
        " on ".join(part for part in (sensor, device) if part) + f": {said.text('status')}",
        severity,
        text="\n".join(part for part in (said.text("message"), said.text("lastvalue")) if part),
        hints=(host, device),
        labels=said.labels(),
        links=(said.at("link"),),
        about=about,
    )


def _meaning(status: str) -> tuple[AlertState, About, Severity]:
    word = " ".join(status.lower().split())
    if " ended" in word or " cleared" in word:
        return "resolved", "state", "info"
    for begin, state, about, severity in _STATES:
        if word.startswith(begin):
            return state, about, severity
    raise Untranslatable(f"status is {words.line(status, 40)!r}, which is neither a beginning nor an end.")
