"""Noise: figures add up over any division, what never led to work stands first, and 100,000 alerts stay bounded."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from longwatch.store.database import Store
from longwatch.store.noise import DIVISIONS, Counts, Days, cells, lines, total
from longwatch.store.tables_alerts import AlertDay, Episode, GroupLine
from tests.store.many import fill, named

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WEEK = Days(date(2026, 11, 16), date(2026, 11, 22))


def line(group: str, **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "source": "prometheus",
        "key": "k",
        "ci": None,
        "rule": None,
        "reason": None,
        "link": "firing",
        "incident": None,
        "severity": "critical",
        "title": f"{group} is wrong",
        "firing": 1,
        "members": 1,
        "alerts": 1,
        "transients": 0,
        "flaps": 0,
        "first_seen": NOON,
        "last_seen": NOON,
        "since": NOON,
        "until": None,
        "parked_by": None,
        "parked_text": None,
        "sealed": False,
        "changed_at": NOON,
        "version": 1,
    }
    return {**values, "group": group, **more}


def day(group: str, on: str, deliveries: int, transients: int = 0, flaps: int = 0) -> dict[str, Any]:
    counts = {"deliveries": deliveries, "transients": transients, "flaps": flaps}
    return {"group": group, "day": on, "source": "prometheus", **counts}


def episode(group: str, number: int, at: datetime, *, touched: bool) -> dict[str, Any]:
    plain = {"source": "prometheus", "incident": f"INC-{number:06d}", "cleared_at": None}
    return {"group": group, "episode": number, "asked_at": at, "touched": touched, **plain}


def filled(store: Store) -> None:
    """Two groups of one source of which one led to work, and a loud one of another that never did."""
    with store.writing() as session:
        session.execute(
            insert(GroupLine),
            [
                line("a", rule="databases", title="Disk is full"),
                line("b", title="Disk is full"),
                line("c", source="zabbix"),
            ],
        )
        session.execute(
            insert(AlertDay),
            [
                day("a", "2026-11-15", 1000),
                day("a", "2026-11-16", 10, 1, 2),
                day("a", "2026-11-22", 5),
                day("b", "2026-11-20", 3, 3),
                day("c", "2026-11-21", 50, 0, 7),
            ],
        )
        session.execute(
            insert(Episode),
            [
                episode("a", 1, NOON - timedelta(days=10), touched=True),
                episode("a", 2, NOON, touched=True),
                episode("a", 3, NOON + timedelta(hours=1), touched=False),
                episode("c", 1, datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), touched=False),
                episode("c", 2, datetime(2026, 11, 23, tzinfo=UTC), touched=True),
            ],
        )


def test_what_never_led_to_work_stands_first(either_store: Store) -> None:
    filled(either_store)
    with either_store.reading() as session:
        found = lines(session, "source", WEEK)

    assert [(one.name, one.counts) for one in found] == [
        ("zabbix", Counts(50, 1, 1, 0, 0, 7)),
        ("prometheus", Counts(18, 2, 2, 1, 4, 2)),
    ]


def test_figures_are_told_by_rule_title_and_group(either_store: Store) -> None:
    filled(either_store)
    with either_store.reading() as session:
        by = {name: {one.name: one for one in lines(session, name, WEEK)} for name in DIVISIONS}

    assert by["rule"]["databases"].counts == Counts(15, 1, 2, 1, 1, 2)
    assert by["rule"][""].counts.groups == 2
    assert by["title"]["Disk is full"].counts == Counts(18, 2, 2, 1, 4, 2)
    assert by["group"]["b"].label == "Disk is full"
    assert cells(by["group"]["b"]) == ("Disk is full", 3, 1, 0, 0, 3, 0, "no")


@pytest.mark.parametrize("by", DIVISIONS)
def test_the_lines_of_every_division_add_up_to_the_total(either_store: Store, by: str) -> None:
    filled(either_store)
    with either_store.reading() as session:
        found, whole = [one.counts for one in lines(session, by, WEEK)], total(session, WEEK)

    assert sum(one.deliveries for one in found) == whole.deliveries == 68
    assert sum(one.groups for one in found) == whole.groups == 3
    assert sum(one.incidents for one in found) == whole.incidents == 3


def test_nothing_happened_in_an_empty_stretch(either_store: Store) -> None:
    filled(either_store)
    empty = Days(date(2020, 1, 1), date(2020, 1, 31))
    with either_store.reading() as session:
        assert lines(session, "source", empty) == []
        assert total(session, empty) == Counts()


def test_the_report_stays_bounded_and_reads_by_index(either_store: Store) -> None:
    with either_store.writing() as session:
        fill(session, GroupLine, 20_000, lambda number: {**line(""), "group": named("g", number)})
        for on in ("2026-11-20", "2026-11-21", "2026-11-22", "2025-01-01"):
            fill(session, AlertDay, 20_000, lambda number, on=on: {**day("", on, 1), "group": named("g", number)})
        session.execute(text("ANALYZE"))
    begun = time.perf_counter()
    with either_store.reading() as session:
        found = lines(session, "group", WEEK)
        took = time.perf_counter() - begun
        plan = plan_of(session, Days(date(2026, 1, 1), date(2026, 1, 2)))

    assert len(found) == 200
    assert took < 10
    assert "SCAN alert_days" not in plan
    assert "Seq Scan on alert_days" not in plan


def plan_of(session: Session, days: Days) -> str:
    """How the database goes about the report of these days."""
    asked: list[tuple[str, Any]] = []

    def hear(*told: Any) -> None:
        asked.append((told[2], told[3]))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", hear)
    lines(session, "group", days)
    event.remove(connection, "before_cursor_execute", hear)
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    statement, values = asked[0]
    return " ".join(str(row) for row in connection.exec_driver_sql(f"{explain} {statement}", values))
