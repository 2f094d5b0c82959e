"""Draws the ways that failure travels from relations and the rules of their types: what impact is read from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from cmdb.model import Model
from cmdb.relation_types import edges
from longwatch.store.loading import load_all
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiEdge, CiRelation
from longwatch.store.writing import changed

AT_ONCE = 400
"""Names in one query."""

_COLUMNS = (CiRelation.row, CiRelation.type, CiRelation.source, CiRelation.target)


def redraw_items(session: Session, model: Model, identities: Iterable[str]) -> None:
    """Anew, for the relations at these items: one was changed, ended, or is needed otherwise."""
    for some in chunks(sorted(set(identities))):
        for end in (CiRelation.source, CiRelation.target):
            _redraw(session, model, select(*_COLUMNS).where(end.in_(some)))


def redraw_relations(session: Session, model: Model, rows: Iterable[int]) -> None:
    """Anew, for these relations."""
    for some in chunks(sorted(set(rows))):
        _redraw(session, model, select(*_COLUMNS).where(CiRelation.row.in_(some)))


def redraw_type(session: Session, model: Model, type_: str) -> None:
    """Anew, for all relations of a type whose rules were changed."""
    _redraw(session, model, select(*_COLUMNS).where(CiRelation.type == type_))


def redraw_all(session: Session, model: Model) -> None:
    """Anew, for everything: the classes were changed."""
    _redraw(session, model, select(*_COLUMNS))


def chunks(names: Iterable[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    """The names in lists short enough for one query."""
    rest = iter(names)
    while some := list(islice(rest, size)):
        yield some


def _redraw(session: Session, model: Model, which: Select[int, str, str, str]) -> None:
    session.flush()
    for relations in chunks(session.execute(which.order_by(CiRelation.row)).all()):
        changed(session, delete(CiEdge).where(CiEdge.relation.in_([row for row, *_ in relations])))
        ends = _living(session, {end for _, _, source, target in relations for end in (source, target)})
        load_all(session, CiEdge, [edge for relation in relations for edge in _drawn(model, relation, ends)])


def _living(session: Session, identities: Iterable[str]) -> dict[str, tuple[str, dict[str, int]]]:
    """Class and needs of those of the items that have not ended."""
    found = {}
    alive = (Ci.ended_at.is_(None), Ci.obsolete_at.is_(None), Ci.merged_into.is_(None))
    for some in chunks(sorted(identities)):
        for ci, class_, needs in session.execute(select(Ci.id, Ci.class_, Ci.needs).where(Ci.id.in_(some), *alive)):
            found[ci] = (class_, needs or {})
    return found


def _drawn(
    model: Model, relation: Sequence[Any], ends: Mapping[str, tuple[str, Mapping[str, int]]]
) -> Iterator[dict[str, Any]]:
    row, type_, source, target = relation
    known = model.type(type_)
    if known is None or source not in ends or target not in ends:
        return
    rule = known.rule(model.tree, ends[source][0], ends[target][0])
    needs = {end: ends[end][1].get(type_) for end in (source, target)}
    for edge in edges(rule, source, target, needs):
        yield {
            "relation": row,
            "cause": edge.cause,
            "victim": edge.victim,
            "type": type_,
            "needed": edge.needed,
        }
