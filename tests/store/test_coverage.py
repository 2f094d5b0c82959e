"""Coverage: items nothing is heard of, silent sources, and alerts that found no item."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import case, delete, insert, literal, text, update

from longwatch.store.coverage import (
    DIVISIONS,
    MOST_READ,
    host_of,
    shares,
    silences,
    silent_sources,
    strangers,
)
from longwatch.store.database import Instant, Store
from longwatch.store.tables import Ci, Source
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_intake import SourceCount
from tests.store.many import fill, named

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONTH = NOW - timedelta(days=30)


def alert(fingerprint: str, ci: str | None, days: float = 1, **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(days=days)
    values = {
        "source": "prometheus",
        "group": "g",
        "state": "firing",
        "severity": "critical",
        "title": "Wrong",
        "labels": {},
        "rule": None,
        "reason": "Why.",
        "first_at": at,
        "last_at": at,
        "changed_at": at,
        "again": 0,
        "fired": 1,
        "stale_at": None,
        "inbox": 1,
        "position": 0,
        "told": 0,
    }
    return {**values, "fingerprint": fingerprint, "ci": ci, **more}


def item(identity: str, **more: Any) -> dict[str, Any]:
    values = {"id": identity, "name": identity, "class_": "server", "criticality": 2, "service": None}
    return {**values, "created_at": NOW, "needs": {}, "attributes": {}, **more}


def filled(store: Store, items: list[dict[str, Any]], alerts: list[dict[str, Any]]) -> None:
    """These items and alerts; those of the demo company have ended."""
    with store.writing() as session:
        session.execute(update(Ci).values(ended_at=NOW))
        session.execute(insert(Ci), items)
        if alerts:
            session.execute(insert(KnownAlert), alerts)


ITEMS = [
    item("heard", criticality=1, service="Mail"),
    item("late", criticality=1),
    item("never", class_="database", service="Mail"),
    item("part", merged_into="heard"),
    item("gone", ended_at=NOW),
    item("whole"),
    item("old-name", merged_into="whole"),
]
ALERTS = [alert("1", "heard"), alert("2", "late", 40), alert("3", "late", 60), alert("4", "old-name")]


def test_items_count_as_heard_lately_before_or_never(either_store: Store) -> None:
    filled(either_store, ITEMS, ALERTS)
    with either_store.reading() as session:
        by_class = {one.name: one for one in shares(session, "class", MONTH)}
        by_criticality = {one.name: one for one in shares(session, "criticality", MONTH)}

    server = by_class["server"]
    assert (server.items, server.heard, server.silent, server.never) == (3, 2, 1, 0)
    assert (by_class["database"].items, by_class["database"].never) == (1, 1)
    assert (by_criticality[1].items, by_criticality[1].heard) == (2, 1)


@pytest.mark.parametrize("by", DIVISIONS)
def test_every_division_counts_every_item_once(either_store: Store, by: str) -> None:
    filled(either_store, ITEMS, ALERTS)
    with either_store.reading() as session:
        found = shares(session, by, MONTH)

    assert sum(one.items for one in found) == 4
    assert sum(one.heard for one in found) == 2


def test_silent_items_are_named_with_when_they_last_were_not(either_store: Store) -> None:
    filled(either_store, ITEMS, ALERTS)
    with either_store.reading() as session:
        found = [(one.ci.id, one.last) for one in silences(session, MONTH, {})]
        mail = [one.ci.id for one in silences(session, MONTH, {"service": "Mail"})]
        none = [one.ci.id for one in silences(session, MONTH, {"service": None})]
        beyond = [one.ci.id for one in silences(session, MONTH, {}, ("late", "late"))]

    assert found == [("late", NOW - timedelta(days=40)), ("never", None)]
    assert (mail, none, beyond) == (["never"], ["late"], ["never"])


def test_a_merged_items_alerts_are_those_of_the_item_it_is_part_of(either_store: Store) -> None:
    filled(either_store, ITEMS, ALERTS)
    with either_store.reading() as session:
        assert "whole" not in [one.ci.id for one in silences(session, MONTH, {})]


def test_sources_that_may_send_and_do_not_are_named(either_store: Store) -> None:
    with either_store.writing() as session:
        session.execute(delete(Source))
        for name, active in (("new", True), ("lively", True), ("quiet", True), ("off", False)):
            session.add(Source(name=name, kind="generic", key_sha256=name, active=active, created_at=NOW))
        session.add(SourceCount(source="lively", seen_at=NOW))
        session.add(SourceCount(source="quiet", seen_at=MONTH - timedelta(days=1)))
    with either_store.reading() as session:
        found = [(name, seen is not None) for name, _, seen in silent_sources(session, MONTH)]

    assert found == [("new", False), ("quiet", True)]


def test_hosts_whose_alerts_found_no_item_are_gathered(either_store: Store) -> None:
    labels = [{"instance": "db-9.example.net:9100"}, {"host": "db-9.example.net"}, {"job": "node"}]
    alerts = [alert(str(number), None, number, labels=said) for number, said in enumerate(labels)]
    filled(either_store, ITEMS, [*alerts, alert("old", None, 40, labels={"host": "ancient"}), alert("known", "heard")])
    with either_store.reading() as session:
        hosts, more = strangers(session, MONTH)

    assert [(host.name, host.alerts) for host in hosts] == [("db-9.example.net", 2), ("", 1)]
    assert (hosts[0].last, hosts[0].sources) == (NOW, ("prometheus",))
    assert more is False


@pytest.mark.parametrize(
    ("said", "host"),
    [
        ("db-9", "db-9"),
        ("db-9:9100", "db-9"),
        ("[2001:db8::1]:9100", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("disk:/srv", "disk:/srv"),
        (" ", ""),
    ],
)
def test_a_host_is_named_without_its_port(said: str, host: str) -> None:
    assert host_of({"instance": said}) == host


def test_labels_of_any_kind_name_no_host() -> None:
    assert host_of({"host": ["a"], "instance": None, "job": "node"}) == ""


def test_the_report_stays_bounded_with_a_hundred_thousand_alerts(either_store: Store) -> None:
    def one(number: Any) -> dict[str, Any]:
        about = case((number % 10 == 0, None), else_=named("ci-", number % 1_900))
        last = case((number % 3 == 0, literal(NOW, Instant)), else_=literal(NOW - timedelta(days=60), Instant))
        return {**alert("", None), "fingerprint": named("", number), "ci": about, "last_at": last}

    filled(either_store, [item(f"ci-{number}") for number in range(2_000)], [])
    with either_store.writing() as session:
        fill(session, KnownAlert, 100_000, one)
        session.execute(text("ANALYZE"))
    begun = time.perf_counter()
    with either_store.reading() as session:
        (share,) = shares(session, "class", MONTH)
        silent = silences(session, MONTH, {})
        hosts, more = strangers(session, NOW - timedelta(days=90))

    assert time.perf_counter() - begun < 10
    assert (share.items, share.never) == (2_000, 100 + 190)
    assert len(silent) == 100
    assert (hosts[0].alerts, more) == (MOST_READ, True)
