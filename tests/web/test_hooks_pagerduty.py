"""The PagerDuty door: its senders read the answer, so it is PagerDuty's own."""

import json
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from activities.intake import Intake
from longwatch.store import source_counts
from longwatch.store.acceptance import data_of
from longwatch.store.tables import Command, Inbox
from longwatch.store.tables_intake import AlertRemark
from tests.web.conftest import WebDesk

EVENT: dict[str, Any] = {
    "event_action": "trigger",
    "dedup_key": "srv01/disk",
    "client": "Sample Monitoring Service",
    "client_url": "https://monitoring.example.com",
    "links": [{"href": "https://wiki.example.com/disk", "text": "Runbook"}],
    "images": [],
    "payload": {
        "summary": "Disk /var is 98 % full",
        "timestamp": "2026-11-22T15:04:05.031+0000",
        "severity": "critical",
        "source": "db1.example.net",
        "component": "postgres",
        "group": "prod-datapipe",
        "class": "disk",
        "custom_details": {"free space": "1%", "ping time": "1500ms"},
    },
}


def send(desk: WebDesk, event: Any, path: str = "/v2/enqueue") -> TestResponse:
    key = desk.source("pagerduty", "pd").rsplit("/", 1)[1]
    return desk.client().post(path, json={"routing_key": key, **event})


def stored(desk: WebDesk) -> list[Inbox]:
    with desk.store.reading() as session:
        return list(session.scalars(select(Inbox).order_by(Inbox.row)))


def split(desk: WebDesk) -> list[dict[str, Any]]:
    splitter = Intake(desk.store)
    while splitter.split_next():
        pass
    with desk.store.reading() as session:
        rows = session.scalars(select(Command).where(Command.action == "alerts").order_by(Command.row))
        return [alert for row in rows for alert in data_of(row)["alerts"]]


def test_a_trigger_is_answered_as_pagerduty_does_and_becomes_an_alert(desk: WebDesk) -> None:
    response = send(desk, EVENT)

    assert response.status_code == 202
    assert response.get_json() == {"status": "success", "message": "Event processed", "dedup_key": "srv01/disk"}
    [alert] = split(desk)
    assert (alert["fingerprint"], alert["state"], alert["severity"]) == ("srv01/disk", "firing", "critical")
    assert alert["title"] == "Disk /var is 98 % full"


def test_the_routing_key_is_not_kept(desk: WebDesk) -> None:
    send(desk, EVENT)

    [call] = stored(desk)
    assert "routing_key" not in call.body
    assert "key-of" not in call.body


def test_an_event_without_a_key_of_its_own_is_given_one(desk: WebDesk) -> None:
    response = send(desk, {**EVENT, "dedup_key": None})

    key = response.get_json()["dedup_key"]
    assert len(key) == 32
    assert split(desk)[0]["fingerprint"] == key


def test_an_acknowledgement_is_a_remark_and_opens_nothing(desk: WebDesk) -> None:
    response = send(desk, {"event_action": "acknowledge", "dedup_key": "srv01/disk"})

    assert response.status_code == 202
    assert split(desk) == []
    with desk.store.reading() as session:
        [remark] = session.scalars(select(AlertRemark))
    assert (remark.about, remark.fingerprint) == ("acknowledged", "srv01/disk")


def test_a_resolve_needs_only_its_key(desk: WebDesk) -> None:
    send(desk, {"event_action": "resolve", "dedup_key": "srv01/disk"})

    assert [alert["state"] for alert in split(desk)] == ["resolved"]


def test_a_change_event_is_taken_and_opens_nothing(desk: WebDesk) -> None:
    change = {"payload": {"summary": "Build 1.2 deployed", "timestamp": "2026-11-22T15:04:05Z", "source": "ci"}}

    response = send(desk, change, "/v2/change/enqueue")

    assert response.status_code == 202
    assert response.get_json() == {"status": "success", "message": "Change event processed"}
    assert split(desk) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"event_action": "explode"}, "event_action"),
        ({"payload": None}, "'payload' is missing"),
        ({"payload": {"summary": "x", "source": "y", "severity": "huge"}}, "payload.severity"),
        ({"dedup_key": 7}, "dedup_key"),
        ({"event_action": "resolve", "dedup_key": ""}, "dedup_key"),
    ],
)
def test_what_pagerduty_refuses_is_refused_in_its_words(desk: WebDesk, changes: dict[str, Any], told: str) -> None:
    response = send(desk, {**EVENT, **changes})

    assert response.status_code == 400
    assert response.get_json()["status"] == "invalid event"
    assert told in response.get_json()["errors"][0]
    assert stored(desk) == []
    with desk.store.reading() as session:
        [count] = source_counts.counts(session).values()
        [kept] = source_counts.refused_calls(session, count.source)
    assert count.refused == 1
    assert kept.code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"routing_key": {}}', b'{"routing_key": "nobody"}'])
def test_a_stranger_is_told_that_the_event_is_invalid(desk: WebDesk, body: bytes) -> None:
    response = desk.client().post("/v2/enqueue", data=body)

    assert response.status_code == 400
    assert json.loads(response.data)["status"] == "invalid event"
