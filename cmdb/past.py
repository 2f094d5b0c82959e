"""The CMDB as it was at any instant, from its history; and what differs between two instants, or two sources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cmdb.adopting import aliases
from cmdb.history import described, named_relation
from cmdb.snapshot import snapshot
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiChange, CiRelation, CiReport

Snapshot = Mapping[str, Any]
AT_MOST = 2000
"""Items told of in one report."""


@dataclass(frozen=True)
class Past:
    """An item as it was: its values and its relations (type, source, target)."""

    values: Snapshot
    relations: list[tuple[str, str, str]]


def item_at(session: Session, identity: str, at: datetime) -> Past | None:
    """The item as of an instant; none when it was not there yet."""
    ci = session.get(Ci, identity)
    if ci is None or ci.created_at > at:
        return None
    values = _values_at(session, at, [identity]).get(identity)
    if values is None:
        values = snapshot(ci, aliases(session, [identity]).get(identity, set()))
    return Past(values, relations_at(session, identity, at))


def items_at(session: Session, at: datetime) -> dict[str, Snapshot]:
    """All items as of an instant, by id."""
    there = list(session.scalars(select(Ci).where(Ci.created_at <= at).order_by(Ci.id)))
    known = _values_at(session, at)
    unchanged = [ci for ci in there if ci.id not in known]
    names = aliases(session, [ci.id for ci in unchanged])
    known |= {ci.id: snapshot(ci, names.get(ci.id, set())) for ci in unchanged}
    return {ci.id: known[ci.id] for ci in there}


def relations_at(session: Session, identity: str, at: datetime) -> list[tuple[str, str, str]]:
    """The relations of an item as of an instant: those that were made by then and not taken away, in order."""
    about = (CiChange.ci == identity, CiChange.relation != "")
    last = select(func.max(CiChange.row)).where(*about, CiChange.at <= at).group_by(CiChange.relation)
    rows = session.scalars(select(CiChange).where(CiChange.row.in_(last))).all()
    found = {named_relation(row.relation) for row in rows if row.after is not None}
    told = select(CiChange.relation).where(*about)
    here = select(CiRelation).where(
        or_(CiRelation.source == identity, CiRelation.target == identity), CiRelation.created_at <= at
    )
    known = set(session.scalars(told))
    for row in session.scalars(here):
        if f"{row.type}|{row.source}|{row.target}" not in known:
            found.add((row.type, row.source, row.target))
    return sorted(found)


def _values_at(session: Session, at: datetime, only: list[str] | None = None) -> dict[str, Snapshot]:
    """What the history says of items: after the last change by then, else before the first one later."""
    about = [CiChange.relation == ""] + ([CiChange.ci.in_(only)] if only is not None else [])
    last = select(func.max(CiChange.row)).where(*about, CiChange.at <= at).group_by(CiChange.ci)
    next_ = select(func.min(CiChange.row)).where(*about, CiChange.at > at).group_by(CiChange.ci)
    found: dict[str, Snapshot] = {}
    for row in session.scalars(select(CiChange).where(CiChange.row.in_(next_))):
        if row.before is not None:
            found[row.ci] = row.before
    for row in session.scalars(select(CiChange).where(CiChange.row.in_(last))):
        if row.after is not None:
            found[row.ci] = row.after
    return found


@dataclass(frozen=True)
class Drift:
    """What differs in one item: name, first and second value. `kind`: came | went | changed."""

    ci: str
    name: str
    kind: str
    differences: list[tuple[str, Any, Any]]


def between(session: Session, first: datetime, second: datetime) -> Iterator[Drift]:
    """What differs between two instants, item by item, with the relations that came and went."""
    before, after = items_at(session, first), items_at(session, second)
    moved = _relations_between(session, first, second)
    for ci in sorted({*before, *after}):
        old, new = before.get(ci), after.get(ci)
        found = described(old, new) + moved.get(ci, [])
        if found:
            kind = "came" if old is None else "changed"
            yield Drift(ci, str((new or old or {}).get("name") or ci), kind, found)


def _relations_between(session: Session, first: datetime, second: datetime) -> dict[str, list[tuple[str, Any, Any]]]:
    """By item: the relations that stood at one of the instants alone."""
    begin, end = min(first, second), max(first, second)
    rows = session.scalars(
        select(CiChange).where(CiChange.relation != "", CiChange.at > begin, CiChange.at <= end).order_by(CiChange.row)
    )
    first_of: dict[tuple[str, str], bool] = {}
    last_of: dict[tuple[str, str], bool] = {}
    for row in rows:
        first_of.setdefault((row.ci, row.relation), row.before is not None)
        last_of[row.ci, row.relation] = row.after is not None
    found: dict[str, list[tuple[str, Any, Any]]] = {}
    for key in sorted(first_of):
        there = (first_of[key], last_of[key]) if first <= second else (last_of[key], first_of[key])
        if there[0] != there[1]:
            said = key[1].replace("|", " ")
            found.setdefault(key[0], []).append(("relation", said if there[0] else None, said if there[1] else None))
    return found


def sources_apart(session: Session, first: str, second: str) -> Iterator[Drift]:
    """What two sources say differently of the items that both report, and what only one of them reports."""
    one, other = _reports(session, first), _reports(session, second)
    for ci in sorted({*one, *other}):
        ours, theirs = one.get(ci), other.get(ci)
        name = str((ours or theirs or {}).get("name") or ci)
        if ours is None or theirs is None:
            yield Drift(ci, name, "came" if ours is None else "went", [])
            continue
        names = sorted(ours.keys() & theirs.keys() - {"aliases"})
        found = [(each, ours[each], theirs[each]) for each in names if ours[each] != theirs[each]]
        if found:
            yield Drift(ci, name, "changed", found)


def _reports(session: Session, source: str) -> dict[str, Mapping[str, Any]]:
    rows = session.scalars(
        select(CiReport).where(CiReport.source == source, CiReport.missing == 0).order_by(CiReport.key)
    )
    return {row.ci: {"class": row.class_, **row.values} for row in rows}
