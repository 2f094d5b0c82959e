"""Deliveries to try reconciliation with, and what became of the CMDB, apart from numbers given on the way."""

from typing import Any

from hypothesis import strategies as st
from sqlalchemy import delete, select

from cmdb.classes import ROOT
from cmdb.model import CLASS
from cmdb.naming import meant
from cmdb.reconcile import apply, stage
from cmdb.snapshot import values_of
from longwatch.domain.ticket import Actor
from longwatch.store.configuration import in_force, publish
from longwatch.store.database import Store
from longwatch.store.tables import Ci, CiAlias
from longwatch.store.tables_cmdb import (
    CiChange,
    CiEdge,
    CiKey,
    CiRelation,
    CiRelationReport,
    CiReport,
    CiRun,
    CiStaged,
    CiUnique,
)

EDITOR = Actor("user:cmdb-editor", roles=("cmdb-editor",))
TABLES = (CiStaged, CiRun, CiRelationReport, CiEdge, CiRelation, CiReport, CiKey, CiUnique, CiAlias, CiChange, Ci)


NAMES = ("10.0.0.1", "10.0.0.2", "front")
"""What servers are called by sources that do not know of one another."""


def deliver(store: Store, source: str, records: list[Any], **options: Any) -> dict[str, int]:
    """Lays a delivery out and applies it."""
    run = stage(store, source, records, EDITOR, complete=options.pop("complete", False))
    return apply(store, run, EDITOR, **options)


def empty(store: Store) -> None:
    """Takes all items away."""
    with store.writing() as session:
        for table in TABLES:
            session.execute(delete(table))


def trusting(store: Store, *sources: str) -> None:
    """Every class trusts these sources in this order."""
    with store.writing() as session:
        root = in_force(session, CLASS, ROOT)
        assert root is not None
        publish(store, session, CLASS, ROOT, {**root.data, "precedence": {"*": list(sources)}})


def meanings(store: Store) -> dict[str, str]:
    """The name of the item that each contested name means."""
    with store.reading() as session:
        found = meant(session, NAMES)
        return {name: session.get_one(Ci, ci).name for name, ci in found.items()}


def contents(store: Store) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Items by name, with class, values and names; and the relations between names."""
    with store.reading() as session:
        cis = {ci.id: ci for ci in session.scalars(select(Ci).where(Ci.merged_into.is_(None)))}
        names: dict[str, set[str]] = {}
        for alias, ci in session.execute(select(CiAlias.alias, CiAlias.ci)):
            if alias != ci.lower():
                names.setdefault(ci, set()).add(alias)
        items = {
            f"{ci.name}/{ci.attributes.get('serial', '')}": (ci.class_, values_of(ci), sorted(names.get(key, set())))
            for key, ci in cis.items()
        }
        relations = session.execute(select(CiRelation.type, CiRelation.source, CiRelation.target))
        return items, sorted((type_, cis[begin].name, cis[end].name) for type_, begin, end in relations)


def records(prefix: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """What one source may say of some of five servers, each known by its serial number in every source."""
    one = st.fixed_dictionaries(
        {"number": st.integers(0, 4)},
        optional={
            "cpu_count": st.integers(1, 64),
            "os": st.sampled_from(["Debian 13", "RHEL 10"]),
            "criticality": st.integers(1, 3),
            "to": st.lists(st.integers(0, 4), max_size=3, unique=True),
            "names": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
            "ip": st.sampled_from(NAMES[:2]),
        },
    )
    several = st.lists(one, max_size=5, unique_by=lambda found: found["number"])
    return several.map(lambda found: [_record(prefix, each, {other["number"] for other in found}) for each in found])


def _record(prefix: str, said: dict[str, Any], there: set[int]) -> dict[str, Any]:
    number = said["number"]
    own = {name: said[name] for name in ("cpu_count", "os", "criticality", "ip") if name in said}
    links = [
        {"type": "uses", "to": {"source_key": f"{prefix}{to}"}}
        for to in said.get("to", ())
        if to != number and to in there
    ]
    attributes = {"name": f"server {number}", "serial": f"S{number}", **own}
    named = {"aliases": said["names"]} if "names" in said else {}
    return {"class": "server", "source_key": f"{prefix}{number}", "attributes": attributes, "relations": links, **named}
