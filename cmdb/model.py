"""The model of the CMDB in force: the tree of classes and the types of relations, kept as versioned configuration."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cmdb.classes import CORE, Tree
from cmdb.relation_types import RelationType, read_type
from longwatch.store.configuration import all_in_force
from longwatch.store.database import Store
from longwatch.store.tables import Configuration

CLASS, RELATION = "ci-class", "ci-relation"


@dataclass(frozen=True)
class Model:
    """Classes and types of relations, as one reads them together."""

    tree: Tree
    types: Mapping[str, RelationType]

    def type(self, identity: str) -> RelationType | None:
        """The type of relation of this id."""
        return self.types.get(identity)


_kept: dict[tuple[Any, ...], Model] = {}


def model(session: Session) -> Model:
    """The model in force. It is read once for every version of it: a model changes seldom and is asked for always."""
    counts = (
        select(Configuration.kind, func.count(), func.max(Configuration.created_at), func.sum(Configuration.version))
        .where(Configuration.kind.in_((CLASS, RELATION)), Configuration.active)
        .group_by(Configuration.kind)
        .order_by(Configuration.kind)
    )
    mark = (str(session.get_bind().engine.url), *(tuple(row) for row in session.execute(counts)))
    if mark not in _kept:
        made = _read(session)
        _kept.clear()
        _kept[mark] = made
    return _kept[mark]


def _read(session: Session) -> Model:
    classes = all_in_force(session, CLASS)
    types = all_in_force(session, RELATION)
    tree = Tree({row.name: row.data for row in classes}, {row.name: row.version for row in classes})
    return Model(tree, {row.name: read_type(row.name, row.data, row.version) for row in types})


@cache
def shipped(name: str) -> list[dict[str, Any]]:
    """The definitions that come with the house: `classes` or `relations`."""
    text = resources.files("cmdb").joinpath("data", f"{name}.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)
    return found


def furnish(store: Store, session: Session) -> None:
    """Adds the shipped classes and types of relations that are not there; what is there stays as it is."""
    names = select(Configuration.kind, Configuration.name).where(Configuration.kind.in_((CLASS, RELATION)))
    there = {(kind, name) for kind, name in session.execute(names)}
    now = store.now(session)
    for kind, file in ((CLASS, "classes"), (RELATION, "relations")):
        for definition in shipped(file):
            data = {name: value for name, value in definition.items() if name != "id"}
            if (kind, definition["id"]) not in there:
                row = Configuration(kind=kind, name=definition["id"], version=1, data=data, created_at=now)
                session.add(row)
    session.flush()


def is_core(name: str) -> bool:
    """Whether every item has this, whatever its class."""
    return name in CORE
