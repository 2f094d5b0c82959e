"""Alert groups at the API: lists, one group, snoozing and waking, for those at the desk."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.web.alert_desk import known, tell
from tests.web.conftest import WebDesk


def tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


def test_a_list_tells_groups_with_their_incidents(desk: WebDesk) -> None:
    group = tell(desk, "disk", title="Disk is full")

    (item,) = desk.api().get("/alerts").get_json()["items"]

    assert (item["group"], item["state"], item["firing"], item["title"]) == (group, "firing", 1, "Disk is full")
    assert item["incident"]["number"].startswith("INC-")
    assert item["why"] == "They are about one item."


@pytest.mark.parametrize(
    ("query", "count"),
    [("state=firing", 1), ("state=pending", 1), ("severity=info", 1), ("ci=db-1", 1), ("q=disk", 1), ("source=x", 0)],
)
def test_a_list_is_narrowed(desk: WebDesk, query: str, count: int) -> None:
    tell(desk, "disk", title="Disk is full")
    tell(desk, "cpu", ci="mail-1", severity="info", hold_down=600)

    found = desk.api().get(f"/alerts?{query}").get_json()["items"]

    assert len(found) == count


def test_a_list_is_paged_and_a_strange_cursor_is_named(desk: WebDesk) -> None:
    tell(desk, "first", ci="db-1")
    tell(desk, "second", ci="mail-1")
    api = desk.api()

    page = api.get("/alerts?limit=1").get_json()
    rest = api.get(f"/alerts?limit=1&after={page['next']}").get_json()

    assert [item["title"] for item in page["items"] + rest["items"]] == ["second is wrong", "first is wrong"]
    assert rest["next"] is None
    assert api.get("/alerts?after=nonsense").status_code == 422
    assert api.get("/alerts?state=nonsense").status_code == 422


def test_a_group_comes_with_its_alerts_and_its_version(desk: WebDesk) -> None:
    group = tell(desk, "disk")
    known(desk, group, "disk", labels={"job": "node"}, rule="databases")

    response = desk.api().get(f"/alerts/{group}")
    told = response.get_json()

    assert response.headers["ETag"] == f'"{told["version"]}"'
    assert told["alerts"][0]["labels"] == {"job": "node"}
    assert told["alerts"][0]["rule"] == "databases"
    assert desk.api().get("/alerts/alerts-none").status_code == 404


def test_a_snooze_is_done_once_for_one_key(desk: WebDesk) -> None:
    group, api = tell(desk, "disk"), desk.api()
    asked, once = {"until": tomorrow(), "reason": "Being replaced"}, {"Idempotency-Key": "one"}

    first = api.post(f"/alerts/{group}/snooze", asked, headers=once)
    again = api.post(f"/alerts/{group}/snooze", asked, headers=once)
    other = api.post(f"/alerts/{group}/snooze", {**asked, "reason": "Other"}, headers=once)

    assert first.get_json()["parked"]["by"] == "user:agent2"
    assert first.get_json()["parked"]["text"] == "Being replaced"
    assert again.get_json()["version"] == first.get_json()["version"]
    assert other.status_code == 422


def test_a_snoozed_group_is_woken(desk: WebDesk) -> None:
    group, api = tell(desk, "disk"), desk.api()
    early = api.post(f"/alerts/{group}/unsnooze")
    api.post(f"/alerts/{group}/snooze", {"until": tomorrow(), "reason": "Being replaced"})

    woken = api.post(f"/alerts/{group}/unsnooze")

    assert early.status_code == 409
    assert (woken.status_code, woken.get_json()["state"], woken.get_json()["parked"]) == (200, "firing", None)


def test_bad_input_and_stale_versions_are_named(desk: WebDesk) -> None:
    group, api = tell(desk, "disk"), desk.api()

    missing = api.post(f"/alerts/{group}/snooze", {"reason": "Why"})
    strange = api.post(f"/alerts/{group}/snooze", {"until": tomorrow(), "reason": "Why", "more": 1})
    stale = api.post(f"/alerts/{group}/snooze", {"until": tomorrow(), "reason": "Why"}, headers={"If-Match": '"1"'})

    assert (missing.status_code, strange.status_code, stale.status_code) == (422, 422, 412)
    assert "until" in missing.get_json()["errors"]
    assert api.post("/alerts/alerts-none/unsnooze").status_code == 404


def test_while_the_engine_is_away_a_snooze_is_saved(desk: WebDesk) -> None:
    group, api = tell(desk, "disk"), desk.api()
    desk.loops.away = True

    response = api.post(f"/alerts/{group}/snooze", {"until": tomorrow(), "reason": "Why"})

    assert response.status_code == 202
    assert "/commands/" in response.headers["Location"]


@pytest.mark.parametrize("login", ["requester", "approver"])
def test_alerts_are_not_for_programs_of_those_outside_the_desk(desk: WebDesk, login: str) -> None:
    group, api = tell(desk, "disk"), desk.api(login)

    answers = [api.get("/alerts"), api.get(f"/alerts/{group}"), api.post(f"/alerts/{group}/unsnooze")]

    assert {answer.status_code for answer in answers} == {403}


def test_an_auditor_reads_and_does_not_snooze(desk: WebDesk) -> None:
    group, api = tell(desk, "disk"), desk.api("auditor")

    assert api.get(f"/alerts/{group}").status_code == 200
    assert api.post(f"/alerts/{group}/snooze", {"until": tomorrow(), "reason": "Why"}).status_code == 403


def test_alert_groups_are_no_tickets(desk: WebDesk) -> None:
    group, api = tell(desk, "disk"), desk.api()

    assert api.get(f"/tickets/{group}").status_code == 404
    assert api.post(f"/tickets/{group}/actions/snooze", {"until": tomorrow(), "reason": "Why"}).status_code == 404
