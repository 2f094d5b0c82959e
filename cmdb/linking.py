"""Relations: found from what records say of their other ends, kept as long as one source states them, remembered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cmdb.batch import Key
from cmdb.edges import chunks, redraw_relations
from cmdb.history import Change, relation_name, remember
from cmdb.model import Model
from cmdb.writing import Cause
from longwatch.store.loading import load_all
from longwatch.store.tables_cmdb import CiRelation, CiRelationReport
from longwatch.store.writing import changed

Triple = tuple[str, str, str]
"""Type, source and target."""


@dataclass
class Stated:
    """What a source says of the relations of one of its things, and what it said before."""

    key: Key
    wanted: set[Triple] = field(default_factory=set)
    standing: dict[Triple, int] = field(default_factory=dict)

    @property
    def comes(self) -> list[Triple]:
        """Stated now and not before."""
        return sorted(self.wanted - self.standing.keys())

    @property
    def goes(self) -> list[Triple]:
        """Stated before and no longer."""
        return sorted(self.standing.keys() - self.wanted)


def standing(session: Session, source: str, keys: Iterable[str]) -> dict[str, dict[Triple, int]]:
    """The relations that a source stated of its things, by key, with their rows."""
    found: dict[str, dict[Triple, int]] = {}
    for some in chunks(keys):
        query = (
            select(CiRelationReport.key, CiRelation.type, CiRelation.source, CiRelation.target, CiRelation.row)
            .join(CiRelation, CiRelation.row == CiRelationReport.relation)
            .where(CiRelationReport.source == source, CiRelationReport.key.in_(some))
        )
        for key, type_, begin, end, row in session.execute(query):
            found.setdefault(key, {})[(type_, begin, end)] = row
    return found


def state(session: Session, model: Model, stated: Sequence[Stated], cause: Cause) -> int:
    """Writes what changed of what sources state; relations nobody states any more are gone. Returns their number."""
    coming = sorted({triple for one in stated for triple in one.comes})
    rows, fresh = _made(session, coming, cause)
    reports = [
        {"source": one.key[0], "key": one.key[1], "relation": rows[triple]} for one in stated for triple in one.comes
    ]
    load_all(session, CiRelationReport, reports, once=True)
    gone = _withdrawn(session, [(one.key, one.standing[triple]) for one in stated for triple in one.goes])
    source = stated[0].key[0] if stated else None
    changes = [*_told(fresh, cause, source, born=True), *_told(gone, cause, source, born=False)]
    remember(session, changes)
    redraw_relations(session, model, [rows[triple] for triple in fresh])
    return len(fresh) + len(gone)


def _made(session: Session, triples: Sequence[Triple], cause: Cause) -> tuple[dict[Triple, int], list[Triple]]:
    """The rows of these relations, new ones inserted; and which are new."""
    there = rows_of(session, triples)
    fresh = [triple for triple in triples if triple not in there]
    values = [{"type": t, "source": begin, "target": end, "created_at": cause.at} for t, begin, end in fresh]
    load_all(session, CiRelation, values)
    return there | rows_of(session, fresh), fresh


def rows_of(session: Session, triples: Sequence[Triple]) -> dict[Triple, int]:
    """The rows of relations that are there."""
    wanted, found = set(triples), {}
    for some in chunks(sorted({begin for _, begin, _ in triples})):
        columns = (CiRelation.type, CiRelation.source, CiRelation.target, CiRelation.row)
        for type_, begin, end, row in session.execute(select(*columns).where(CiRelation.source.in_(some))):
            if (type_, begin, end) in wanted:
                found[(type_, begin, end)] = row
    return found


def _withdrawn(session: Session, reports: Sequence[tuple[Key, int]]) -> list[Triple]:
    """Takes back statements; the relations that nobody states now, removed."""
    for (source, key), row in reports:
        mine = (CiRelationReport.source == source, CiRelationReport.key == key, CiRelationReport.relation == row)
        changed(session, delete(CiRelationReport).where(*mine))
    return drop_unstated(session, [row for _, row in reports])


def drop_unstated(session: Session, rows: Iterable[int]) -> list[Triple]:
    """Removes those of the relations that no source states."""
    gone: list[Triple] = []
    for some in chunks(sorted(set(rows))):
        kept = select(CiRelationReport.relation).where(CiRelationReport.relation.in_(some))
        lonely = (CiRelation.row.in_(some), CiRelation.row.not_in(kept))
        found = session.execute(select(CiRelation.type, CiRelation.source, CiRelation.target).where(*lonely))
        gone += [(type_, begin, end) for type_, begin, end in found]
        changed(session, delete(CiRelation).where(*lonely))
    return gone


def _told(triples: Iterable[Triple], cause: Cause, source: str | None, *, born: bool) -> Iterator[Change]:
    """A change of a relation stands under both its ends."""
    for type_, begin, end in triples:
        data: Mapping[str, Any] = {"type": type_, "source": begin, "target": end}
        before, after = (None, data) if born else (data, None)
        action, name = ("related" if born else "unrelated"), relation_name(type_, begin, end)
        for ci in dict.fromkeys((begin, end)):
            yield Change(ci, action, cause.actor, cause.at, before, after, source, cause.run, name)


def told(triples: Iterable[Triple], cause: Cause, source: str | None, *, born: bool) -> list[Change]:
    """The changes of relations as the history keeps them."""
    return list(_told(triples, cause, source, born=born))
