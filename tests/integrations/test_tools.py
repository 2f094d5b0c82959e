"""Every tool, by what it really sends: beginning, end, remarks, test button; and whatever else somebody may send."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations import KINDS
from integrations.alert import Alert, NotEnvelope, Untranslatable
from longwatch.domain.ticket import canonical
from tests.integrations.payloads import JSON, as_bytes, spoilt

TOOLS = Path(__file__).parent / "data" / "tools"
SAMPLES: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in sorted(TOOLS.glob("*.json"))}
REMARKS = ("acknowledged", "note", "planned", "planned_over", "flapping")


def alerts_of(kind: str, call: Any) -> list[Alert]:
    translator = KINDS[kind]
    return [translator.alert(member) for member in translator.members(as_bytes(call))]


def one(kind: str, name: str) -> Alert:
    found = alerts_of(kind, SAMPLES[kind][name])
    return found[-1]


def having(name: str) -> list[str]:
    return [kind for kind, samples in SAMPLES.items() if name in samples]


def test_there_are_samples_of_every_tool() -> None:
    assert set(SAMPLES) | {"alertmanager", "generic"} == set(KINDS)


@pytest.mark.parametrize("kind", having("firing"))
def test_a_beginning_is_understood(kind: str) -> None:
    alert = one(kind, "firing")

    assert (alert.state, alert.about, alert.test) == ("firing", "state", False)
    assert alert.title != "Alert without a name"
    assert alert.ci_hints or kind == "apprise"
    assert Alert.from_data(json.loads(canonical(alert.to_data()))) == alert


@pytest.mark.parametrize("kind", having("resolved"))
def test_its_end_has_the_same_identity(kind: str) -> None:
    begun, ended = one(kind, "firing"), one(kind, "resolved")

    assert (ended.state, ended.about) == ("resolved", "state")
    assert ended.fingerprint == begun.fingerprint
    if begun.starts_at and ended.ends_at:
        assert ended.ends_at > begun.starts_at


@pytest.mark.parametrize("kind", having("test"))
def test_the_test_button_is_known(kind: str) -> None:
    assert one(kind, "test").test


@pytest.mark.parametrize(("kind", "about"), [(kind, about) for about in REMARKS for kind in having(about)])
def test_what_is_no_beginning_and_no_end_is_a_remark(kind: str, about: str) -> None:
    assert one(kind, about).about == about


@pytest.mark.parametrize(
    ("kind", "severity", "title", "hint"),
    [
        ("apprise", "error", "Backup of db1", None),
        ("azure", "info", "WCUS-R2-Gen2", "wcus-r2-gen2"),
        ("checkmk", "critical", "Filesystem /var on srv-5 is CRITICAL", "srv-5"),
        ("cloudevents", "error", "Replication lag on db1", "db1.example.net"),
        ("cloudwatch", "critical", "shop/critical CPU", "i-0abc123"),
        ("datadog", "error", "[Triggered on {host:i-0abc}] Disk usage is high", "i-0abc"),
        ("dynatrace", "error", "Failure rate increase", "checkout-service"),
        ("elastic", "error", "CPU usage: web1", "web1"),
        ("gcp", "critical", "CPU above 90 % on gke-1", "2852133141121"),
        ("grafana", "critical", "This alert was triggered for zone us-1", "db1"),
        ("healthchecks", "error", "Nightly backup is down", "Nightly backup"),
        ("icinga2", "critical", "http on Web server 1 is CRITICAL", "web1"),
        ("librenms", "critical", "Port status down on sw-core-1.example.net", "sw-core-1.example.net"),
        ("mapped", "error", "disk on db1", "db1"),
        ("monit", "error", "nginx: Connection failed", "nginx"),
        ("nagios", "warning", "HTTP on Web server 1 is WARNING", "web1"),
        ("netdata", "warning", "10min cpu usage on db1: 85.3%", "db1"),
        ("newrelic", "critical", "shop-checkout query result is > 5.0 for 5 minutes", "shop-checkout"),
        ("opsgenie", "critical", "An example alert message", "postgres"),
        ("pagerduty", "critical", "Disk /var is 98 % full", "Database : 10.0.0.11"),
        ("prtg", "critical", "Ping on gw-1: Down", "10.0.0.254"),
        ("sentry", "error", "ReferenceError: blooopy is not defined", "ipe"),
        ("servicenow", "critical", "Disk /var is full", "db-1"),
        ("splunk", "error", "Replication lag on db1.example.net", "db1.example.net"),
        ("uptime-kuma", "critical", "Shop is down", "web-1"),
        ("zabbix", "error", "High CPU utilization (over 90% for 5m)", "db1.example.net"),
    ],
)
def test_severity_title_and_item_are_the_tools_own(kind: str, severity: str, title: str, hint: str | None) -> None:
    alert = one(kind, "firing")

    assert (alert.severity, alert.title) == (severity, title)
    assert next(iter(alert.ci_hints), None) == hint


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_flood_of_fields_with_dangerous_names_is_harmless(kind: str) -> None:
    names = ["status", "priority", "__class__", "__proto__", "constructor", *(f"label{n:05}" for n in range(5_000))]
    flooded = _flooded(SAMPLES[kind]["firing"], dict.fromkeys(names, "x" * 2_000))

    alert = alerts_of(kind, flooded)[-1]

    assert (alert.state, alert.fingerprint) == ("firing", one(kind, "firing").fingerprint)
    assert len(alert.labels) <= 64


def _flooded(value: Any, extra: dict[str, str]) -> Any:
    """The sample with more fields beside those it has, in every object of it that has no list of known names."""
    if isinstance(value, list):
        return [_flooded(each, extra) for each in value]
    if not isinstance(value, dict):
        return value
    inside = {
        name: each if name in ("_mapping", "_headers", "_call") else _flooded(each, {}) for name, each in value.items()
    }
    if "_body" in inside:
        return {**inside, "_body": _flooded(value["_body"], extra)}
    return {**{name: each for name, each in extra.items() if name not in inside and name != "status"}, **inside}


@pytest.mark.parametrize("kind", sorted(SAMPLES))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_spoilt_call_is_refused_or_its_alerts_are_judged_alone(kind: str, data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(sorted(SAMPLES[kind])))
    call = data.draw(spoilt(SAMPLES[kind][sample]) | JSON)

    try:
        members = KINDS[kind].members(as_bytes(call))
    except NotEnvelope:
        return

    for member in members:
        assert json.loads(canonical(member)) == member
        judged(kind, member)


@pytest.mark.parametrize("kind", sorted(SAMPLES))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_member_is_translated_or_parked(kind: str, data: st.DataObject) -> None:
    (*_, member) = KINDS[kind].members(as_bytes(SAMPLES[kind]["firing"]))

    judged(kind, data.draw(spoilt(member)))


def judged(kind: str, member: dict[str, Any]) -> None:
    try:
        alert = KINDS[kind].alert(member)
    except Untranslatable:
        return
    assert Alert.from_data(json.loads(canonical(alert.to_data()).encode())) == alert
    assert 0 < len(alert.title) <= 250
    assert 0 < len(alert.fingerprint) <= 128


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'"x"', b"{}", b"[" * 6_000, b'{"a": 1e999}', b"\xff", b"<xml/>"])
def test_what_is_not_of_the_tool_is_refused_as_a_whole_or_parked(kind: str, raw: bytes) -> None:
    try:
        members = KINDS[kind].members(raw)
    except NotEnvelope:
        return

    for member in members:
        with pytest.raises(Untranslatable):
            KINDS[kind].alert(member)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_configuration_to_copy_names_the_address(kind: str) -> None:
    text = KINDS[kind].TOOL.configuration("https://desk.example", kind, "watcher", "KEY")

    assert "https://desk.example" in text
    assert "KEY" in text
    assert "{hook}" not in text


APPRISE_XML = b"""<?xml version='1.0' encoding='utf-8'?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>
<Notification xmlns="http://nuxref.com/apprise/NotifyXML-1.1.xsd"><Version>1.1</Version>
<Subject>Backup of db1</Subject><MessageType>failure</MessageType><Message>3 &lt; 4 &amp; so on</Message></Notification>
</soapenv:Body></soapenv:Envelope>"""


def test_apprise_in_xml_is_the_same_alert_as_in_json() -> None:
    [member] = KINDS["apprise"].members(APPRISE_XML)

    alert = KINDS["apprise"].alert(member)

    assert (alert.fingerprint, alert.text) == (one("apprise", "firing").fingerprint, "3 < 4 & so on")


IDENTITIES = {
    "apprise": ["title", "message"],
    "azure": ["data.essentials.alertId", "data.essentials.originAlertId"],
    "checkmk": ["env.HOSTNAME"],
    "cloudwatch": ["Message"],
    "datadog": ["aggreg_key", "cycle_key", "alert_id"],
    "dynatrace": ["PID", "ProblemID"],
    "elastic": ["rule_id"],
    "gcp": ["incident.incident_id"],
    "healthchecks": ["code"],
    "icinga2": ["env.HOSTNAME"],
    "librenms": ["rule"],
    "monit": ["env.SERVICE"],
    "nagios": ["env.HOSTNAME"],
    "netdata": ["host"],
    "newrelic": ["id"],
    "pagerduty": ["dedup_key"],
    "prtg": ["sensorid"],
    "sentry": ["data.issue.id"],
    "splunk": ["search_name", "sid"],
    "uptime-kuma": ["heartbeat.monitorID", "monitor.id"],
    "zabbix": ["event_id"],
}


@pytest.mark.parametrize("kind", sorted(IDENTITIES))
@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_what_does_not_say_which_condition_it_is_about_is_never_an_alert(kind: str, nothing: str | None) -> None:
    call = json.loads(json.dumps(SAMPLES[kind]["firing"]))
    for path in IDENTITIES[kind]:
        *way, last = path.split(".")
        place = call
        for step in way:
            place = place[step]
        place[last] = nothing

    with pytest.raises((NotEnvelope, Untranslatable)):
        alerts_of(kind, call)
