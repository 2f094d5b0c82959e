"""A draft of rules is tried on what came in the last day, by the same placing and the same decider as in earnest."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from activities import correlation_preview
from activities.correlation_preview import Preview, preview
from longwatch.domain.correlating_rules import read_rules
from longwatch.store.database import Store
from longwatch.store.inbox import Call, keep
from longwatch.store.tables import Inbox

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def call(store: Store, ago: timedelta, *alerts: dict[str, Any], source: str = "prom", body: str | None = None) -> None:
    text = json.dumps({"alerts": list(alerts)}) if body is None else body
    with store.writing() as session:
        keep(store, session, [Call(source, "generic", text, max(len(alerts), 1))])
        newest = session.query(Inbox.row).order_by(Inbox.row.desc()).limit(1).scalar()
        session.execute(update(Inbox).where(Inbox.row == newest).values(received_at=NOW - ago, state="split"))


def firing(name: str, **over: Any) -> dict[str, Any]:
    return {"id": name, "state": "firing", "title": f"{name} fails", "severity": "error", **over}


def tried(store: Store, *rules: dict[str, Any]) -> Preview:
    named = [{"name": f"r{n}", **rule} for n, rule in enumerate(rules)]
    with store.reading() as session:
        return preview(session, read_rules({"rules": named}), NOW)


HOUR = timedelta(hours=1)


def test_what_would_have_been_fewer_incidents_is_told_with_its_reasons(either_store: Store) -> None:
    call(either_store, HOUR, firing("db", ci="db-1"), firing("one", ci="web-1"), firing("two", ci="web-2"))

    found = tried(either_store, {"neighbourhood": 2})

    assert (found.alerts, found.groups, found.incidents, found.before) == (3, 1, 1, 3)
    [group] = found.made
    assert (group.alerts, group.incidents, group.firing, group.ci) == (3, 1, 3, "db-1")
    assert any("downstream of db-1" in reason for reason in group.reasons)


def test_time_passes_as_it_did(either_store: Store) -> None:
    """An alert shorter than the hold-down is no incident; one that comes back after its window is another one."""
    call(either_store, 20 * HOUR, firing("short"), firing("long"))
    call(either_store, 20 * HOUR - timedelta(seconds=2), firing("short", state="resolved"))
    call(either_store, 19 * HOUR, firing("long", state="resolved"))
    call(either_store, 10 * HOUR, firing("long"))

    found = tried(either_store)

    assert {group.title: group.incidents for group in found.made} == {"short fails": 0, "long fails": 2}


def test_what_came_before_the_last_day_and_what_cannot_be_read_is_left_out(either_store: Store) -> None:
    call(either_store, 25 * HOUR, firing("old"))
    call(either_store, HOUR, body="not what the tool sends")
    call(either_store, HOUR, firing("new"), {"id": "x", "state": "sideways", "title": "?"})

    assert tried(either_store).alerts == 1


def test_only_the_newest_are_looked_at_and_it_is_said(either_store: Store, monkeypatch: Any) -> None:
    monkeypatch.setattr(correlation_preview, "MOST_ALERTS", 3)
    call(either_store, 3 * HOUR, firing("a"), firing("b"))
    call(either_store, 2 * HOUR, firing("c"), firing("d"))

    found = tried(either_store)

    assert (found.alerts, found.left_out) == (2, 2)
    assert {group.title for group in found.made} == {"c fails", "d fails"}


def test_what_never_opens_makes_no_incident(either_store: Store) -> None:
    call(either_store, HOUR, firing("a"), firing("b"))

    found = tried(either_store, {"open": "never"})

    assert (found.groups, found.incidents, found.before) == (2, 0, 2)


def test_a_day_without_alerts_makes_nothing(either_store: Store) -> None:
    assert (tried(either_store).alerts, tried(either_store).incidents) == (0, 0)


def test_nothing_is_written(either_store: Store) -> None:
    call(either_store, HOUR, firing("a"))
    with either_store.reading() as session:
        before = session.query(Inbox.state, Inbox.position).all()

    tried(either_store)

    with either_store.reading() as session:
        assert session.query(Inbox.state, Inbox.position).all() == before
