"""Elastic and Kibana rules, by a webhook connector with our template. The action group `recovered` ends an alert.

Identity is the rule and the alert within it.
"""

from typing import Any

from integrations import envelope, words
from integrations.alert import Alert
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Elastic / Kibana",
    setup="""
# Stack Management > Connectors > Create: Webhook, method POST, authentication none. URL:
{hook}
# In each rule add this connector twice, for the alert's groups and for "Recovered". Body:
{
  "rule_id": "{{rule.id}}", "rule": "{{rule.name}}", "alert_id": "{{alert.id}}",
  "group": "{{alert.actionGroup}}", "message": "{{context.message}}", "reason": "{{context.reason}}",
  "date": "{{date}}", "url": "{{rule.url}}", "tags": "{{rule.tags}}", "space": "{{rule.spaceId}}",
  "severity": "", "host": "{{context.host.name}}"
}
""",
)

UNFILLED = words.placeholder(r"\{\{[^}]*\}\}")


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one action of a call, by our template. Raises NotEnvelope."""
    return [envelope.member(envelope.one(raw, "rule_id", "group"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that an action is about. Raises Untranslatable."""
    said = Said(member, UNFILLED)
    rule, one = said.text("rule"), said.text("alert_id")
    group = said.text("group").lower()
    over = group == "recovered"
    at = said.moment("date")
    return built(
        f"{said.needed('rule_id')} {one}",
        "resolved" if over else "firing",
        f"{rule}: {one}" if one and one not in {rule, "query matched"} else rule,
        words.severity(said.text("severity") or _severity(group)),
        text=said.text("message", "reason"),
        starts_at=None if over else at,
        ends_at=at if over else None,
        hints=(said.text("host"), one),
        labels=said.labels(),
        links=(said.at("url"),),
        test=said.at("test") is True,
    )


def _severity(group: str) -> str:
    """The action group where it ranks: `metrics.threshold.warning`, `uptime.down`."""
    word = group.rpartition(".")[2]
    return word if word in {"critical", "warning", "error"} else "error"
