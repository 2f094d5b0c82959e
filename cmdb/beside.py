"""What stands beside a ticket of an item: who owns it, when it is supported, and which agreements about it end soon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cmdb.answers import impact_of, standing_for
from cmdb.model import model
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiChange, CiRelation

SOON = timedelta(days=30)
ENDING = "expires"
"""The attribute that says when a certificate, contract, licence or domain ends, as a date."""
RECENT = 10


@dataclass(frozen=True)
class Ending:
    """An item that ends: a certificate, a contract."""

    ci: str
    name: str
    class_: str
    on: date


@dataclass(frozen=True)
class Beside:
    """What an agent should see of an item the moment a ticket opens. Criticality is that of all that falls with it."""

    ci: str
    name: str
    owner_team: str | None
    criticality: int | None
    services: tuple[str, ...]
    users: int
    support_hours: str | None  # the name of a calendar
    ending: tuple[Ending, ...]
    changes: tuple[CiChange, ...]  # the latest of the item itself, the newest first


def beside(session: Session, ci: str, now: datetime) -> Beside | None:
    """What is known of the item of a ticket; none when there is no such item."""
    item = standing_for(session, ci)
    if item is None:
        return None
    impact = impact_of(session, item)
    mine = select(CiChange).where(CiChange.ci == item.id, CiChange.relation == "")
    return Beside(
        ci=item.id,
        name=item.name,
        owner_team=item.owner_team,
        criticality=impact.criticality,
        services=tuple(brief.name for brief in impact.services),
        users=impact.users,
        support_hours=(item.attributes or {}).get("support_hours"),
        ending=tuple(ending_near(session, item, now)),
        changes=tuple(session.scalars(mine.order_by(CiChange.row.desc()).limit(RECENT))),
    )


def ending_soon(session: Session, now: datetime, within: timedelta = SOON) -> list[Ending]:
    """Every item in use that ends within that time or has ended already, the nearest first."""
    tree = model(session).tree
    classes = sorted(one.id for one in tree if ENDING in one.attributes)
    alive = (Ci.ended_at.is_(None), Ci.obsolete_at.is_(None), Ci.merged_into.is_(None))
    return _ending(session.scalars(select(Ci).where(Ci.class_.in_(classes), *alive)).all(), now, within)


def ending_near(session: Session, item: Ci, now: datetime) -> list[Ending]:
    """The item itself and what it is directly related to, where it ends soon."""
    return _ending([item, *_near(session, item.id)], now)


def _near(session: Session, ci: str) -> list[Ci]:
    """What the item is directly related to."""
    rows = session.execute(
        select(CiRelation.source, CiRelation.target).where(or_(CiRelation.source == ci, CiRelation.target == ci))
    )
    others = sorted({end for row in rows for end in row} - {ci})[:500]
    return list(session.scalars(select(Ci).where(Ci.id.in_(others), Ci.ended_at.is_(None))))


def _ending(items: Iterable[Ci], now: datetime, within: timedelta = SOON) -> list[Ending]:
    last, found = (now + within).date(), []
    for item in items:
        on = _date((item.attributes or {}).get(ENDING))
        if on is not None and on <= last:
            found.append(Ending(item.id, item.name, item.class_, on))
    return sorted(found, key=lambda one: (one.on, one.ci))


def _date(said: object) -> date | None:
    try:
        return date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
