"""The page about tasks shows the tables the engine runs by."""

from pathlib import Path

from longwatch.domain.tasks import ACTIONS, FACTS, MACHINE_ACTIONS
from longwatch.domain.tasks_fold import MOVES, TASK_MOVES, mermaid
from longwatch.domain.tasks_plan import KINDS, ON_FAILURE
from longwatch.domain.tasks_state import STATUSES, TASK_STATUSES

PAGE = (Path(__file__).parents[2] / "docs" / "processes" / "tasks.md").read_text(encoding="utf-8")


def test_the_page_draws_exactly_the_tables_of_moves() -> None:
    assert f"```mermaid\n{mermaid(MOVES, 'none')}\n```" in PAGE
    assert f"```mermaid\n{mermaid(TASK_MOVES, 'waiting')}\n```" in PAGE


def test_the_page_names_every_action_fact_and_word_of_a_plan() -> None:
    names = [*(action.name for action in ACTIONS), *FACTS, *MACHINE_ACTIONS, *KINDS, *ON_FAILURE]

    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_moves_know_every_status() -> None:
    ends = [goal for moves in MOVES.values() for goal in moves.values()]
    task_ends = [goal for moves in TASK_MOVES.values() for goal in moves.values()]

    assert sorted(dict.fromkeys(["none", *ends])) == sorted(STATUSES)
    assert sorted(dict.fromkeys(["waiting", *task_ends])) == sorted(TASK_STATUSES)
