"""Lists of items: searched, narrowed by class, team, state and flag, paged by keyset."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cmdb.model import model
from longwatch.store.tables import Ci

SEPARATOR = "\x1f"
"""Between name and id in a cursor."""


@dataclass(frozen=True)
class Wanted:
    """What a list shows. `class_` counts with all classes below it; `gone`: also what was retired.

    `flagged`: only items that do not fit their class.
    """

    q: str | None = None
    class_: str | None = None
    owner_team: str | None = None
    state: str | None = None
    criticality: int | None = None
    flagged: bool = False
    gone: bool = True


def by_id(session: Session, wanted: Wanted, limit: int, after: str | None) -> tuple[list[Ci], str | None]:
    """A page in order of id, and the id to go on after."""
    query = _narrowed(session, wanted).order_by(Ci.id)
    if after:
        query = query.where(Ci.id > after)
    rows = list(session.scalars(query.limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def by_name(session: Session, wanted: Wanted, limit: int, after: str | None) -> tuple[list[Ci], str | None]:
    """A page in order of name, and the cursor to go on after."""
    query = _narrowed(session, wanted).order_by(Ci.name, Ci.id)
    if after and SEPARATOR in after:
        name, _, identity = after.rpartition(SEPARATOR)
        query = query.where(or_(Ci.name > name, (Ci.name == name) & (Ci.id > identity)))
    rows = list(session.scalars(query.limit(limit + 1)))
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], f"{last.name}{SEPARATOR}{last.id}" if last else None


def counts(session: Session, wanted: Wanted) -> dict[str, int]:
    """How many items of each class a list holds."""
    narrowed = _narrowed(session, wanted).subquery()
    found = session.execute(select(narrowed.c["class"], func.count()).group_by(narrowed.c["class"]))
    return dict(found.all())


def _narrowed(session: Session, wanted: Wanted) -> Any:
    query = select(Ci).where(Ci.merged_into.is_(None))
    for word in (wanted.q or "").lower().split()[:5]:
        query = query.where(Ci.words.contains(word, autoescape=True))
    if wanted.class_:
        query = query.where(Ci.class_.in_(_classes(session, wanted.class_)))
    for column, value in (
        (Ci.owner_team, wanted.owner_team),
        (Ci.state, wanted.state),
        (Ci.criticality, wanted.criticality),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.flagged:
        query = query.where(Ci.complaints.is_not(None))
    return query if wanted.gone else query.where(Ci.ended_at.is_(None), Ci.obsolete_at.is_(None))


def _classes(session: Session, class_: str) -> Sequence[str]:
    return [class_, *model(session).tree.below(class_)]
