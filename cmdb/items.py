"""Configuration items: recorded, found, listed. Their other names are how alerts and people find them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store.database import Store
from longwatch.store.tables import Ci, CiAlias, Team


class BadItem(ValueError):  # noqa: N818 - named for who reads it
    """The item cannot be recorded like this; `field` names what is wrong."""

    def __init__(self, reason: str, field_: str) -> None:
        super().__init__(reason)
        self.field = field_


@dataclass(frozen=True)
class NewItem:
    """A configuration item to be recorded. Criticality 1 (high) to 3."""

    id: str
    name: str
    class_: str = "server"
    criticality: int | None = None
    owner_team: str | None = None
    service: str | None = None
    aliases: tuple[str, ...] = field(default=())


def add_item(store: Store, session: Session, new: NewItem) -> Ci:
    """Records an item; its id is an alias too. Raises BadItem when a name is taken or the owner unknown."""
    if session.get(Ci, new.id) is not None:
        raise BadItem(f"There is an item {new.id} already.", "id")
    if new.owner_team is not None and session.get(Team, new.owner_team) is None:
        raise BadItem(f"There is no team called {new.owner_team}.", "owner_team")
    aliases = sorted({alias.strip().lower() for alias in (new.id, *new.aliases)})
    taken = session.scalars(select(CiAlias).where(CiAlias.alias.in_(aliases)).order_by(CiAlias.alias)).first()
    if taken is not None:
        raise BadItem(f"{taken.alias} means {taken.ci} already.", "aliases" if taken.alias != new.id.lower() else "id")
    item = Ci(
        id=new.id,
        name=new.name,
        class_=new.class_,
        criticality=new.criticality,
        owner_team=new.owner_team,
        service=new.service,
        created_at=store.now(session),
    )
    session.add(item)
    session.flush()
    session.add_all(CiAlias(alias=alias, ci=item.id) for alias in aliases)
    session.flush()
    return item


def item(session: Session, identity: str) -> Ci | None:
    """The item with this id."""
    return session.get(Ci, identity)


def items(session: Session, q: str | None, limit: int, after: str | None) -> tuple[list[Ci], str | None]:
    """A page of items in order of id, and the id to go on after."""
    query = select(Ci).order_by(Ci.id)
    if q:
        query = query.where(Ci.name.icontains(q, autoescape=True) | Ci.id.icontains(q, autoescape=True))
    if after:
        query = query.where(Ci.id > after)
    rows = list(session.scalars(query.limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def aliases_of(session: Session, identities: Iterable[str]) -> dict[str, list[str]]:
    """The other names of items."""
    known: dict[str, list[str]] = {}
    rows = session.scalars(select(CiAlias).where(CiAlias.ci.in_(list(identities))).order_by(CiAlias.alias))
    for row in rows:
        known.setdefault(row.ci, []).append(row.alias)
    return known
