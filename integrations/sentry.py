"""Sentry, internal integrations: what a call is about stands in the header Sentry-Hook-Resource.

An issue is known by its id, also where an alert rule reports one of its events; a metric alert by its own id. Comments,
assignments and the installation itself begin and end nothing.
"""

from collections.abc import Callable
from typing import Any

from integrations import envelope, strict_json, words
from integrations.alert import About, Alert, AlertState, NotEnvelope, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Sentry",
    setup="""
# Settings > Custom integrations > Create: Internal integration
# Webhook URL:
{hook}
# Permissions: Issue and Event read. Webhooks: issue. Turn on "Alert rule action".
# For this source choose the signature "sentry" and give the integration's client secret.
""",
    headers=("sentry-hook-resource",),
    signatures=("sentry",),
)

_ISSUE: dict[str, tuple[AlertState, About]] = {
    "created": ("firing", "state"),
    "unresolved": ("firing", "state"),
    "resolved": ("resolved", "state"),
    "archived": ("firing", "note"),
    "ignored": ("firing", "note"),
    "assigned": ("firing", "note"),
}


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one event of a call, with its resource. Raises NotEnvelope."""
    body, headers = envelope.unwrapped(strict_json.read(raw), "headers")
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        raise NotEnvelope("data: Missing data for required field.", "data")
    resource = headers.get("sentry-hook-resource") if isinstance(headers, dict) else None
    return [envelope.member(body, {"resource": resource or _guessed(body["data"])})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that an event is about. Raises Untranslatable."""
    said = Said(member)
    resource = said.text("_envelope.resource")
    if resource in _RESOURCES:
        return _RESOURCES[resource](said)
    title = f"Sentry: {resource or 'something'} {said.text('action')}"
    return built(f"{resource} {said.text('action')}", "firing", title, "info", about="note")


def _guessed(data: dict[str, Any]) -> str:
    known = {"issue": "issue", "event": "event_alert", "metric_alert": "metric_alert", "error": "error"}
    return next((resource for name, resource in known.items() if name in data), "")


def _issue(said: Said) -> Alert:
    issue, action = said.part("data.issue"), said.text("action").lower()
    if action not in _ISSUE:
        raise Untranslatable(f"action is {words.line(action, 40)!r}, which no issue has.")
    state, about = _ISSUE[action]
    return built(
        f"issue {issue.needed('id')}",
        state,
        issue.text("title", "metadata.title"),
        words.severity(issue.text("level") or "error"),
        text=issue.text("culprit"),
        hints=(issue.text("project.slug"), issue.text("project.name")),
        group=f"project {issue.text('project.slug')}" if issue.text("project.slug") else "",
        labels=issue.labels(),
        links=(issue.at("web_url"), issue.at("permalink")),
        about=about,
        author=said.text("actor.name"),
    )


def _event(said: Said) -> Alert:
    event = said.part("data.event")
    tags = {str(each[0]): each[1] for each in event.each("tags") if isinstance(each, list) and len(each) == 2}  # noqa: PLR2004
    return built(
        f"issue {event.needed('issue_id', 'issue')}",
        "firing",
        event.text("title", "message"),
        words.severity(event.text("level") or "error"),
        text="\n".join(part for part in (said.text("data.triggered_rule"), event.text("culprit")) if part),
        hints=[value for value in (tags.get("server_name"), event.text("server_name")) if isinstance(value, str)],
        labels={**event.labels(), **Said(tags).labels()},
        links=(event.at("web_url"), event.at("issue_url")),
    )


def _metric(said: Said) -> Alert:
    metric, action = said.part("data.metric_alert"), said.text("action").lower()
    state: AlertState = "resolved" if action in {"resolved", "closed"} else "firing"
    return built(
        f"metric {metric.needed('id', 'identifier')}",
        state,
        said.text("data.description_title") or metric.text("title", "alert_rule.name"),
        words.severity(action if state == "firing" else "warning"),
        text=said.text("data.description_text"),
        starts_at=metric.moment("date_started", "date_detected", "date_created"),
        ends_at=metric.moment("date_closed"),
        hints=metric.texts("projects"),
        labels=metric.labels(),
        links=(said.at("data.web_url"),),
    )


_RESOURCES: dict[str, Callable[[Said], Alert]] = {"issue": _issue, "event_alert": _event, "metric_alert": _metric}
