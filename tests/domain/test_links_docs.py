"""The page about what is between tickets tells of all there is."""

from pathlib import Path

from longwatch.domain import case_links, incident_links
from longwatch.domain.case_moves import INVERSE
from longwatch.domain.change import change
from longwatch.domain.problem import problem

PAGE = (Path(__file__).parents[2] / "docs" / "processes" / "links.md").read_text(encoding="utf-8")


def test_every_relation_stands_on_the_page_under_both_names() -> None:
    assert all(
        f"| `{one}` | `{other}` |" in PAGE or f"| `{other}` | `{one}` |" in PAGE for one, other in INVERSE.items()
    )


def test_every_word_that_is_heeded_stands_on_the_page() -> None:
    heard = [*case_links.HEARS, *incident_links.HEARS, *change.process.hears, *problem.process.hears]

    missing = [event for event in heard if f"`{event}`" not in PAGE and f"`{event} {{" not in PAGE]
    assert missing == []
