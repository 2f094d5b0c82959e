"""The desk's own JSON for whatever can send a POST."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations import generic
from integrations.alert import Alert, NotEnvelope, Untranslatable
from longwatch.domain.ticket import canonical
from tests.integrations.payloads import JSON, as_bytes, spoilt

SAMPLE: dict[str, Any] = {
    "fingerprint": "backup/db1",
    "id": "4711",
    "state": "firing",
    "title": "Backup of db1 failed",
    "severity": "error",
    "text": "Exit code 3.",
    "ci": "db1",
    "host": "db1.example:22",
    "service": "billing",
    "group": "backups",
    "starts_at": "2026-11-22T15:00:00Z",
    "ends_at": None,
    "url": "https://backup.example/jobs/4711",
    "labels": {"job": "nightly", "tries": 3, "forced": False},
}


def sent(**fields: Any) -> Alert:
    (member,) = generic.members(as_bytes({"title": "Something", **fields}))
    return generic.alert(member)


def test_an_alert_with_every_field_is_translated_in_full() -> None:
    (member,) = generic.members(as_bytes(SAMPLE))

    assert generic.alert(member) == Alert(
        fingerprint="backup/db1",
        state="firing",
        title="Backup of db1 failed",
        severity="error",
        text="Exit code 3.",
        starts_at=datetime(2026, 11, 22, 15, tzinfo=UTC),
        ends_at=None,
        ci_hints=("db1", "db1.example", "billing"),
        group="backups",
        labels={"job": "nightly", "tries": "3", "forced": "false"},
        links=("https://backup.example/jobs/4711",),
    )


def test_a_title_is_enough() -> None:
    alert = sent(title="Door open")

    assert (alert.title, alert.state, alert.severity, alert.starts_at) == ("Door open", "firing", "warning", None)
    assert alert.fingerprint


def test_without_an_id_title_and_place_are_the_identity() -> None:
    begun = sent(title="Door open", host="cellar", state="problem", severity="critical")
    ended = sent(title="Door open", host="cellar", state="ok", text="Closed again.")

    assert begun.fingerprint == ended.fingerprint
    assert begun.fingerprint != sent(title="Door open", host="attic").fingerprint


def test_an_id_may_be_a_number() -> None:
    assert sent(id=4711).fingerprint == "4711"


@pytest.mark.parametrize("word", ["firing", "PROBLEM", "open", "triggered", "down", "Critical"])
def test_many_words_mean_firing(word: str) -> None:
    assert sent(state=word).state == "firing"


@pytest.mark.parametrize("word", ["resolved", "OK", "recovery", "closed", " up ", "cleared"])
def test_many_words_mean_resolved(word: str) -> None:
    assert sent(state=word).state == "resolved"


def test_a_state_that_names_a_severity_gives_it() -> None:
    assert sent(state="CRITICAL").severity == "critical"
    assert sent(state="CRITICAL", severity="info").severity == "info"


@pytest.mark.parametrize(
    "value", [1_795_359_600, "1795359600", 1_795_359_600_000, "2026-11-22T15:00:00Z", "2026-11-22 16:00:00+01:00"]
)
def test_times_come_in_many_forms(value: Any) -> None:
    assert sent(starts_at=value).starts_at == datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_fractions_of_a_second_are_kept() -> None:
    (member,) = generic.members(b'{"title": "x", "starts_at": 1795359600.25}')

    assert generic.alert(member).starts_at == datetime(2026, 11, 22, 15, 0, 0, 250_000, tzinfo=UTC)


def test_many_alerts_come_in_one_call_and_a_bad_one_harms_no_other() -> None:
    members = generic.members(as_bytes({"alerts": [{"title": "one"}, {"titel": "two"}, 3, {"title": "four"}]}))

    assert [generic.alert(members[index]).title for index in (0, 3)] == ["one", "four"]
    for index in (1, 2):
        with pytest.raises(Untranslatable, match="title: Missing"):
            generic.alert(members[index])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": None}, "title"),
        ({"title": ["a"]}, "title"),
        ({"title": "x", "labels": []}, "labels"),
        ({"title": "x", "ci": {"a": 1}}, "ci"),
        ({}, "title"),
        ({"alerts": {}}, "alerts"),
    ],
)
def test_a_single_alert_that_is_wrong_is_refused_at_once_by_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(NotEnvelope) as refusal:
        generic.members(as_bytes(fields))

    assert refusal.value.field == field


@pytest.mark.parametrize(
    "fields",
    [
        {"title": " \x00 "},
        {"title": "x", "state": "perhaps"},
        {"title": "x", "starts_at": "soon"},
        {"title": "x", "ends_at": 12},
        {"title": "x", "labels": {"a": [1]}},
    ],
)
def test_a_single_alert_that_cannot_be_understood_is_refused_at_once_too(fields: dict[str, Any]) -> None:
    with pytest.raises(NotEnvelope) as refusal:
        generic.members(as_bytes(fields))

    assert refusal.value.reason.endswith(".")


def test_an_empty_list_is_no_fault() -> None:
    assert generic.members(b'{"alerts": []}') == []


def test_a_title_of_100_kilobytes_is_cut() -> None:
    assert len(sent(title="x" * 100_000).title) == 250


@settings(max_examples=200, deadline=None)
@given(spoilt(SAMPLE) | spoilt({"alerts": [SAMPLE, {"title": "a"}]}) | JSON)
def test_any_call_is_refused_or_each_of_its_alerts_judged_alone(call: Any) -> None:
    try:
        members = generic.members(as_bytes(call))
    except NotEnvelope:
        return

    for member in members:
        assert json.loads(canonical(member)) == member
        translated_or_parked(member)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(SAMPLE)), JSON) | spoilt(SAMPLE))
def test_any_member_is_translated_or_parked(member: dict[str, Any]) -> None:
    translated_or_parked(member)


def translated_or_parked(member: dict[str, Any]) -> None:
    try:
        alert = generic.alert(member)
    except Untranslatable:
        return
    assert Alert.from_data(json.loads(canonical(alert.to_data()).encode())) == alert
    assert 0 < len(alert.title) <= 250
    assert 0 < len(alert.fingerprint) <= 128
