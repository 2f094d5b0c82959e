"""Azure Monitor, common alert schema. A plain 500 or 502 loses an alert there, so nothing here may fail.

Identity is essentials.alertId, the same for fired and resolved. Stateless rules never send a resolved. Planned
maintenance of Azure's own is a remark.
"""

from typing import Any

from integrations import envelope, words
from integrations.alert import About, Alert, AlertState, NotEnvelope
from integrations.building import built, state_of
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Azure Monitor",
    setup="""
# Monitor > Alerts > Action groups > Actions: type Webhook
# URI:
{hook}
# Enable the common alert schema: Yes
""",
)

SCHEMA = "azureMonitorCommonAlertSchema"
_SAMPLE = "11111111-1111-1111-1111-111111111111"
"""The subscription of the samples that "Test action group" sends."""


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one alert of a call. Raises NotEnvelope for what is not in the common schema."""
    body = envelope.one(raw, "schemaId", "data")
    if body["schemaId"] != SCHEMA:
        raise NotEnvelope("Enable the common alert schema for this action.", "schemaId")
    return [envelope.member(body, {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a call is about. Raises Untranslatable."""
    said, essentials = Said(member).part("data"), Said(member).part("data").part("essentials")
    targets = list(essentials.texts("alertTargetIDs"))
    identity = essentials.needed("alertId", "originAlertId")
    state = state_of(essentials.text("monitorCondition"), ("fired",), ("resolved",), "monitorCondition")
    return built(
        identity,
        state,
        essentials.text("alertRule") or identity,
        words.severity(essentials.text("severity") or "Sev3"),
        text=essentials.text("description"),
        starts_at=essentials.moment("firedDateTime"),
        ends_at=essentials.moment("resolvedDateTime"),
        hints=(*essentials.texts("configurationItems"), *(target.rsplit("/", 1)[-1] for target in targets)),
        labels={**essentials.labels(), **said.labels("customProperties"), "targets": ", ".join(targets)},
        links=(essentials.at("investigationLink"), said.at("alertContext.condition.allOf[0].linkToSearchResultsUI")),
        test=f"/subscriptions/{_SAMPLE}/" in identity,
        about=_about(said, state),
    )


def _about(said: Said, state: AlertState) -> About:
    """Planned maintenance of Azure itself; it is over when its alert is resolved."""
    properties = said.part("alertContext").part("properties")
    planned = said.text("essentials.monitoringService") == "ServiceHealth"
    if not planned or properties.text("incidentType") != "Maintenance":
        return "state"
    return "planned_over" if state == "resolved" else "planned"
