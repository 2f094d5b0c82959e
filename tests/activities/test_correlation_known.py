"""The table of alerts, on both databases: written with the split, one row per alert, in the order of events."""

import json
from typing import Any

from activities.intake import Intake
from longwatch.messages import ALERT_GROUP
from longwatch.store.acceptance import data_of
from longwatch.store.database import Store
from longwatch.store.inbox import Call, keep
from longwatch.store.tables import Command
from longwatch.store.tables_alerts import KnownAlert


def call(store: Store, *alerts: dict[str, Any], source: str = "probe") -> None:
    with store.writing() as session:
        keep(store, session, [Call(source, "generic", json.dumps({"alerts": list(alerts)}), len(alerts))])
    splitter = Intake(store)
    while splitter.split_next():
        pass


def firing(name: str, **over: Any) -> dict[str, Any]:
    return {"id": name, "state": "firing", "title": f"{name} fails", "severity": "critical", **over}


def known(store: Store) -> dict[str, KnownAlert]:
    with store.reading() as session:
        return {row.fingerprint: row for row in session.query(KnownAlert)}


def test_what_fires_is_known_with_its_group_and_why(either_store: Store) -> None:
    call(either_store, firing("disk", ci="db-1", labels={"job": "node"}), firing("ping", group="office"))

    disk, ping = known(either_store)["disk"], known(either_store)["ping"]

    assert (disk.state, disk.severity, disk.ci, disk.fired) == ("firing", "critical", "db-1", 1)
    assert disk.labels == {"job": "node"}
    assert disk.reason == "About the same item, db-1."
    assert (ping.ci, ping.reason) == (None, "The tool itself groups it: office.")


def test_the_end_of_an_alert_is_known_and_its_reason_kept(either_store: Store) -> None:
    call(either_store, firing("disk", ci="db-1"))
    before = known(either_store)["disk"]

    call(either_store, firing("disk", state="resolved"))

    after = known(either_store)["disk"]
    assert (after.state, after.again, after.group, after.ci) == ("resolved", 1, before.group, "db-1")
    assert after.reason == before.reason
    assert after.changed_at > before.changed_at
    assert after.inbox > before.inbox


def test_an_alert_twice_in_one_call_is_one_row(either_store: Store) -> None:
    call(either_store, firing("disk"), firing("disk"), firing("disk", state="resolved"))

    [row] = known(either_store).values()

    assert (row.state, row.again, row.position) == ("resolved", 2, 2)


def test_two_sources_with_one_fingerprint_know_two_alerts(either_store: Store) -> None:
    call(either_store, firing("disk"), source="here")
    call(either_store, firing("disk"), source="there")

    with either_store.reading() as session:
        rows = session.query(KnownAlert).all()
    assert {row.source for row in rows} == {"here", "there"}
    assert len({row.group for row in rows}) == 2


def test_the_group_is_told_the_reason_with_new_alerts_alone(either_store: Store) -> None:
    call(either_store, firing("disk", ci="db-1"))
    call(either_store, firing("disk", ci="db-1"))

    with either_store.reading() as session:
        first, again = [
            data_of(row) for row in session.query(Command).filter_by(kind=ALERT_GROUP).order_by(Command.row)
        ]
    assert (first["rule"], first["reason"]) == (None, "About the same item, db-1.")
    assert "reason" not in again
