"""What a desk needs to begin: calendars, policies, a matrix, routing; and, for a demo, a small company."""

from typing import Any

from sqlalchemy.orm import Session

from cmdb import demo as demo_items
from cmdb import model
from longwatch import seed_changes, seed_processes, seed_schedule
from longwatch.store.configuration import CALENDAR, MATRIX, POLICY, ROUTING, in_force, publish
from longwatch.store.database import Store
from longwatch.store.tables import Ci, CiAlias, Membership, Person, Team

MINUTE, HOUR = 60, 3600

CALENDARS: dict[str, dict[str, Any]] = {
    "24x7": {"always": True},
    "office": {
        "zone": "Europe/Warsaw",
        "weekly": {str(day): [["08:00", "18:00"]] for day in range(5)},
        "holidays": ["2026-12-25", "2027-01-01", "2027-01-06", "2027-05-03", "2027-11-11"],
    },
}

MATRIX_CELLS = [[1, 2, 3], [2, 3, 4], [3, 4, 5]]
"""Rows are impact, columns urgency, 1 is high in both: the usual ITIL example."""

TEAMS = {"service-desk": "Service desk", "servers": "Servers", "network": "Network", "databases": "Databases"}

PEOPLE: dict[str, tuple[str, list[str], list[str]]] = {
    "admin": ("Ada Admin", ["admin"], []),
    "agent": ("Anna Agent", ["agent"], ["service-desk", "servers"]),
    "agent2": ("Bruno Agent", ["agent"], ["service-desk", "databases"]),
    "lead": ("Lena Lead", ["agent", "lead"], ["servers", "network"]),
    "dispatcher": ("Dora Dispatcher", ["agent", "dispatcher"], ["service-desk"]),
    "change-manager": ("Carl Change", ["agent", "change-manager"], []),
    "approver": ("Pia Approver", ["approver"], []),
    "approver2": ("Paul Approver", ["approver"], []),
    "problem-manager": ("Petra Problem", ["agent", "problem-manager"], []),
    "cmdb-editor": ("Chris Items", ["cmdb-editor"], []),
    "auditor": ("Alma Auditor", ["auditor"], []),
    "requester": ("Rita Requester", ["requester"], []),
    "requester2": ("Rob Requester", ["requester"], []),
}

ITEMS: list[tuple[str, str, str, int, str, str, list[str]]] = [
    ("db-1", "Orders database", "database", 1, "databases", "Web shop", ["db-1.example.net", "10.0.0.11"]),
    ("db-2", "Reports database", "database", 2, "databases", "Reporting", ["db-2.example.net"]),
    ("web-1", "Shop front 1", "server", 1, "servers", "Web shop", ["web-1.example.net"]),
    ("web-2", "Shop front 2", "server", 2, "servers", "Web shop", ["web-2.example.net"]),
    ("mail-1", "Mail server", "server", 2, "servers", "Mail", ["mail.example.net"]),
    ("sw-core", "Core switch", "network-device", 1, "network", "Office network", ["sw-core.example.net"]),
    ("vpn-1", "VPN gateway", "vpn-gateway", 2, "network", "Remote work", ["vpn.example.net"]),
    ("print-3", "Printer, third floor", "printer", 3, "service-desk", "Printing", []),
]


def _ladder(clock: str, lead: str = "role:lead") -> dict[str, Any]:
    return {
        "version": 1,
        "rungs": [
            {"id": "remind-50", "clock": clock, "share": 50, "do": [{"notify": ["assignee"]}]},
            {"id": "warn-75", "clock": clock, "share": 75, "do": [{"notify": ["assignee", "team"]}]},
            {"id": "missed-100", "clock": clock, "share": 100, "do": [{"notify": [lead]}, {"level": 1}]},
            {
                "id": "again",
                "clock": clock,
                "share": 150,
                "do": [{"notify": [lead]}],
                "repeat": {"every": 4 * HOUR, "times": 3},
            },
        ],
    }


def _policy(rank: int, priorities: list[int], response: int, resolution: int, calendar: str) -> dict[str, Any]:
    return {
        "rank": rank,
        "match": {"kind": ["incident"], "priority": priorities},
        "targets": [
            {"clock": "response", "work": response, "calendar": calendar},
            {"clock": "resolution", "work": resolution, "calendar": calendar},
        ],
        "ladder": _ladder("response"),
        "close_after": {"work": 3 * 10 * HOUR, "calendar": "office"},
        "reopen_window": 14 * 24 * HOUR,
    }


POLICIES = {
    "incident-p1": _policy(10, [1], 15 * MINUTE, 4 * HOUR, "24x7"),
    "incident-p2": _policy(20, [2], 30 * MINUTE, 8 * HOUR, "24x7"),
    "incident-p3": _policy(30, [3], 2 * HOUR, 20 * HOUR, "office"),
    "incident-rest": _policy(40, [4, 5], 8 * HOUR, 50 * HOUR, "office"),
    "request": {**_policy(50, [1, 2, 3, 4, 5], 8 * HOUR, 50 * HOUR, "office"), "match": {"kind": ["request"]}},
    "problem": {
        **_policy(60, [1, 2, 3, 4, 5], 10 * HOUR, 300 * HOUR, "office"),
        "match": {"kind": ["problem"]},
        "close_after": {"work": 20 * 10 * HOUR, "calendar": "office"},
        "reopen_window": 60 * 24 * HOUR,
    },
    "change": {
        "rank": 70,
        "match": {"kind": ["change"]},
        "targets": [],
        "ladder": {},
        "close_after": {"work": 3 * 10 * HOUR, "calendar": "office"},
        "reopen_window": 14 * 24 * HOUR,
    },
}
"""A change keeps its window instead of a target: nothing is gained by making it sooner.

The quiet period in which a problem must not recur is its time to closing: four working weeks.
"""


def basics(store: Store) -> None:
    """Calendars, matrix, policies and the service desk. What is there already stays as it is."""
    with store.writing() as session:
        for name, data in CALENDARS.items():
            _first(store, session, CALENDAR, name, data)
        _first(store, session, MATRIX, "priority", {"cells": MATRIX_CELLS})
        for name, data in POLICIES.items():
            _first(store, session, POLICY, name, data)
        if session.get(Team, "service-desk") is None:
            session.add(Team(id="service-desk", name="Service desk"))
        model.furnish(store, session)
        seed_processes.basics(store, session)
        seed_changes.basics(store, session)


def demo(store: Store) -> None:
    """The demo company. Signing in needs no password there, and works only on this machine."""
    basics(store)
    with store.writing() as session:
        now = store.now(session)
        rule = {"rank": 10, "match": {"category": ["network"]}, "team": "network"}
        _first(store, session, ROUTING, "network-first", rule)
        session.add_all(Team(id=key, name=name) for key, name in TEAMS.items() if session.get(Team, key) is None)
        for login, (name, roles, teams) in PEOPLE.items():
            if session.get(Person, login) is None:
                mail = f"{login}@example.net"
                session.add(Person(login=login, name=name, email=mail, roles=roles, created_at=now))
                session.flush()
                session.add_all(Membership(team=team, login=login) for team in teams)
        for key, name, class_, criticality, owner, service, aliases in ITEMS:
            if session.get(Ci, key) is None:
                item = Ci(id=key, name=name, criticality=criticality, owner_team=owner, service=service, created_at=now)
                item.class_ = class_
                session.add(item)
                session.flush()
                session.add_all(CiAlias(alias=alias, ci=key) for alias in [key, *aliases])
        demo_items.furnish(store, session)
        seed_processes.demo(store, session)
        seed_changes.demo(store, session)


def windows(store: Store) -> None:
    """The freezes and maintenance windows of the demo company: for those who look at it, beside what tests need."""
    with store.writing() as session:
        seed_schedule.demo(store, session)


def _first(store: Store, session: Session, kind: str, name: str, data: dict[str, Any]) -> None:
    if in_force(session, kind, name) is None:
        publish(store, session, kind, name, data)
