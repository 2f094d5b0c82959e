"""What a ticket is told of its item: how critical it is for all that falls with it, and which services go along."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from cmdb.closure import Brief, down, weighty
from cmdb.impact_graph import Hit
from cmdb.model import model
from longwatch.store.tables import Ci

MOST_AFFECTED = 200
"""Ids told to a ticket; the nearest ones."""

SERVICE = "service"


@dataclass(frozen=True)
class Impact:
    """What fails with an item. `users` is the number of people using the services hit, or what else states users."""

    hits: dict[str, Hit]
    services: list[Brief]
    users: int
    criticality: int | None
    critical: str | None  # the item that makes it so critical


def standing_for(session: Session, ci: str) -> Ci | None:
    """The item of this id; of one that was merged, the item it is part of now."""
    item = session.get(Ci, ci)
    while item is not None and item.merged_into is not None:
        item = session.get(Ci, item.merged_into)
    return item


def impact_of(session: Session, item: Ci) -> Impact:
    """Everything that fails with the item; criticality is that of the most critical among it, 1 (high) to 3."""
    found = down(session, item.id)
    kinds = model(session).tree.below(SERVICE)
    ordered = weighty(session, item.id, found, kinds)
    services = [brief for brief in ordered if brief.class_ in kinds]
    counted = services if any(brief.users for brief in services) else ordered
    judged = [brief for brief in ordered if brief.criticality is not None]
    worst = min(judged, key=lambda brief: brief.criticality or 0, default=None)
    return Impact(
        hits=found,
        services=services,
        users=sum(brief.users or 0 for brief in counted),
        criticality=worst.criticality if worst else None,
        critical=worst.id if worst else None,
    )


def told(item: Ci, impact: Impact) -> dict[str, Any]:
    """The answer to a ticket: JSON-clean, its lists bounded."""
    return {
        "ci": item.id,
        "name": item.name,
        "criticality": impact.criticality,
        "own_criticality": item.criticality,
        "critical": impact.critical,
        "owner_team": item.owner_team,
        "service": item.service or next((brief.name for brief in impact.services), None),
        "affected": list(impact.hits)[:MOST_AFFECTED],
        "affected_count": len(impact.hits),
        "services": [brief.name for brief in impact.services[:MOST_AFFECTED]],
        "users": impact.users,
    }
