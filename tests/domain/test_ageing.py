"""Importance ages by a rule of the house, provably."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain.ageing import MOST_STEPS, ageing_data, read_ageing
from longwatch.domain.ticket import stamp
from tests.domain.incident_desk import AGENT, MONDAY, REQUESTER, Desk, policy, ref

DAY = 24 * 3600
RULE = {"name": "usual", "version": 1, "steps": [{"after": DAY, "weight": 50}, {"after": 3 * DAY, "weight": 120}]}


def ageing(rule: dict[str, Any] | None = None) -> Desk:
    return Desk(policy=lambda _, since, until: policy(since, until, ageing=rule or RULE)).open()


def test_a_ticket_weighs_more_at_the_stated_ages() -> None:
    desk = ageing()
    assert desk.wait(hours=23).state.weight == 0
    assert desk.wait(hours=2).state.weight == 50

    desk.wait(days=3)

    assert desk.state.weight == 120
    assert [fact.data["due"] for fact in desk.all("Aged")] == [stamp(MONDAY + timedelta(days=n)) for n in (1, 3)]
    assert {fact.actor for fact in desk.all("Aged")} == {"system:timer"}


def test_after_an_outage_every_step_passed_is_in_the_journal() -> None:
    desk = ageing()
    desk.at += timedelta(days=4)

    desk.send(AGENT, "take")

    assert [fact.data["step"] for fact in desk.all("Aged")] == [1, 2]


def test_what_is_resolved_does_not_age_and_counts_on_when_it_is_open_again() -> None:
    desk = ageing()
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    assert desk.wait(days=1, hours=1).state.weight == 0

    desk.send(REQUESTER, "reopen", reason=ref())
    desk.wait(minutes=1)

    assert desk.state.weight == 50


def test_another_rule_is_applied_anew_at_once() -> None:
    vip = {"name": "vip", "version": 2, "steps": [{"after": 3600, "weight": 200}]}
    desk = Desk(
        policy=lambda about, since, until: policy(since, until, ageing=vip if about["priority"] == 1 else RULE)
    ).open()
    desk.wait(days=2)

    desk.send(AGENT, "prioritise", impact=1, urgency=1)
    desk.answer()
    desk.wait(minutes=1)

    assert desk.state.weight == 200


def test_without_a_rule_nothing_ages() -> None:
    assert Desk().open().wait(days=30).all("Aged") == []


@pytest.mark.parametrize(
    "steps",
    [
        [{"after": 0, "weight": 1}],
        [{"after": 5, "weight": 0}],
        [{"after": 5, "weight": 9}, {"after": 4, "weight": 10}],
        [{"after": 5, "weight": 9}, {"after": 6, "weight": 9}],
        [{"after": n + 1, "weight": n + 1} for n in range(MOST_STEPS + 1)],
        [{"after": "5", "weight": 1}],
        [{"after": 5, "weight": 401}],
        [{"after": True, "weight": 1}],
    ],
)
def test_a_rule_rises_step_by_step(steps: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match=r"step|whole number|above nothing"):
        read_ageing({"steps": steps})


whole = st.lists(st.integers(1, 400), min_size=1, max_size=MOST_STEPS, unique=True).map(sorted)


@given(whole, st.data())
@settings(max_examples=30, deadline=None)
def test_weight_never_falls_while_a_ticket_is_open_and_is_what_its_age_says(weights: list[int], data: Any) -> None:
    ages = sorted(data.draw(st.sets(st.integers(1, 500), min_size=len(weights), max_size=len(weights))))
    rule = read_ageing({"steps": [{"after": a * 60, "weight": w} for a, w in zip(ages, weights, strict=True)]})
    desk = ageing(ageing_data(rule) | {"name": "drawn"})
    before = 0

    for minutes in data.draw(st.lists(st.integers(0, 200), max_size=5)):
        desk.wait(minutes=minutes)
        assert desk.state.weight == rule.weight_at(MONDAY, desk.at)
        assert desk.state.weight >= before
        before = desk.state.weight
