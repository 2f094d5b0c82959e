"""ServiceNow's incident table, as monitoring tools write to it: each POST is an incident that opens at once.

Identity is correlation_id. Zabbix's own script sends none, and posts a problem again with every step of an escalation;
only the text "Original problem ID: N" tells that it is the same one, so that counts as its correlation.
"""

import re
from typing import Any

from integrations import envelope, strict_json, words
from integrations.alert import About, Alert, AlertState, NotEnvelope, Severity
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="ServiceNow incident table",
    setup="""
# Any tool that opens ServiceNow incidents. It opens a ticket at once, without hold-down.
# Instance address:
{base}
# (the table's address is then {base}/api/now/table/incident)
# User and password:
{name}
{key}

# Send correlation_id with each call, so that the same trouble stays one ticket.
# Zabbix, media type ServiceNow: servicenow_url, servicenow_user and servicenow_password as above.
""",
)

_ORIGINAL = re.compile(r"Original problem ID:\s*(\d{1,20})")
RESOLVED_STATES = ("6", "7", "8", "resolved", "closed", "cancelled", "canceled")
_URGENCY: dict[str, Severity] = {"1": "critical", "2": "error", "3": "warning", "4": "info"}
LONGEST_TITLE = 160


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one record of a call. Raises NotEnvelope for what is no record."""
    body = strict_json.read(raw)
    if not isinstance(body, dict):
        raise NotEnvelope("The body is not a JSON object.")
    return [envelope.member(body, {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert behind a record. Raises Untranslatable."""
    said = Said(member)
    title = said.text("short_description") or words.line(said.text("description", "comments", "work_notes"))
    state = state_of(said)
    about: About = "state" if said.text("short_description") or state == "resolved" else "note"
    return built(
        correlation(said) or title,
        state,
        title.removeprefix("[RESOLVED]"),
        _URGENCY.get(said.text("urgency"), words.severity(said.text("urgency") or "warning")),
        text=said.text("description") or said.text("comments", "work_notes"),
        hints=(said.text("cmdb_ci"), said.text("business_service")),
        labels=said.labels(),
        about=about,
        author=said.text("caller_id"),
    )


def correlation(said: Said) -> str:
    """What the sender calls the trouble by; empty where nothing tells."""
    named = said.text("correlation_id")
    original = _ORIGINAL.search(said.text("description", "comments")[: words.TEXT])
    return named or (f"problem {original.group(1)}" if original else "")


def state_of(said: Said) -> AlertState:
    """Resolved by a state of that name or number, or as Zabbix says it: in front of the title."""
    state = (said.text("state") or said.text("incident_state")).strip().lower()
    over = state in RESOLVED_STATES or said.text("short_description").startswith("[RESOLVED]")
    return "resolved" if over else "firing"
