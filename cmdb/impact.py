"""What else is affected when an item fails, and which item is meant by a name."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cmdb.answers import impact_of, standing_for, told
from cmdb.naming import meant
from longwatch.domain.schedule import Window
from longwatch.store.schedule import work_data, work_on


def impact(session: Session, ci: str | None) -> dict[str, Any]:
    """The item of a ticket with what priority and routing need; empty when it is not known.

    `criticality` is that of the most critical item that fails with it, `affected` the nearest of those ids.
    """
    item = standing_for(session, ci) if ci else None
    if item is None:
        return {"ci": None, "name": None, "criticality": None, "owner_team": None, "service": None, "affected": []}
    return told(item, impact_of(session, item))


def planned_work(session: Session, cis: Iterable[str], begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """Changes planned on the items in a window, by beginning: asked for or authorised, not drafts, not ended ones."""
    return [work_data(work) for work in work_on(session, cis, Window(begin, end))]


def find_all(session: Session, hints: Sequence[Iterable[str]]) -> list[str | None]:
    """For each list of hints the first item that one of them names, by alias, whatever the case.

    Hints come in order of trust. A name that may mean several items means none.
    """
    wanted = [[hint.strip().lower() for hint in some if hint.strip()] for some in hints]
    known = meant(session, {name for some in wanted for name in some})
    return [next((known[name] for name in some if name in known), None) for some in wanted]


def find(session: Session, hints: Iterable[str]) -> str | None:
    """The first item that one of the hints names."""
    return find_all(session, [hints])[0]
