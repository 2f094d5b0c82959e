"""What else is affected when an item fails. For now the item alone: relations are not recorded yet."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store.tables import Ci, CiAlias

AT_ONCE = 500
"""Names in one query."""


def impact(session: Session, ci: str | None) -> dict[str, Any]:
    """The item of a ticket with what priority and routing need; empty when it is not known."""
    item = session.get(Ci, ci) if ci else None
    if item is None:
        return {"ci": None, "name": None, "criticality": None, "owner_team": None, "service": None, "affected": []}
    return {
        "ci": item.id,
        "name": item.name,
        "criticality": item.criticality,
        "owner_team": item.owner_team,
        "service": item.service,
        "affected": [item.id],
    }


def planned_work(_session: Session, _cis: Iterable[str], _begin: datetime, _end: datetime) -> list[dict[str, Any]]:
    """Changes planned on the items in a window. None: changes are not processed yet."""
    return []


def find_all(session: Session, hints: Sequence[Iterable[str]]) -> list[str | None]:
    """For each list of hints the first item that one of them names, by alias, whatever the case.

    Hints come in order of trust.
    """
    wanted = [[hint.strip().lower() for hint in some if hint.strip()] for some in hints]
    names = sorted({name for some in wanted for name in some})
    known: dict[str, str] = {}
    for begin in range(0, len(names), AT_ONCE):
        rows = session.scalars(select(CiAlias).where(CiAlias.alias.in_(names[begin : begin + AT_ONCE])))
        known |= {row.alias: row.ci for row in rows}
    return [next((known[name] for name in some if name in known), None) for some in wanted]


def find(session: Session, hints: Iterable[str]) -> str | None:
    """The first item that one of the hints names."""
    return find_all(session, [hints])[0]
