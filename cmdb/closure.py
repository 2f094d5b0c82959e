"""Reads from the database what an item's failure could reach, or what could make it fail: one recursive query each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, bindparam, select, text
from sqlalchemy.orm import Session

from cmdb.edges import chunks
from cmdb.impact_graph import Hit, Link, hits
from longwatch.store.tables import Ci

DOWN, UP = "down", "up"
"""Down: what fails with it. Up: what it relies on."""

_DOWN = text(
    """
    WITH RECURSIVE reach(id) AS (
        SELECT CAST(:ci AS VARCHAR(120))
        UNION
        SELECT e.victim FROM reach r JOIN ci_edges e ON e.cause = r.id
    )
    SELECT e.cause, e.victim, e.type,
        CASE WHEN e.needed IS NULL THEN NULL ELSE (
            SELECT max(x.needed) FROM ci_edges x WHERE x.victim = e.victim AND x.type = e.type
        ) END,
        CASE WHEN e.needed IS NULL THEN 1 ELSE (
            SELECT count(DISTINCT x.cause) FROM ci_edges x WHERE x.victim = e.victim AND x.type = e.type
        ) END
    FROM reach r JOIN ci_edges e ON e.cause = r.id
    """
)

_WEIGHTY = text(
    """
    WITH RECURSIVE reach(id) AS (
        SELECT CAST(:ci AS VARCHAR(120))
        UNION
        SELECT e.victim FROM reach r JOIN ci_edges e ON e.cause = r.id
    )
    SELECT c.id, c.name, c.class, c.criticality, c.users, c.service, c.owner_team, c.state
    FROM reach r JOIN cis c ON c.id = r.id
    WHERE c.criticality IS NOT NULL OR c.users IS NOT NULL OR c.class IN :services
    """
).bindparams(bindparam("services", expanding=True))

_UP = text(
    """
    WITH RECURSIVE reach(id) AS (
        SELECT CAST(:ci AS VARCHAR(120))
        UNION
        SELECT e.cause FROM reach r JOIN ci_edges e ON e.victim = r.id
    )
    SELECT e.victim, e.cause, e.type FROM reach r JOIN ci_edges e ON e.victim = r.id
    """
)


def down(session: Session, ci: str) -> dict[str, Hit]:
    """What fails with the item, redundancy considered; itself first."""
    return hits(ci, down_links(session, ci))


def down_links(session: Session, ci: str) -> list[tuple[str, str, str, int | None, int]]:
    """All ways failure could travel from the item on, were there no redundancy: as `Link`s, in rows."""
    return _tuples(session, _DOWN, ci)


def _tuples(session: Session, statement: TextClause, ci: str) -> list[Any]:
    """The rows as the driver gives them: there are thousands, and dressing them up takes longer than reading them."""
    result = session.connection().execute(statement, {"ci": ci})
    rows = list(result.cursor.fetchall()) if result.cursor is not None else []
    result.close()
    return rows


def up(session: Session, ci: str) -> dict[str, Hit]:
    """What the item relies on, directly or not, also where redundancy would save it from one failure; itself first."""
    return hits(ci, up_links(session, ci))


def up_links(session: Session, ci: str) -> list[Link]:
    """The ways back from the item to what it relies on: `victim` is the one relied on."""
    return [Link(near, far, type_) for near, far, type_ in _tuples(session, _UP, ci)]


def reached(session: Session, ci: str, direction: str) -> dict[str, Hit]:
    """What lies in that direction."""
    return (up if direction == UP else down)(session, ci)


@dataclass(frozen=True, slots=True)
class Brief:
    """An item in a few words."""

    id: str
    name: str
    class_: str
    criticality: int | None
    users: int | None
    service: str | None
    owner_team: str | None
    state: str | None


_COLUMNS = (Ci.id, Ci.name, Ci.class_, Ci.criticality, Ci.users, Ci.service, Ci.owner_team, Ci.state)


def weighty(session: Session, ci: str, found: Mapping[str, Hit], services: Iterable[str]) -> list[Brief]:
    """Of what fails with the item what counts for something: services, items with a criticality or users; in order."""
    rows = session.execute(_WEIGHTY, {"ci": ci, "services": sorted(services)}).all()
    known = {row[0]: Brief(*row) for row in rows}
    return [known[identity] for identity in found if identity in known]


def briefs(session: Session, identities: Iterable[str]) -> dict[str, Brief]:
    """The items of these ids."""
    found: dict[str, Brief] = {}
    for some in chunks(identities, 900):
        found |= {row[0]: Brief(*row) for row in session.execute(select(*_COLUMNS).where(Ci.id.in_(some)))}
    return found
