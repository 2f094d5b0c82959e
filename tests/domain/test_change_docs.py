"""The walk through the process shows the moves as they are."""

from pathlib import Path

from longwatch.domain.case_moves import mermaid
from longwatch.domain.change_moves import ENDS, MOVES, OUTCOMES, STATUSES

PAGE = (Path(__file__).parents[2] / "docs" / "processes" / "change.md").read_text(encoding="utf-8")


def test_the_page_draws_exactly_the_table_of_moves() -> None:
    assert f"```mermaid\n{mermaid(MOVES, ENDS)}\n```" in PAGE


def test_the_page_names_every_status_as_screens_do() -> None:
    assert all(f"| `{one.name}` | {one.label} | {one.means} |" in PAGE for one in STATUSES)


def test_the_page_names_every_outcome() -> None:
    assert all(f"`{outcome}`" in PAGE for outcome in OUTCOMES)
