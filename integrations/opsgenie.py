"""Opsgenie's alert API: create, close, acknowledge, note, as Alertmanager, Zabbix and the vendor's SDKs call it.

Identity is the alias. The door puts beside each body which action it was and on which alias, since both stand in the
address and not in the body.
"""

from typing import Any

from integrations import envelope, strict_json, words
from integrations.alert import About, Alert, AlertState, NotEnvelope, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Opsgenie alert API",
    setup="""
# Any tool or SDK that speaks Opsgenie's alert API.
# API address (instead of https://api.opsgenie.com):
{base}
# Key (header "Authorization: GenieKey ..."):
{key}

# Alertmanager:
receivers:
  - name: longwatch
    opsgenie_configs:
      - api_url: {base}/
        api_key: {key}

# Zabbix, media type Opsgenie: opsgenie_api = {base}/v2/alerts, opsgenie_web = {base}, opsgenie_token = {key}
""",
)

MEANING: dict[str, tuple[AlertState, About]] = {
    "create": ("firing", "state"),
    "close": ("resolved", "state"),
    "acknowledge": ("firing", "acknowledged"),
    "unacknowledge": ("firing", "note"),
    "notes": ("firing", "note"),
    "message": ("firing", "note"),
    "description": ("firing", "note"),
    "priority": ("firing", "note"),
}
LONGEST_MESSAGE = 130
LONGEST_ALIAS = 512


def complaints(body: Any) -> dict[str, str]:
    """What Opsgenie would say of an alert's fields, by field; empty for one it creates."""
    if not isinstance(body, dict):
        return {"body": "must be a JSON object"}
    found = {}
    if not isinstance(body.get("message"), str) or not body["message"].strip():
        found["message"] = "must not be empty"
    alias = body.get("alias")
    if alias is not None and (not isinstance(alias, str) or len(alias) > LONGEST_ALIAS):
        found["alias"] = f"size must be between 0 and {LONGEST_ALIAS}"
    if body.get("priority") not in (None, "", "P1", "P2", "P3", "P4", "P5"):
        found["priority"] = "should be one of [ P1, P2, P3, P4, P5 ]"
    return found


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one request of a call. Raises NotEnvelope when it is a creation that Opsgenie would refuse."""
    body, call = envelope.unwrapped(strict_json.read(raw), "call")
    about = call if isinstance(call, dict) else {"action": "create"}
    if about.get("action") == "create":
        wrong = complaints(body)
        if wrong:
            name = min(wrong)
            raise NotEnvelope(f"{name}: {wrong[name]}", name)
    return [envelope.member(body if isinstance(body, dict) else {}, about)]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a request is about. Raises Untranslatable."""
    said = Said(member)
    call = said.part("_envelope")
    action = call.text("action")
    if action not in MEANING:
        raise Untranslatable(f"The action {words.line(action, 40)!r} is not one of {', '.join(MEANING)}.")
    state, about = MEANING[action]
    alias = call.text("alias") or said.text("alias")
    return built(
        alias or said.text("message"),
        state,
        said.text("message") or alias,
        words.severity(said.text("priority") or "P3"),
        text=_text(said),
        hints=(said.text("entity"), *_hosts(said), said.text("source")),
        labels={**said.labels("details"), **_known(said)},
        links=said.labels("details").values(),
        about=about,
        author=said.text("user"),
    )


def _text(said: Said) -> str:
    return "\n\n".join(part for part in (said.text("description"), said.text("note")) if part)


def _hosts(said: Said) -> list[str]:
    details = said.labels("details")
    return [details[name] for name in ("ci", "host", "hostname", "instance", "Hostname", "Host") if name in details]


def _known(said: Said) -> dict[str, str]:
    named = {name: said.text(name) for name in ("entity", "source", "priority", "user")}
    named["tags"] = ", ".join(said.texts("tags"))
    return {name: value for name, value in named.items() if value}
