"""The Opsgenie door: create, close, acknowledge, note, and what became of a request."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from longwatch.store.tables import Source
from tests.web.conftest import WebDesk
from tests.web.person import Person
from tests.web.test_hooks_pagerduty import split, stored
from tests.web.test_hooks_servicenow import settle

ALERT: dict[str, Any] = {
    "message": "An example alert message",
    "alias": "Life is too short/for no alias",
    "description": "Every alert needs a description",
    "responders": [{"id": "4513b7ea-3b91-438f-b7e4-e3e54af9147c", "type": "team"}],
    "tags": ["OverwriteQuietHours", "Critical"],
    "details": {"host": "db1.example.net:9100", "key2": "value2"},
    "entity": "postgres",
    "priority": "P1",
    "source": "Alertmanager",
}


class Genie:
    """A client with the source's key."""

    def __init__(self, desk: WebDesk) -> None:
        key = desk.source("opsgenie", "og").rsplit("/", 1)[1]
        self._client, self._headers = desk.client(), {"Authorization": f"GenieKey {key}"}

    def post(self, path: str, body: Any = None) -> TestResponse:
        return self._client.post(path, json={} if body is None else body, headers=self._headers)

    def put(self, path: str, body: Any) -> TestResponse:
        return self._client.put(path, json=body, headers=self._headers)

    def get(self, path: str) -> TestResponse:
        return self._client.get(path, headers=self._headers)


@pytest.mark.parametrize("path", ["/v2/alerts", "/v2/alerts/"])
def test_a_creation_is_answered_with_a_request_that_can_be_looked_up(desk: WebDesk, path: str) -> None:
    genie = Genie(desk)

    response = genie.post(path, ALERT)

    assert response.status_code == 202
    answer = response.get_json()
    assert answer["result"] == "Request will be processed"
    found = genie.get(f"/v2/alerts/requests/{answer['requestId']}").get_json()["data"]
    assert (found["success"], found["action"], found["alias"]) == (True, "Create", ALERT["alias"])
    [alert] = split(desk)
    assert (alert["fingerprint"], alert["severity"], alert["state"]) == (ALERT["alias"], "critical", "firing")


def test_a_close_by_alias_belongs_to_its_creation_slash_and_all(desk: WebDesk) -> None:
    genie = Genie(desk)
    genie.post("/v2/alerts", ALERT)

    response = genie.post("/v2/alerts/Life%20is%20too%20short%2Ffor%20no%20alias/close?identifierType=alias")

    assert response.status_code == 202
    first, last = split(desk)
    assert (first["fingerprint"], first["state"]) == (last["fingerprint"], "firing")
    assert last["state"] == "resolved"


def test_an_alert_without_alias_is_closed_by_its_id(desk: WebDesk) -> None:
    genie = Genie(desk)
    created = genie.post("/v2/alerts", {"message": "Disk full"}).get_json()["requestId"]
    known = genie.get(f"/v2/alerts/requests/{created}").get_json()["data"]

    response = genie.post(f"/v2/alerts/{known['alertId']}/close", {"user": "kim", "source": "AWS"})

    assert response.status_code == 202
    first, last = split(desk)
    assert (first["fingerprint"], last["state"]) == (last["fingerprint"], "resolved")


@pytest.mark.parametrize("action", ["acknowledge", "notes"])
def test_an_acknowledgement_or_a_note_opens_nothing(desk: WebDesk, action: str) -> None:
    genie = Genie(desk)

    response = genie.post(f"/v2/alerts/disk/{action}?identifierType=alias", {"user": "kim", "note": "on it"})

    assert response.status_code == 202
    assert split(desk) == []
    assert len(stored(desk)) == 1


def test_alertmanager_may_update_message_and_description(desk: WebDesk) -> None:
    genie = Genie(desk)

    codes = [
        genie.put("/v2/alerts/disk/message?identifierType=alias", {"message": "new"}).status_code,
        genie.put("/v2/alerts/disk/description?identifierType=alias", {"description": "new"}).status_code,
    ]

    assert codes == [202, 202]
    assert split(desk) == []


@pytest.mark.parametrize(
    ("changes", "field"), [({"message": ""}, "message"), ({"alias": 7}, "alias"), ({"priority": "P9"}, "priority")]
)
def test_a_creation_with_a_fault_names_it(desk: WebDesk, changes: dict[str, Any], field: str) -> None:
    response = Genie(desk).post("/v2/alerts", {**ALERT, **changes})

    assert response.status_code == 422
    assert list(response.get_json()["errors"]) == [field]
    assert stored(desk) == []


def test_a_wrong_key_and_an_unknown_request_are_told_apart(desk: WebDesk) -> None:
    genie = Genie(desk)

    stranger = desk.client().post("/v2/alerts", json=ALERT, headers={"Authorization": "GenieKey nobody"})

    assert stranger.status_code == 401
    assert stranger.get_json()["requestId"]
    assert genie.get("/v2/alerts/requests/unknown").status_code == 404
    assert genie.post("/v2/alerts/unknown-id/close").status_code == 404
    assert genie.post("/v2/alerts/7/close?identifierType=tiny").status_code == 422


def test_the_link_that_tools_make_of_an_alert_leads_to_its_incident(desk: WebDesk) -> None:
    genie = Genie(desk)
    request = genie.post("/v2/alerts", ALERT).get_json()["requestId"]
    alert = genie.get(f"/v2/alerts/requests/{request}").get_json()["data"]["alertId"]
    split(desk)
    with desk.store.writing() as session:
        source = session.get(Source, "og")
        assert source is not None
        source.settings = {"hold_down": 0}
    person = Person(desk.client(), "agent")
    before = person.client.get(f"/alert/detail/{alert}/details").headers["Location"]

    genie.post("/v2/alerts", ALERT)
    split(desk)
    settle(desk)

    after = person.client.get(f"/alert/detail/{alert}/details").headers["Location"]
    assert before == "/"
    assert after.startswith("/t/INC-")
