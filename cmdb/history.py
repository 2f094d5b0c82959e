"""The history of items and relations: what was, what became of it, by whom, from which source, in which run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store.loading import load_all
from longwatch.store.tables_cmdb import CiChange


@dataclass(frozen=True)
class Change:
    """A change of an item (`relation` empty) or of a relation (`type|source|target`)."""

    ci: str
    action: str
    actor: str
    at: datetime
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    source: str | None = None
    run: int | None = None
    relation: str = ""


def remember(session: Session, changes: Iterable[Change]) -> None:
    """Writes changes, in order."""
    load_all(session, CiChange, [vars(change) for change in changes])


def of_item(
    session: Session, identities: Sequence[str], limit: int = 100, after: int | None = None
) -> tuple[list[CiChange], int | None]:
    """A page of the changes of an item and its relations, the newest first, and the row to go on after."""
    query = select(CiChange).where(CiChange.ci.in_(list(identities))).order_by(CiChange.row.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(CiChange.row < after)
    rows = list(session.scalars(query))
    return rows[:limit], rows[limit - 1].row if len(rows) > limit else None


def relation_name(type_: str, source: str, target: str) -> str:
    """How the history names a relation."""
    return f"{type_}|{source}|{target}"


def named_relation(name: str) -> tuple[str, str, str]:
    """Type, source and target of a relation named by the history."""
    type_, source, target = name.split("|", 2)
    return type_, source, target


def described(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[tuple[str, Any, Any]]:
    """What differs between two snapshots: name, old and new value; attributes one by one."""
    first, second = _flat(before or {}), _flat(after or {})
    names = [*first, *(name for name in second if name not in first)]
    return [(name, first.get(name), second.get(name)) for name in names if first.get(name) != second.get(name)]


def _flat(found: Mapping[str, Any]) -> dict[str, Any]:
    flat = {name: value for name, value in found.items() if name != "attributes" and value not in (None, [], {})}
    return flat | dict(found.get("attributes") or {})
