"""Google Cloud Monitoring, webhook schema 1.2: an incident that is open or closed. Its test has the version "test"."""

from typing import Any

from integrations import envelope, words
from integrations.alert import Alert
from integrations.building import built, state_of
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Google Cloud Monitoring",
    setup="""
# Monitoring > Alerting > Edit notification channels > Webhooks > Add new
# Endpoint URL:
{hook}
# or, with the key as password of basic authentication (user {name}):
{base}/hooks/gcp
""",
)

_RESOURCE_NAMES = ("instance_name", "host", "hostname", "instance_id", "cluster_name", "database_id", "service_name")


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one incident of a call. Raises NotEnvelope."""
    return [envelope.member(envelope.one(raw, "incident"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that an incident is. Raises Untranslatable."""
    call, said = Said(member), Said(member).part("incident")
    resource = said.labels("resource.labels")
    severity = said.text("severity").removeprefix("No severity") or said.labels("policy_user_labels").get(
        "severity", ""
    )
    condition = said.text("condition_name", "policy_name")
    return built(
        said.needed("incident_id"),
        state_of(said.text("state"), ("open",), ("closed",), "state"),
        f"{condition} on {_resource(said)}" if condition and _resource(said) else condition or said.text("summary"),
        words.severity(severity or "error"),
        text="\n\n".join(part for part in (said.text("summary"), _documentation(said)) if part),
        starts_at=said.moment("started_at"),
        ends_at=said.moment("ended_at"),
        hints=[resource[name] for name in _RESOURCE_NAMES if name in resource] + [_resource(said)],
        labels={**resource, **said.labels("metric.labels"), **said.labels("policy_user_labels")},
        links=(said.at("url"),),
        test=call.text("version") == "test",
    )


def _resource(said: Said) -> str:
    return said.text("resource_display_name", "resource_name")


def _documentation(said: Said) -> str:
    found = said.at("documentation")
    return found if isinstance(found, str) else said.part("documentation").text("content")
