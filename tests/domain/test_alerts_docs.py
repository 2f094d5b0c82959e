"""The page on how alerts are judged shows links, moves and settings as they are."""

from dataclasses import fields
from pathlib import Path

from longwatch.domain import alerts
from longwatch.domain.alerts_evolve import FACTS
from longwatch.domain.alerts_links import ENDS, LINKS, MOVES, WORDS
from longwatch.domain.alerts_remarks import ABOUT
from longwatch.domain.case_moves import mermaid
from longwatch.domain.priority import URGENCY_OF, USERS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "processes" / "alert-group.md").read_text(encoding="utf-8")


def test_the_page_draws_exactly_the_table_of_moves() -> None:
    drawn = mermaid({WORDS[fact]: targets for fact, targets in MOVES.items()}, ENDS)

    assert f"```mermaid\n{drawn}\n```" in PAGE


def test_every_move_is_a_fact_and_has_words() -> None:
    assert set(MOVES) <= set(FACTS)
    assert set(WORDS) == set(MOVES)


def test_the_page_says_what_every_link_means() -> None:
    assert all(f"| `{name}` | {means} |" in PAGE for name, means in LINKS.items())


def test_the_page_names_every_setting_with_its_default() -> None:
    known = alerts.Settings()

    assert all(f"| `{one.name}` | {_shown(getattr(known, one.name))} |" in PAGE for one in fields(alerts.Settings))


def _shown(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def test_the_page_names_every_remark() -> None:
    assert all(f"`{about}`" in PAGE for about in ABOUT)


def test_the_page_of_the_incident_gives_the_tables_of_priority() -> None:
    page = (DOCS / "processes" / "incident.md").read_text(encoding="utf-8")

    assert all(f"| {severity} | {urgency} |" in page for severity, urgency in URGENCY_OF.items())
    assert all(f"| {least:,} | {impact} |" in page for least, impact in USERS)
