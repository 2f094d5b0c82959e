"""Rules of correlation are read strictly, and the entry at fault is named."""

from typing import Any

import pytest

from longwatch.domain.correlating_rules import RulesFault, read_rules


def rule(**entries: Any) -> dict[str, Any]:
    return {"rules": [{"name": "shop", **entries}]}


def test_a_rule_says_how_its_groups_are_treated() -> None:
    [read] = read_rules(rule(treat={"hold_down": 60, "severity": "warning", "auto_resolve": "never"}, open="never"))

    assert read.settings == {"hold_down": 60, "auto_resolve": "never", "opens": False}
    assert read.severity == "warning"


def test_a_rule_needs_nothing_but_a_name() -> None:
    [read] = read_rules(rule())

    assert (read.group, read.across, read.within, read.neighbourhood, read.similar, read.settings) == (
        (),
        False,
        0,
        0,
        0,
        {},
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], "rules"),
        ({"rule": []}, "rule"),
        ({"rules": [{}]}, "rules[0].name"),
        ({"rules": [{"name": "a"}, {"name": "a"}]}, "rules[1].name"),
        (rule(groups=["ci"]), "rules[0].groups"),
        (rule(group=["rack"]), "rules[0].group[0]"),
        (rule(group=["label:"]), "rules[0].group[0]"),
        (rule(group=["ci", "ci"]), "rules[0].group"),
        (rule(across="yes"), "rules[0].across"),
        (rule(within=-1), "rules[0].within"),
        (rule(neighbourhood=9), "rules[0].neighbourhood"),
        (rule(similar=10), "rules[0].similar"),
        (rule(open="sometimes"), "rules[0].open"),
        (rule(when={"severities": ["bad"]}), "rules[0].when.severities[0]"),
        (rule(when={"labels": {"team": 3}}), "rules[0].when.labels.team"),
        (rule(when={"hours": {"zone": "UTC", "weekly": {}}}), "rules[0].when.hours.weekly"),
        (rule(treat={"hold_down": "1 min"}), "rules[0].treat.hold_down"),
        (rule(treat={"severity": "bad"}), "rules[0].treat.severity"),
        (rule(treat={"opens": False}), "rules[0].treat.opens"),
    ],
)
def test_what_is_wrong_is_named(data: Any, field: str) -> None:
    with pytest.raises(RulesFault) as fault:
        read_rules(data)

    assert fault.value.field == field
