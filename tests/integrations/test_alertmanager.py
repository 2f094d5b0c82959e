"""Alertmanager's webhook: recorded calls of a real one, and everything that is not one."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations import KINDS, alertmanager
from integrations.alert import Alert, NotEnvelope, Untranslatable
from longwatch.domain.ticket import canonical
from tests.integrations.payloads import JSON, as_bytes, recorded, spoilt

SAMPLE: dict[str, Any] = json.loads(recorded("group_of_three"))


def alerts_of(name: str) -> list[Alert]:
    return [alertmanager.alert(member) for member in alertmanager.members(recorded(name))]


def alert_with(**changes: Any) -> Alert:
    (member,) = alertmanager.members(recorded("firing"))
    return alertmanager.alert({**member, **changes})


def test_a_firing_alert_is_translated_in_full() -> None:
    (alert,) = alerts_of("firing")

    assert alert == Alert(
        fingerprint="b0f5cdfe43816403",
        state="firing",
        title="Disk /var on db1 is 98 % full",
        severity="critical",
        text="4.1 GiB left of 200 GiB.\nIt fills by 1 GiB an hour.",
        starts_at=datetime(2026, 11, 22, 15, 39, 55, 528153, tzinfo=UTC),
        ends_at=None,
        ci_hints=("db1.example", "billing"),
        group="alertname=DiskFull",
        labels={
            "alertname": "DiskFull",
            "instance": "db1.example:9100",
            "job": "node",
            "service": "billing",
            "severity": "critical",
        },
        links=(
            "https://wiki.example/runbooks/disk-full",
            "http://prometheus.example:9090/graph?g0.expr=disk",
            "http://alertmanager.example:9093",
        ),
    )


def test_its_end_has_the_same_fingerprint_and_a_time() -> None:
    (begun,), (ended,) = alerts_of("firing"), alerts_of("resolved")

    assert ended.state == "resolved"
    assert ended.fingerprint == begun.fingerprint
    assert ended.ends_at is not None
    assert begun.starts_at is not None
    assert ended.ends_at > begun.starts_at


def test_a_repetition_is_the_same_alert() -> None:
    assert alerts_of("firing_again") == alerts_of("firing")


def test_a_call_is_as_many_alerts_as_it_lists() -> None:
    assert [alert.state for alert in alerts_of("group_of_three")] == ["firing"] * 3
    assert len({alert.fingerprint for alert in alerts_of("group_of_three")}) == 3


def test_in_a_group_that_still_fires_each_alert_has_its_own_state() -> None:
    states = {alert.title: alert.state for alert in alerts_of("group_one_resolved")}

    assert states == {
        "web1 does not answer": "resolved",
        "web2 does not answer": "firing",
        "web3 does not answer": "firing",
    }


def test_every_member_knows_its_call() -> None:
    for member in alertmanager.members(recorded("truncated")):
        assert member["_envelope"]["truncatedAlerts"] == 3
        assert member["_envelope"]["receiver"] == "desk-short"
        assert json.loads(canonical(member)) == member


def test_a_start_in_the_future_is_taken_as_told() -> None:
    (begun,), (ended,) = alerts_of("amtool_end_only"), alerts_of("amtool_end_only_resolved")

    assert begun.starts_at == ended.starts_at == ended.ends_at
    assert begun.title == "AmtoolOnly on [2001:db8::1]:9100"
    assert begun.ci_hints == ("2001:db8::1",)


def test_the_tools_group_is_its_labels_whatever_route_and_receiver() -> None:
    member = alertmanager.members(recorded("group_of_three"))[0]
    other = {**member, "_envelope": {**member["_envelope"], "groupKey": '{}/{a="b"}:{}', "receiver": "else"}}

    assert alertmanager.alert(other).group == alertmanager.alert(member).group == "alertname=InstanceDown"


def test_where_the_tool_does_not_group_the_name_of_the_alert_does() -> None:
    assert alert_with(_envelope={"groupLabels": {}}).group == "alertname=DiskFull"


def test_hints_come_in_the_order_of_trust() -> None:
    labels = {"service": "shop", "instance": "web1:443", "host": "web1.example", "ci": "CI-7", "node": "web1.example"}

    assert alert_with(labels=labels).ci_hints == ("CI-7", "web1.example", "web1", "shop")


def test_the_open_end_of_go_is_no_end() -> None:
    assert alert_with(endsAt="0001-01-01T00:00:00Z").ends_at is None
    assert alert_with(endsAt="0001-01-01T00:00:00+14:00").ends_at is None


def test_nanoseconds_and_zones_are_understood() -> None:
    assert alert_with(startsAt="2026-11-22T16:00:00.123456789+01:00").starts_at == datetime(
        2026, 11, 22, 15, 0, 0, 123456, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("word", "severity"),
    [("critical", "critical"), ("PAGE", "critical"), ("high", "error"), ("strange", "warning"), ("none", "info")],
)
def test_severities_of_all_tongues_become_four(word: str, severity: str) -> None:
    assert alert_with(labels={"alertname": "A", "severity": word}).severity == severity


def test_an_alert_without_severity_is_a_warning() -> None:
    assert alert_with(labels={"alertname": "A"}).severity == "warning"


def test_an_alert_without_fingerprint_gets_a_stable_one_from_its_labels() -> None:
    one = alert_with(fingerprint=None, labels={"a": "1", "b": "2"})
    two = alert_with(fingerprint="", labels={"b": "2", "a": "1"}, startsAt=None)

    assert one.fingerprint == two.fingerprint
    assert one.fingerprint != alert_with(fingerprint=None, labels={"a": "1"}).fingerprint


def test_control_characters_and_lengths_are_tamed() -> None:
    labels = {f"label{number:03}": "v" * 5_000 for number in range(100)}
    notes = {"summary": "red\x1b[31m\u202ealert\n" * 50, "description": "\x00long\n" * 10_000}

    alert = alert_with(labels=labels, annotations=notes)

    assert len(alert.title) == 250
    assert alert.title.startswith("red[31malert red")
    assert len(alert.text) == 10_000
    assert "\x00" not in alert.text
    assert len(alert.labels) == 64
    assert {len(value) for value in alert.labels.values()} == {1_024}


def test_only_web_addresses_are_links() -> None:
    notes = {"runbook_url": "javascript:alert(1)", "dashboard": "https://d.example/x", "link": "http://[broken"}

    assert alert_with(annotations=notes, generatorURL="", _envelope={}).links == ("https://d.example/x",)


def test_the_test_button_of_grafana_is_known() -> None:
    assert alert_with(labels={"alertname": "TestAlert", "instance": "Grafana"}).test
    assert not alert_with().test


def test_an_alert_survives_its_journey_as_data() -> None:
    for name in ("firing", "resolved", "amtool_end_only"):
        (alert,) = alerts_of(name)

        assert Alert.from_data(json.loads(canonical(alert.to_data()))) == alert


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", None),
        ("version", 4),
        ("alerts", None),
        ("alerts", {}),
        ("status", "on fire"),
        ("truncatedAlerts", "3"),
        ("truncatedAlerts", -1),
        ("groupLabels", ["a"]),
        ("receiver", 7),
    ],
)
def test_a_call_that_is_not_alertmanagers_is_refused_by_field(field: str, value: Any) -> None:
    with pytest.raises(NotEnvelope) as refusal:
        alertmanager.members(as_bytes({**SAMPLE, field: value}))

    assert refusal.value.field == field


def test_a_call_that_is_no_object_is_refused() -> None:
    with pytest.raises(NotEnvelope, match="not a JSON object"):
        alertmanager.members(b"[1]")


def test_a_call_without_alerts_is_no_fault() -> None:
    assert alertmanager.members(as_bytes({**SAMPLE, "alerts": []})) == []


def test_fields_of_newer_versions_are_let_through() -> None:
    assert len(alertmanager.members(as_bytes({**SAMPLE, "notification_reason": {"new": 1}}))) == 3


def test_one_bad_alert_harms_no_other() -> None:
    good, *_ = SAMPLE["alerts"]
    members = alertmanager.members(as_bytes({**SAMPLE, "alerts": [7, {}, good, None]}))

    assert alertmanager.alert(members[2]).state == "firing"
    for index in (0, 1, 3):
        with pytest.raises(Untranslatable):
            alertmanager.alert(members[index])


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "pending"},
        {"status": None},
        {"labels": {}},
        {"labels": [1]},
        {"labels": {"a": ["b"]}},
        {"annotations": "x"},
        {"startsAt": "yesterday"},
        {"startsAt": "9999-12-31T23:59:59-12:00"},
        {"endsAt": {"at": 1}},
        {"fingerprint": {"a": 1}},
        {"_envelope": 3},
    ],
)
def test_what_cannot_be_understood_says_so(changes: dict[str, Any]) -> None:
    with pytest.raises(Untranslatable) as refusal:
        alert_with(**changes)

    assert refusal.value.reason.endswith(".")


@settings(max_examples=200, deadline=None)
@given(spoilt(SAMPLE))
def test_a_spoilt_call_is_refused_or_each_of_its_alerts_judged_alone(call: dict[str, Any]) -> None:
    try:
        members = alertmanager.members(as_bytes(call))
    except NotEnvelope:
        return

    for member in members:
        assert json.loads(canonical(member)) == member
        translated_or_parked("alertmanager", member)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted({*SAMPLE["alerts"][0], "_envelope"})), JSON) | spoilt(SAMPLE["alerts"][0])
)
def test_any_member_is_translated_or_parked(member: dict[str, Any]) -> None:
    translated_or_parked("alertmanager", member)


def translated_or_parked(kind: str, member: dict[str, Any]) -> None:
    try:
        alert = KINDS[kind].alert(member)
    except Untranslatable:
        return
    assert Alert.from_data(json.loads(canonical(alert.to_data()).encode())) == alert
    assert 0 < len(alert.title) <= 250
    assert 0 < len(alert.fingerprint) <= 128
