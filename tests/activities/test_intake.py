"""Stored calls become commands of alert groups; nothing is lost, doubled or held up on the way."""

import json
from typing import Any

from activities import intake, intake_telling
from activities.intake import Intake
from longwatch.messages import ALERT_GROUP
from longwatch.store import sources
from longwatch.store.acceptance import data_of
from longwatch.store.database import Store
from longwatch.store.inbox import Call, keep
from longwatch.store.tables import AlertRoute, CiAlias, Command, Inbox, Parked
from longwatch.store.tables_intake import AlertRemark


def call(store: Store, *alerts: dict[str, Any]) -> None:
    """A call as the hook stores it."""
    with store.writing() as session:
        keep(store, session, [Call("probe", "generic", json.dumps({"alerts": list(alerts)}), len(alerts))])


def firing(name: str, **over: Any) -> dict[str, Any]:
    return {"id": name, "state": "firing", "title": f"{name} fails", "severity": "critical", **over}


def split(store: Store, splitter: Intake | None = None) -> None:
    splitter = splitter or Intake(store)
    while splitter.split_next():
        pass


def told(store: Store) -> list[dict[str, Any]]:
    """What the alert groups were told, in order."""
    with store.reading() as session:
        return [data_of(row) for row in session.query(Command).filter_by(kind=ALERT_GROUP).order_by(Command.row)]


def test_alerts_of_one_item_go_to_one_group_whatever_they_call_it(store: Store) -> None:
    call(store, firing("disk", ci="db-1"), firing("load", host="DB-1.example.net"), firing("ping", host="10.0.0.11"))

    split(store)

    [group] = told(store)
    assert group["ci"] == "db-1"
    assert [alert["fingerprint"] for alert in group["alerts"]] == ["disk", "load", "ping"]


def test_an_unknown_item_still_opens_something(store: Store) -> None:
    call(store, firing("disk", host="nobody-knows-me"))

    split(store)

    [group] = told(store)
    assert group["ci"] is None


def test_a_member_that_cannot_be_translated_is_parked_alone(store: Store) -> None:
    call(store, firing("disk"), {"id": "x", "state": "sideways", "title": "?"}, firing("load"))

    split(store)

    with store.reading() as session:
        parked = session.query(Parked).one()
        inbox = session.query(Inbox).one()
    assert (parked.position, inbox.state, inbox.size, inbox.alerts) == (1, "split", 3, 2)
    assert parked.reason


def test_the_end_of_an_alert_follows_its_beginning_though_the_item_was_added_meanwhile(store: Store) -> None:
    call(store, firing("disk", host="new-host"))
    split(store)
    with store.writing() as session:
        session.add(CiAlias(alias="new-host", ci="db-2"))

    call(store, firing("disk", host="new-host", state="resolved"))
    split(store)

    first, second = told(store)
    assert first["group"] == second["group"]


def test_twenty_thousand_alerts_in_one_call_are_all_accounted_for_in_short_transactions(store: Store) -> None:
    call(store, *(firing(f"disk-{n}", host=f"host-{n % 3000}") for n in range(20_000)))
    slices = 0

    splitter = Intake(store)
    while splitter.split_next():
        slices += 1

    seen = [alert["fingerprint"] for group in told(store) for alert in group["alerts"]]
    with store.reading() as session:
        inbox = session.query(Inbox).one()
    assert sorted(seen) == sorted(f"disk-{n}" for n in range(20_000))
    assert (inbox.state, inbox.alerts) == ("split", 20_000)
    assert slices == 20_000 / intake.SLICE


def test_a_splitter_that_dies_half_way_is_continued_where_it_stood(store: Store) -> None:
    call(store, *(firing(f"disk-{n}") for n in range(1_200)))
    Intake(store).split_next()

    split(store, Intake(store))

    seen = [alert["fingerprint"] for group in told(store) for alert in group["alerts"]]
    assert len(seen) == len(set(seen)) == 1_200


def test_two_splitters_at_once_tell_everything_once(store: Store) -> None:
    for n in range(5):
        call(store, firing(f"disk-{n}"))
    one, other = Intake(store), Intake(store)
    with store.reading() as session:
        stale = list(session.query(Inbox).order_by(Inbox.row))
    split(store, one)

    with store.writing() as session:
        other._write(session, list(other._parts(stale)))

    assert len(told(store)) == 5


def test_many_small_calls_are_split_together(store: Store) -> None:
    for n in range(50):
        call(store, firing(f"disk-{n}"))
    splitter = Intake(store)

    assert splitter.split_next()
    assert not splitter.split_next()


def test_no_command_grows_past_what_the_engine_takes(store: Store) -> None:
    call(store, *(firing(f"disk-{n}", ci="db-1", text="x" * 10_000) for n in range(400)))

    split(store)

    with store.reading() as session:
        sizes = [len(row.data) for row in session.query(Command).filter_by(kind=ALERT_GROUP)]
    assert len(sizes) > 2
    assert max(sizes) < intake_telling.CHUNK_CHARACTERS + 1_000


def test_a_resolved_alert_nobody_knew_leaves_no_route(store: Store) -> None:
    call(store, firing("disk", state="resolved"))

    split(store)

    with store.reading() as session:
        assert session.query(AlertRoute).count() == 0


def acknowledged(store: Store, name: str) -> None:
    with store.writing() as session:
        body = json.dumps({"routing_key": "k" * 32, "event_action": "acknowledge", "dedup_key": name})
        keep(store, session, [Call("probe", "pagerduty", body, 1)])


def test_a_remark_goes_to_the_group_its_alert_fires_in(store: Store) -> None:
    call(store, firing("disk", ci="db-1"))
    acknowledged(store, "disk")

    split(store)

    alerts, remarked = told(store)
    assert (remarked["group"], remarked["about"], remarked["fingerprint"]) == (
        alerts["group"],
        "acknowledged",
        alerts["alerts"][0]["fingerprint"],
    )


def test_a_remark_on_what_nobody_knows_is_kept_and_told_to_no_group(store: Store) -> None:
    acknowledged(store, "disk")

    split(store)

    with store.reading() as session:
        assert session.query(AlertRemark).count() == 1
    assert told(store) == []


def test_groups_are_asked_for_planned_work_and_count_flapping_unless_the_source_says_otherwise(store: Store) -> None:
    with store.writing() as session:
        sources.add(store, session, "generic", "probe", {"flap_count": 0, "hold_down": 30})
    call(store, firing("disk"))

    split(store)

    [group] = told(store)
    settings = group["settings"]
    assert (settings["ask_planned"], settings["flap_count"], settings["flap_within"]) == (True, 0, 600)
    assert (settings["hold_down"], settings.get("ask_trusted")) == (30, None)


def test_a_quiet_source_is_split_beside_the_storm_of_another(store: Store) -> None:
    call(store, *(firing(f"disk-{n}") for n in range(20_000)))
    with store.writing() as session:
        keep(store, session, [Call("quiet", "generic", json.dumps({"alerts": [firing("ping")]}), 1)])

    Intake(store).split_next()

    assert "ping" in [alert["fingerprint"] for group in told(store) for alert in group["alerts"]]
