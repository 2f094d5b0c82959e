"""Splunk, webhook alert action: the first row of a saved search. Splunk never says that it is over.

Identity is app, search and the row's host. A search that has a column `state` (or `status`) with a word such as
"resolved" ends the alert itself.
"""

from typing import Any

from integrations import envelope, words
from integrations.alert import Alert, AlertState
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Splunk",
    setup="""
# Saved search > Edit alert > Trigger actions > Add: Webhook. URL:
{hook}
# Columns that are understood: host, severity (or urgency), state, message, _time.
# The address must be allowed in alert_actions.conf, [webhook] allowlist.
""",
    silent=True,
)

_OVER = ("resolved", "ok", "closed", "cleared", "recovered", "up", "normal")


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one result of a call. Raises NotEnvelope."""
    return [envelope.member(envelope.one(raw, "sid", "result"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a result is. Raises Untranslatable."""
    said, row = Said(member), Said(member).part("result")
    search, host = said.text("search_name"), row.text("host", "dest", "dvc", "src")
    over = row.text("state", "status").strip().lower() in _OVER
    state: AlertState = "resolved" if over else "firing"
    name = search or "Search of " + (said.text("owner") or "somebody")
    return built(
        f"{said.text('app')} {search or said.needed('sid')} {host}",
        state,
        f"{name} on {host}" if host else name,
        words.severity(row.text("severity", "urgency", "priority") or "warning"),
        text=row.text("message", "_raw"),
        hints=(host, row.text("service")),
        labels={**row.labels(), "search": search, "app": said.text("app")},
        links=(said.at("results_link"),),
    )
