"""The page about approvals shows the tables the engine runs by."""

from pathlib import Path

from longwatch.domain.approval import ACTIONS, FACTS
from longwatch.domain.approval_fold import MOVES, mermaid
from longwatch.domain.approval_policy import AT_DEADLINE
from longwatch.domain.approval_standing import RULE_WORDS, rule_table
from longwatch.domain.approval_state import STATUSES

PAGE = (Path(__file__).parents[2] / "docs" / "processes" / "approval.md").read_text(encoding="utf-8")


def test_the_page_draws_exactly_the_table_of_moves() -> None:
    assert f"```mermaid\n{mermaid()}\n```" in PAGE


def test_the_page_shows_every_rule_as_the_engine_means_it() -> None:
    assert rule_table() in PAGE
    assert list(RULE_WORDS) == ["any", "all", "n_of", "percent", "weighted"]


def test_the_page_names_every_action_fact_and_end_of_a_deadline() -> None:
    names = [*(action.name for action in ACTIONS), *FACTS, *AT_DEADLINE]

    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_moves_know_every_status() -> None:
    ends = [goal for moves in MOVES.values() for goal in moves.values()]

    assert sorted(dict.fromkeys(["none", *ends])) == sorted(STATUSES)
