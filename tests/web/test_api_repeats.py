"""Idempotency keys: the same request again is the same request."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from longwatch.store.database import Store
from tests.web.conftest import WebDesk

KEY = {"Idempotency-Key": "once"}


def test_the_same_opening_again_is_the_same_ticket(desk: WebDesk) -> None:
    agent = desk.api()
    asked = {"title": "Mail is down", "description": "Since nine.", "tags": ["mail"]}

    first = agent.post("/incidents", asked, headers=KEY)
    again = agent.post("/incidents", asked, headers=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json()["number"] == again.get_json()["number"]
    assert len(agent.get("/tickets").get_json()["items"]) == 1


@pytest.mark.parametrize(
    "other",
    [{"title": "Mail is slow"}, {"title": "Mail is down", "impact": 1}, {"title": "Mail is down", "description": "x"}],
)
def test_a_key_used_for_another_opening_is_refused(desk: WebDesk, other: dict[str, Any]) -> None:
    agent = desk.api()
    agent.post("/incidents", {"title": "Mail is down"}, headers=KEY)

    response = agent.post("/incidents", other, headers=KEY)

    assert response.status_code == 422
    assert list(response.get_json()["errors"]) == ["Idempotency-Key"]


def test_keys_of_two_people_never_meet(desk: WebDesk) -> None:
    first = desk.api("agent").post("/incidents", {"title": "Mail is down"}, headers=KEY).get_json()
    second = desk.api("agent2").post("/incidents", {"title": "Mail is down"}, headers=KEY).get_json()

    assert first["number"] != second["number"]


def test_the_same_message_again_is_written_once(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()
    message = {"text": "On it.", "public": True}

    codes = [agent.post("/tickets/INC-000001/messages", message, headers=KEY).status_code for _ in range(3)]

    assert codes == [201, 201, 201]
    assert len(agent.get("/tickets/INC-000001/messages").get_json()["items"]) == 1


def test_the_same_action_again_is_answered_as_before_though_it_could_not_be_done_now(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()

    first = agent.post("/tickets/INC-000001/actions/take", headers=KEY)
    again = agent.post("/tickets/INC-000001/actions/take", headers=KEY)

    assert (first.status_code, again.status_code) == (200, 200)
    assert agent.post("/tickets/INC-000001/actions/take").status_code == 409


def test_a_key_used_for_another_ticket_or_message_is_refused(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()
    agent.opened()
    agent.post("/tickets/INC-000001/messages", {"text": "On it."}, headers=KEY)

    elsewhere = agent.post("/tickets/INC-000002/messages", {"text": "On it."}, headers=KEY)
    otherwise = agent.post("/tickets/INC-000001/messages", {"text": "Off it."}, headers=KEY)

    assert (elsewhere.status_code, otherwise.status_code) == (422, 422)


def test_a_key_must_be_one(desk: WebDesk) -> None:
    response = desk.api().post("/incidents", {"title": "x"}, headers={"Idempotency-Key": "x" * 151})

    assert response.status_code == 422


def test_while_the_database_is_away_nothing_is_promised(desk: WebDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = desk.api()
    broken = OperationalError("SELECT 1", {}, Exception("database is locked"))

    def gone(_store: Store) -> Any:
        raise broken

    monkeypatch.setattr(Store, "writing", gone)

    response = agent.post("/incidents", {"title": "Mail is down"}, headers=KEY)

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    monkeypatch.undo()
    assert agent.post("/incidents", {"title": "Mail is down"}, headers=KEY).status_code == 201
