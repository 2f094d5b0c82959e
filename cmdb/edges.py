"""Draws the ways that failure travels from relations and the rules of their types: what impact is read from."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, aliased

from cmdb.model import Model
from cmdb.relation_types import edges
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiEdge, CiRelation
from longwatch.store.writing import changed, insert_all

AT_ONCE = 400
"""Names in one query."""

_Source, _Target = aliased(Ci), aliased(Ci)


def redraw_items(session: Session, model: Model, identities: Iterable[str]) -> None:
    """Anew, for the relations at these items: one was changed, ended, or is needed otherwise."""
    for some in chunks(sorted(set(identities))):
        _redraw(session, model, or_(CiRelation.source.in_(some), CiRelation.target.in_(some)))


def redraw_relations(session: Session, model: Model, rows: Iterable[int]) -> None:
    """Anew, for these relations."""
    for some in chunks(sorted(set(rows))):
        _redraw(session, model, CiRelation.row.in_(some))


def redraw_type(session: Session, model: Model, type_: str) -> None:
    """Anew, for all relations of a type whose rules were changed."""
    _redraw(session, model, CiRelation.type == type_)


def redraw_all(session: Session, model: Model) -> None:
    """Anew, for everything: the classes were changed."""
    _redraw(session, model, CiRelation.row > 0)


def chunks(names: Iterable[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    """The names in lists short enough for one query."""
    rest = iter(names)
    while some := list(islice(rest, size)):
        yield some


def _redraw(session: Session, model: Model, which: Any) -> None:
    session.flush()
    wanted = select(CiRelation.row).where(which)
    changed(session, delete(CiEdge).where(CiEdge.relation.in_(wanted)))
    ended = [(end.ended_at, end.obsolete_at, end.merged_into) for end in (_Source, _Target)]
    query = (
        select(CiRelation.row, CiRelation.type, _Source.id, _Source.class_, _Source.needs)
        .add_columns(_Target.id, _Target.class_, _Target.needs)
        .join(_Source, _Source.id == CiRelation.source)
        .join(_Target, _Target.id == CiRelation.target)
        .where(which, *(column.is_(None) for columns in ended for column in columns))
    )
    for rows in chunks(session.execute(query).all(), 5000):
        insert_all(session, CiEdge, [edge for row in rows for edge in _drawn(model, row)])


def _drawn(model: Model, row: Sequence[Any]) -> Iterator[dict[str, Any]]:
    relation, type_, source, source_class, source_needs, target, target_class, target_needs = row
    known = model.type(type_)
    if known is None:
        return
    rule = known.rule(model.tree, source_class, target_class)
    needs = {source: (source_needs or {}).get(type_), target: (target_needs or {}).get(type_)}
    for edge in edges(rule, source, target, needs):
        yield {
            "relation": relation,
            "cause": edge.cause,
            "victim": edge.victim,
            "type": type_,
            "needed": edge.needed,
        }
