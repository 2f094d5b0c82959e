"""Rules for similar incidents: read strictly, and what makes a proposal once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwatch.domain.similar import MOST_LINKED, SimilarFault, key_of, proposal, read_rule

WEEK = 7 * 24 * 3600
RULE: dict[str, Any] = {"least": 3, "window": WEEK, "by": "ci", "team": None}
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_rule_is_read_with_its_window() -> None:
    rule = read_rule("same-item", {**RULE, "team": "servers"})

    assert (rule.least, rule.window, rule.by, rule.team) == (3, timedelta(days=7), "ci", "servers")


@pytest.mark.parametrize(
    ("field", "value"),
    [("least", 1), ("least", 2.5), ("window", 60), ("by", "colour"), ("team", ""), ("often", True), ("least", True)],
)
def test_what_makes_no_sense_is_named(field: str, value: Any) -> None:
    with pytest.raises(SimilarFault) as fault:
        read_rule("same-item", {**RULE, field: value})

    assert fault.value.field == field


@given(st.integers(0, 10 * WEEK))
def test_a_key_holds_for_one_stretch_and_knows_the_one_before(seconds: int) -> None:
    rule = read_rule("same-item", RULE)
    at = NOW + timedelta(seconds=seconds)

    assert key_of(rule, "db-1", at, before=1) == key_of(rule, "db-1", at - rule.window)
    assert key_of(rule, "db-1", at) != key_of(rule, "db-1", at + rule.window)
    assert key_of(rule, "db-1", at) != key_of(rule, "db-2", at)


def test_a_proposal_links_the_latest_incidents_and_says_how_many_there_are() -> None:
    numbers = [f"INC-{n:06}" for n in range(300)]

    data, words = proposal(read_rule("same-item", RULE), "db-1", numbers, 300)

    assert len(data["links"]) == MOST_LINKED
    assert data["links"][0] == {"type": "caused", "ticket": "INC-000000"}
    assert (data["ci"], data["source"]) == ("db-1", "desk")
    assert words["title"] == "300 incidents on db-1 within 7 days"


def test_a_proposal_by_category_is_about_the_category() -> None:
    data, words = proposal(read_rule("same-sort", {**RULE, "by": "category", "window": WEEK // 7}), "mail", [], 3)

    assert data["category"] == "mail"
    assert words["title"] == "3 incidents of the category mail within a day"
