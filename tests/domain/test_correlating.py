"""Which rule an alert falls under, what it is grouped by, and why: total, in order, always the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwatch.domain.alerts import correlation_key
from longwatch.domain.alerts_order import SEVERITIES
from longwatch.domain.correlating import Choice, Seen, choose, during, matches
from longwatch.domain.correlating_rules import TERMS, read_rules
from longwatch.domain.schedule_times import Times

SUNDAY = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
SEEN = Seen(
    source="prom-1",
    fingerprint="f1",
    title="Disk 3 of web-1 is full",
    severity="critical",
    at=SUNDAY,
    group="nodes",
    labels={"team": "shop", "cluster": "eu"},
    ci="web-1",
    classes=("item", "server"),
    service="Web shop",
)


def utc(_zone: str, at: datetime) -> datetime:
    return at


def chosen(*rules: dict[str, Any], seen: Seen = SEEN) -> Choice:
    return choose(read_rules({"rules": list(rules)}), seen, utc)


def fits(seen: Seen = SEEN, **when: Any) -> bool:
    [rule] = read_rules({"rules": [{"name": "r", "when": when}]})
    return matches(rule.when, seen, utc)


NAMES = st.sampled_from(["shop", "eu", "web-1", "prom-1", "Disk", "*", "p*"])
RULES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "when": st.fixed_dictionaries(
                {},
                optional={
                    "sources": st.lists(NAMES, max_size=2, unique=True),
                    "labels": st.dictionaries(st.sampled_from(["team", "cluster"]), NAMES, max_size=2),
                    "severities": st.lists(st.sampled_from(SEVERITIES), max_size=2, unique=True),
                    "words": st.lists(NAMES, max_size=2, unique=True),
                },
            ),
            "group": st.lists(st.sampled_from([*TERMS, "label:team", "label:rack"]), max_size=3, unique=True),
            "across": st.booleans(),
            "within": st.sampled_from([0, 60]),
            "open": st.sampled_from(["usual", "never"]),
        },
    ),
    max_size=5,
).map(lambda rules: [{"name": f"r{n}", **rule} for n, rule in enumerate(rules)])
ALERTS = st.builds(
    Seen,
    source=st.sampled_from(["prom-1", "zabbix"]),
    fingerprint=NAMES,
    title=NAMES,
    severity=st.sampled_from(SEVERITIES),
    at=st.just(SUNDAY),
    group=st.sampled_from(["", "nodes"]),
    labels=st.dictionaries(st.sampled_from(["team", "cluster", "rack"]), NAMES, max_size=2),
    ci=st.none() | st.just("web-1"),
    service=st.none() | st.just("shop"),
)


@given(RULES, ALERTS)
def test_every_alert_has_one_key_and_it_stays_the_same(rules: list[dict[str, Any]], alert: Seen) -> None:
    one, again = chosen(*rules, seen=alert), chosen(*rules, seen=replace(alert))

    assert (one.base, one.key, one.reason) == (again.base, again.key, again.reason)
    assert one.reason.endswith(".")
    assert one.key.startswith(f"{one.source}/")


@given(RULES, ALERTS)
def test_the_first_rule_that_fits_decides(rules: list[dict[str, Any]], alert: Seen) -> None:
    whole = chosen(*rules, seen=alert)

    names = [rule["name"] for rule in rules]
    at = names.index(whole.rule.name) if whole.rule else len(rules)
    assert all(chosen(rule, seen=alert).rule is None for rule in rules[:at])
    assert chosen(*rules[: at + 1], seen=alert).key == whole.key


@given(ALERTS)
def test_without_rules_alerts_stand_where_they_always_stood(alert: Seen) -> None:
    choice = chosen(seen=alert)

    assert (choice.rule, choice.source, choice.key) == (
        None,
        alert.source,
        correlation_key(alert.source, alert.ci, alert),
    )


def test_an_alert_that_lacks_what_a_rule_groups_by_goes_to_the_next() -> None:
    choice = chosen({"name": "racks", "group": ["label:rack"]}, {"name": "shops", "group": ["service"]})

    assert choice.rule is not None
    assert choice.rule.name == "shops"
    assert choice.reason == "Rule “shops”: same service Web shop."


def test_sources_meet_only_where_a_rule_says_so() -> None:
    rule = {"name": "shops", "group": ["service"]}
    other = replace(SEEN, source="zabbix")

    assert chosen(rule).base != chosen(rule, seen=other).base
    assert chosen({**rule, "across": True}).base == chosen({**rule, "across": True}, seen=other).base


def test_a_rule_that_treats_alerts_in_its_own_way_keeps_them_apart_from_others() -> None:
    plain, own = chosen({"name": "r"}), chosen({"name": "r", "treat": {"hold_down": 600}})

    assert plain.key == "prom-1/ci/web-1"
    assert own.key == "prom-1/rule/r/ci/web-1"


def test_values_with_signs_in_them_are_not_mistaken_for_each_other() -> None:
    rule = {"name": "r", "group": ["label:a", "label:b"]}
    one = chosen(rule, seen=replace(SEEN, labels={"a": 'x","y', "b": "z"}))
    other = chosen(rule, seen=replace(SEEN, labels={"a": "x", "b": 'y","z'}))

    assert one.base != other.base


@pytest.mark.parametrize(
    ("when", "fit"),
    [
        ({}, True),
        ({"sources": ["PROM*"]}, True),
        ({"sources": ["zabbix"]}, False),
        ({"labels": {"team": "sh*", "cluster": "eu"}}, True),
        ({"labels": {"team": "sh*", "rack": "*"}}, False),
        ({"severities": ["warning", "critical"]}, True),
        ({"severities": ["info"]}, False),
        ({"classes": ["server"]}, True),
        ({"classes": ["database"]}, False),
        ({"services": ["web*"]}, True),
        ({"words": ["full", "empty"]}, True),
        ({"words": ["empty"]}, False),
        ({"hours": {"zone": "UTC", "weekly": {"6": [["22:00", "06:00"]]}}}, True),
        ({"hours": {"zone": "UTC", "weekly": {"0": [["22:00", "06:00"]]}}}, False),
    ],
)
def test_every_condition_narrows(when: dict[str, Any], fit: bool) -> None:  # noqa: FBT001 - what is expected
    assert fits(**when) is fit


def test_a_span_past_midnight_belongs_to_the_day_it_begins_on() -> None:
    night = Times("UTC", {"6": (("22:00", "06:00"),)})

    assert during(night, SUNDAY)
    assert during(night, SUNDAY + timedelta(hours=7))
    assert not during(night, SUNDAY + timedelta(hours=8))
    assert not during(night, SUNDAY - timedelta(hours=20))


def test_an_alert_without_a_service_is_of_no_service() -> None:
    assert not fits(replace(SEEN, service=None), services=["*"])
