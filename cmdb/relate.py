"""Relations as people enter them, each remembered; what a source states people cannot take back, only add to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cmdb.classes import DESK
from cmdb.ends import Ends, NoEnd
from cmdb.history import remember
from cmdb.items import BadItem
from cmdb.linking import Stated, drop_unstated, rows_of, standing, state, told
from cmdb.model import Model, model
from cmdb.records import Link
from cmdb.writing import Cause
from longwatch.store.database import Store
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiRelation, CiRelationReport


@dataclass(frozen=True)
class Related:
    """A relation as one of its items sees it. `outward`: it is this item's own; `sources`: who states it."""

    row: int
    type: str
    label: str
    outward: bool
    other: Ci
    sources: tuple[str, ...]


def relate(store: Store, session: Session, triple: tuple[str, str, str], actor: str) -> int:
    """Relates two items by type, source and target, unless they are; the row. Raises BadItem when they cannot be."""
    type_, source, target = triple
    known = model(session)
    link = Link(type_, {"id": target})
    ends = Ends(session, known, DESK)
    ends.load([link], [source])
    if session.get(Ci, source) is None:
        raise BadItem(f"There is no item {source}.", "source")
    try:
        made = ends.triple(source, link)
    except NoEnd as problem:
        raise BadItem(str(problem), "type" if known.type(type_) is None else "target") from problem
    before = standing(session, DESK, [source]).get(source, {})
    one = Stated((DESK, source), {*before, made}, before)
    state(session, known, [one], Cause(actor, store.now(session)))
    return rows_of(session, [made])[made]


def unrelate(store: Store, session: Session, row: int, actor: str) -> None:
    """Takes back what people said. Raises BadItem when a source states the relation, KeyError for no relation."""
    found = session.get(CiRelation, row)
    if found is None:
        raise KeyError(row)
    reports = list(session.scalars(select(CiRelationReport).where(CiRelationReport.relation == row)))
    others = sorted({report.source for report in reports} - {DESK})
    if others:
        raise BadItem(f"{', '.join(others)} states this relation: change it there.", "relation")
    for report in reports:
        session.delete(report)
    session.flush()
    gone = drop_unstated(session, [row])
    remember(session, told(gone, Cause(actor, store.now(session)), DESK, born=False))


def relations(session: Session, identity: str) -> list[Related]:
    """The relations of an item, its own ones first, by type and the other's name."""
    known = model(session)
    rows = session.scalars(
        select(CiRelation).where(or_(CiRelation.source == identity, CiRelation.target == identity))
    ).all()
    others = _others(session, rows)
    sources = _sources(session, [row.row for row in rows])
    found = [_related(known, row, identity, others, sources) for row in rows]
    return sorted(found, key=lambda one: (not one.outward, one.type, one.other.name, one.other.id))


def _related(
    known: Model, row: CiRelation, identity: str, others: dict[str, Ci], sources: dict[int, tuple[str, ...]]
) -> Related:
    outward = row.source == identity
    type_ = known.type(row.type)
    label = row.type if type_ is None else type_.label if outward else type_.reverse
    other = others[row.target if outward else row.source]
    return Related(row.row, row.type, label, outward, other, sources.get(row.row, ()))


def _others(session: Session, rows: Sequence[CiRelation]) -> dict[str, Ci]:
    ids = sorted({end for row in rows for end in (row.source, row.target)})
    return {ci.id: ci for ci in session.scalars(select(Ci).where(Ci.id.in_(ids)))}


def _sources(session: Session, rows: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, set[str]] = {}
    wanted = select(CiRelationReport.relation, CiRelationReport.source).where(CiRelationReport.relation.in_(list(rows)))
    for row, source in session.execute(wanted):
        found.setdefault(row, set()).add(source)
    return {row: tuple(sorted(names)) for row, names in found.items()}
