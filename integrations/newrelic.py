"""New Relic, workflows with the default webhook template: an issue, its state and its priority."""

from typing import Any

from integrations import envelope, words
from integrations.alert import About, Alert, AlertState, Severity, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="New Relic",
    setup="""
# Alerts > Destinations > Add > Webhook, endpoint URL:
{base}/hooks/newrelic
# Authentication: bearer token
{key}
# Then Alerts > Workflows: add this destination and keep the default payload template.
""",
)

_PRIORITIES: dict[str, Severity] = {"CRITICAL": "critical", "HIGH": "error", "MEDIUM": "warning", "LOW": "info"}
_STATES: dict[str, AlertState] = {
    "CREATED": "firing",
    "ACTIVATED": "firing",
    "ACTIVE": "firing",
    "DEACTIVATED": "resolved",
    "CLOSED": "resolved",
    "RESOLVED": "resolved",
}


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one issue of a call. Raises NotEnvelope."""
    return [envelope.member(envelope.one(raw, "id", "state"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that an issue is. Raises Untranslatable."""
    said = Said(member)
    word = said.text("state").strip().upper()
    about: About = "acknowledged" if "ACKNOWLEDG" in f"{word} {said.text('trigger').upper()}" else "state"
    state = _STATES.get(word, "firing")
    if word not in _STATES and about == "state":
        raise Untranslatable(f"state is {words.line(word, 40)!r}, which is neither a beginning nor an end.")
    entities = list(said.texts("impactedEntities"))
    title = next(said.texts("title"), "") or next(said.texts("alertConditionNames"), "")
    return built(
        said.needed("id"),
        state,
        title,
        _PRIORITIES.get(said.text("priority").strip().upper(), "warning"),
        text="\n".join(said.texts("alertConditionNames")),
        starts_at=said.moment("createdAt"),
        ends_at=said.moment("closedAt", "updatedAt"),
        hints=entities,
        labels={
            **said.labels(),
            "entities": ", ".join(entities),
            "policies": ", ".join(said.texts("alertPolicyNames")),
        },
        links=(said.at("issueUrl"),),
        about=about,
    )
