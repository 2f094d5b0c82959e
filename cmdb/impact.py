"""What else is affected when an item fails. For now the item alone: relations are not recorded yet."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store.tables import Ci, CiAlias


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


def find(session: Session, hints: Iterable[str]) -> str | None:
    """The first item that one of the hints names, by id or alias, whatever the case; hints come in order of trust."""
    wanted = [hint.strip().lower() for hint in hints if hint.strip()]
    if not wanted:
        return None
    rows = session.scalars(select(CiAlias).where(CiAlias.alias.in_(wanted)))
    known = {row.alias: row.ci for row in rows}
    return next((known[hint] for hint in wanted if hint in known), None)
