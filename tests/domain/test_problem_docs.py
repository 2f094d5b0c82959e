"""The walk through the process shows the moves as they are."""

from pathlib import Path

from longwatch.domain.case_moves import mermaid
from longwatch.domain.problem_moves import ENDS, MOVES, RIGHTS, STATUSES

PAGE = (Path(__file__).parents[2] / "docs" / "processes" / "problem.md").read_text(encoding="utf-8")


def test_the_page_draws_exactly_the_table_of_moves() -> None:
    assert f"```mermaid\n{mermaid(MOVES, ENDS)}\n```" in PAGE


def test_the_page_names_every_status_as_screens_do() -> None:
    assert all(f"| `{one.name}` | {one.label} | {one.means} |" in PAGE for one in STATUSES)


def test_the_page_gives_each_role_its_rights() -> None:
    for role, actions in RIGHTS.may.items():
        silent = "read everything, change nothing" if role == "auditor" else "nothing"
        rights = ", ".join(f"`{action}`" for action in actions) or silent
        assert f"| {role} | {rights} |" in PAGE
