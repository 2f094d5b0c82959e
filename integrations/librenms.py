"""LibreNMS, API transport with our template. State: 0 well, 1 alert, 2 acknowledged, 3 worse, 4 better, 5 changed.

Identity is device and rule: the ids of single alerts differ between beginning and end.
"""

from typing import Any

from integrations import envelope, words
from integrations.alert import About, Alert, AlertState, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="LibreNMS",
    setup="""
# Alerts > Alert Transports > Create: type API, method POST. URL:
{hook}
# Headers: Content-Type=application/json
# Body:
{
  "hostname": "{{ $hostname }}", "sysName": "{{ $sysName }}", "ip": "{{ $ip }}", "device_id": "{{ $device_id }}",
  "rule": "{{ $name }}", "state": "{{ $state }}", "severity": "{{ $severity }}", "title": "{{ $title }}",
  "timestamp": "{{ $timestamp }}", "location": "{{ $location }}", "notes": "{{ $alert_notes }}"
}
""",
)

UNFILLED = words.placeholder(r"\{\{[^}]*\}\}")
_MEANING: dict[str, tuple[AlertState, About]] = {
    "0": ("resolved", "state"),
    "1": ("firing", "state"),
    "2": ("firing", "acknowledged"),
    "3": ("firing", "state"),
    "4": ("firing", "state"),
    "5": ("firing", "state"),
}


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one alert of a call, by our template. Raises NotEnvelope."""
    return [envelope.member(envelope.one(raw, "rule", "state"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a call is about. Raises Untranslatable."""
    said = Said(member, UNFILLED)
    word = said.text("state").strip()
    if word not in _MEANING:
        raise Untranslatable(f"state is {words.line(word, 40)!r}, which is none of 0 to 5.")
    state, about = _MEANING[word]
    host, rule = said.text("hostname", "sysName"), said.needed("rule")
    return built(
        f"{said.text('device_id') or host} {rule}",
        state,
        f"{rule} on {host}" if host else said.text("title") or rule,
        words.severity(said.text("severity") or "warning"),
        text=said.text("notes") or said.text("title"),
        hints=(host, said.text("sysName"), said.text("ip")),
        labels=said.labels(),
        about=about,
        test=said.text("title").lower().startswith("testing transport"),
    )
