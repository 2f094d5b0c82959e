"""The items of the demo company: what its services stand on, so that impact has something to show."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cmdb.adopting import adopt, aliases
from cmdb.edges import redraw_all
from cmdb.history import Change, relation_name, remember
from cmdb.model import model
from cmdb.snapshot import snapshot, words
from longwatch.store.database import Store
from longwatch.store.tables import Ci, CiAlias
from longwatch.store.tables_cmdb import CiRelation

ITEMS: tuple[dict[str, Any], ...] = (
    {"id": "svc-shop", "name": "Web shop", "class_": "business-service", "criticality": 1, "users": 12000}
    | {"owner_team": "service-desk", "needs": {"provides": 1}},
    {"id": "svc-reporting", "name": "Reporting", "class_": "business-service", "criticality": 3, "users": 40}
    | {"owner_team": "service-desk"},
    {"id": "svc-mail", "name": "Mail", "class_": "business-service", "criticality": 2, "users": 350}
    | {"owner_team": "service-desk"},
    {"id": "svc-remote", "name": "Remote work", "class_": "business-service", "criticality": 2, "users": 120}
    | {"owner_team": "network"},
    {"id": "cert-shop", "name": "shop.example.net", "class_": "certificate", "attributes": {"expires": "2027-03-01"}}
    | {"owner_team": "servers"},
)
"""Beside the servers and devices that the desk's own seed brings."""

RELATIONS = (
    ("web-1", "provides", "svc-shop"),
    ("web-2", "provides", "svc-shop"),
    ("web-1", "depends_on", "db-1"),
    ("web-2", "depends_on", "db-1"),
    ("db-2", "replicates_to", "db-1"),
    ("svc-reporting", "depends_on", "db-2"),
    ("mail-1", "provides", "svc-mail"),
    ("vpn-1", "provides", "svc-remote"),
    ("web-1", "connects_to", "sw-core"),
    ("web-2", "connects_to", "sw-core"),
    ("mail-1", "connects_to", "sw-core"),
    ("print-3", "connects_to", "sw-core"),
    ("sw-core", "uplink_of", "vpn-1"),
    ("web-1", "secured_by", "cert-shop"),
    ("web-2", "secured_by", "cert-shop"),
)
"""One of two shop fronts is enough; both stand on one database, and everything on one switch."""


def furnish(store: Store, session: Session) -> None:
    """Adds services, a certificate and relations, once."""
    if session.get(Ci, ITEMS[0]["id"]) is not None:
        return
    now = store.now(session)
    for item in ITEMS:
        session.add(Ci(**item, created_at=now))
    session.flush()
    session.add_all(CiAlias(alias=item["id"], ci=item["id"]) for item in ITEMS)
    session.flush()
    there = {ci.id: ci for ci in session.scalars(select(Ci))}
    names = aliases(session, there)
    for ci in there.values():
        ci.state, ci.updated_at = ci.state or "live", ci.updated_at or now
        ci.words = words(ci, names[ci.id])
    made = [(begin, type_, end) for begin, type_, end in RELATIONS if {begin, end} <= there.keys()]
    session.add_all(CiRelation(type=type_, source=begin, target=end, created_at=now) for begin, type_, end in made)
    session.flush()
    known = model(session)
    adopt(session, known)
    redraw_all(session, known)
    remember(session, [*_born(there, names, now), *_related(made, now)])


def _born(there: dict[str, Ci], names: dict[str, set[str]], now: datetime) -> list[Change]:
    return [Change(ci.id, "created", "system:seed", now, None, snapshot(ci, names[ci.id])) for ci in there.values()]


def _related(made: list[tuple[str, str, str]], now: datetime) -> list[Change]:
    changes = []
    for begin, type_, end in made:
        data = {"type": type_, "source": begin, "target": end}
        name = relation_name(type_, begin, end)
        changes += [Change(ci, "related", "system:seed", now, None, data, relation=name) for ci in (begin, end)]
    return changes
