"""Prometheus Alertmanager, webhook version 4: the group is only an envelope, each alert in it stands for itself.

Identity is the fingerprint (a hash of the labels). groupKey names the route as well and differs between two
Alertmanagers; startsAt moves when an alert flaps within one group interval. An alert missing from a group, as in one
with truncatedAlerts, says nothing about it.
"""

from collections.abc import Iterator
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from integrations import envelope, words
from integrations.alert import Alert, AlertState, Untranslatable
from integrations.tool import Tool

TOOL = Tool(
    label="Prometheus Alertmanager",
    setup="""
# alertmanager.yml
route:
  receiver: longwatch
  group_by: [alertname]
  group_wait: 10s
  group_interval: 1m
  repeat_interval: 4h

receivers:
  - name: longwatch
    webhook_configs:
      - url: {hook}
        send_resolved: true
""",
    signatures=("longwatch",),
)

_STATES: dict[str, AlertState] = {"firing": "firing", "resolved": "resolved"}
_CI_LABELS = ("ci", "host", "hostname", "node", "device")
_LINK_ANNOTATIONS = ("runbook_url", "runbook", "dashboard_url", "dashboard", "link", "url")
_TEXT_ANNOTATIONS = ("description", "message")


class _Call(Schema):
    """The envelope of webhook version 4."""

    class Meta:
        """Fields that newer versions add are let through unread."""

        unknown = EXCLUDE

    version = fields.String(required=True, validate=validate.Length(1, 16))
    status = fields.String(validate=validate.OneOf(sorted(_STATES)))
    receiver = fields.String()
    groupKey = fields.String()  # noqa: N815 - the tool's own name
    externalURL = fields.String()  # noqa: N815 - the tool's own name
    truncatedAlerts = fields.Integer(strict=True, validate=validate.Range(0))  # noqa: N815 - the tool's own name
    groupLabels = fields.Dict(keys=fields.String(), values=fields.String())  # noqa: N815 - the tool's own name
    alerts = fields.List(fields.Raw(allow_none=True), required=True)


_CALL = _Call()


def members(raw: bytes) -> list[dict[str, Any]]:
    """The alerts of one call, each with the facts of the call under `_envelope`. Raises NotEnvelope."""
    call = envelope.opened(raw, _CALL)
    alerts = call.pop("alerts")
    return [envelope.member(alert, call) for alert in alerts]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a member is. Raises Untranslatable."""
    labels = _texts(member, "labels")
    notes = _texts(member, "annotations")
    call = _object(member.get("_envelope"), "_envelope")
    if not labels:
        raise Untranslatable("The alert has no labels.")
    return Alert(
        fingerprint=words.fingerprint(words.scalar(member.get("fingerprint"), "fingerprint"), labels),
        state=_state(member.get("status")),
        title=_title(labels, notes),
        severity=words.severity(labels.get("severity", "warning")),
        text=words.prose("\n\n".join(notes[name] for name in _TEXT_ANNOTATIONS if notes.get(name))),
        starts_at=words.moment(member.get("startsAt"), "startsAt"),
        ends_at=words.moment(member.get("endsAt"), "endsAt"),
        ci_hints=words.hints(_hints(labels)),
        group=_group(call, labels),
        labels=words.labels(labels),
        links=words.links(_links(member, notes, call)),
        test=labels.get("alertname") == "TestAlert" and labels.get("instance") == "Grafana",
    )


def _object(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Untranslatable(f"{name} is not an object.")
    return value


def _texts(member: dict[str, Any], name: str) -> dict[str, str]:
    return {key: words.scalar(value, key) for key, value in _object(member.get(name), name).items()}


def _state(value: Any) -> AlertState:
    if not isinstance(value, str) or value not in _STATES:
        raise Untranslatable("The alert's status is neither firing nor resolved.")
    return _STATES[value]


def _title(labels: dict[str, str], notes: dict[str, str]) -> str:
    name, instance = labels.get("alertname", ""), labels.get("instance", "")
    plain = f"{name} on {instance}" if name and instance else name or instance
    for candidate in (notes.get("summary"), notes.get("title"), plain):
        title = words.line(candidate or "")
        if title:
            return title
    return "Alert without a name"


def _hints(labels: dict[str, str]) -> Iterator[str]:
    yield from (labels.get(name, "") for name in _CI_LABELS)
    yield words.host_of(labels.get("instance", ""))
    yield labels.get("service", "")


def _group(call: dict[str, Any], labels: dict[str, str]) -> str:
    """The labels the tool groups by; with none, the alert's name, lest all strangers end in one incident."""
    grouped = _texts(call, "groupLabels") or {"alertname": labels.get("alertname", "")}
    return words.line(", ".join(f"{name}={value}" for name, value in sorted(grouped.items())), 500)


def _links(member: dict[str, Any], notes: dict[str, str], call: dict[str, Any]) -> Iterator[Any]:
    yield from (notes.get(name) for name in _LINK_ANNOTATIONS)
    yield member.get("generatorURL")
    yield call.get("externalURL")
