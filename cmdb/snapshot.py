"""An item as plain values: how it is compared, kept in the history, and written back into its row."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cmdb.classes import CORE, CiClass
from longwatch.domain.ticket import stamp
from longwatch.store.tables import Ci

COLUMNS = ("name", "criticality", "owner_team", "service", "state", "users")


def values_of(ci: Ci) -> dict[str, Any]:
    """Core fields and attributes that have a value, in one mapping."""
    found = {name: getattr(ci, name) for name in COLUMNS} | {"needs": dict(ci.needs or {}) or None}
    found |= dict(ci.attributes or {})
    return {name: value for name, value in found.items() if value is not None}


def snapshot(ci: Ci, aliases: Iterable[str]) -> dict[str, Any]:
    """The item as its history keeps it."""
    return {
        "class": ci.class_,
        **{name: getattr(ci, name) for name in COLUMNS},
        "needs": dict(ci.needs or {}),
        "attributes": dict(sorted((ci.attributes or {}).items())),
        "aliases": sorted(aliases),
        "ended_at": stamp(ci.ended_at) if ci.ended_at else None,
        "obsolete_at": stamp(ci.obsolete_at) if ci.obsolete_at else None,
        "merged_into": ci.merged_into,
        "complaints": ci.complaints,
    }


def put(ci: Ci, class_: CiClass, values: Mapping[str, Any], now: datetime) -> None:
    """Writes values into the row; what they do not name is emptied. Sets the end of its life by its state."""
    ci.class_ = class_.id
    for name in COLUMNS:
        setattr(ci, name, values.get(name))
    ci.needs = dict(values.get("needs") or {})
    ci.attributes = {name: values[name] for name in sorted(values) if name not in CORE and values[name] is not None}
    state = class_.state(ci.state)
    if state is None or not state.ended:
        ci.ended_at = None
    elif ci.ended_at is None:
        ci.ended_at = now


def words(ci: Ci, aliases: Iterable[str]) -> str:
    """What a search looks through, lower case."""
    texts = [ci.id, ci.name, *sorted(aliases), ci.service or ""]
    texts += [value for value in (ci.attributes or {}).values() if isinstance(value, str) and len(value) < 100]  # noqa: PLR2004 - prose is not a name
    return " ".join(dict.fromkeys(text.lower() for text in texts if text))
