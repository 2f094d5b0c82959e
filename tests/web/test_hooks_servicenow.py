"""The ServiceNow door: a ticket at once, one per correlation, living with the alert group behind it."""

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from longwatch.messages import ALERT_GROUP
from longwatch.store.tables import Command, Inbox
from tests.web.conftest import WebDesk
from tests.web.person import Person

PATH = "/api/now/table/incident"
INCIDENT = {
    "short_description": "Disk /var is full",
    "description": "98 % used",
    "urgency": "1",
    "cmdb_ci": "db-1",
    "correlation_id": "mon-4711",
}


class Now:
    """A client with user and password of the source."""

    def __init__(self, desk: WebDesk) -> None:
        self.desk = desk
        self._key = desk.source("servicenow", "snow").rsplit("/", 1)[1]

    def ask(self, method: str, path: str, body: Any = None) -> TestResponse:
        return self.desk.client().open(path, method=method, json=body, auth=("snow", self._key))

    def post(self, **changes: Any) -> dict[str, Any]:
        response = self.ask("POST", PATH, {**INCIDENT, **changes})
        assert response.status_code == 201, response.data
        record: dict[str, Any] = response.get_json()["result"]
        return record

    def settle(self) -> None:
        settle(self.desk)


def settle(desk: WebDesk) -> None:
    """Lets every loop decide what waits for it, until nothing waits."""
    while True:
        with desk.store.reading() as session:
            waiting = sorted(set(session.scalars(select(Command.ticket).where(Command.outcome.is_(None)))))
        if not waiting:
            return
        for ticket in waiting:
            desk.loops.go_round(ticket)


def openings(desk: WebDesk) -> list[Command]:
    with desk.store.reading() as session:
        return list(session.scalars(select(Command).where(Command.action == "open").order_by(Command.row)))


def test_a_post_is_answered_with_a_number_at_once(desk: WebDesk) -> None:
    now = Now(desk)

    record = now.post()

    assert record["number"].startswith("INC-")
    assert len(record["sys_id"]) == 32
    assert (record["state"], record["short_description"]) == ("1", "Disk /var is full")
    ticket = desk.api().ticket(record["number"])
    assert (ticket["title"], ticket["ci"]) == ("Disk /var is full", "db-1")


def test_the_same_correlation_is_the_same_ticket(desk: WebDesk) -> None:
    now = Now(desk)
    first = now.post()
    now.settle()

    second = now.post()
    now.settle()

    assert second["number"] == first["number"]
    assert len(openings(desk)) == 1


def test_the_group_behind_it_takes_the_ticket_for_its_own(desk: WebDesk) -> None:
    now = Now(desk)
    number = now.post()["number"]

    now.settle()

    [opening] = openings(desk)
    assert opening.ticket == number
    with desk.store.reading() as session:
        opened = session.scalars(select(Command).where(Command.kind == ALERT_GROUP, Command.action == "opened")).one()
    assert number in opened.data
    assert opened.outcome == "applied"


def test_another_correlation_is_another_ticket_and_so_is_none(desk: WebDesk) -> None:
    now = Now(desk)

    numbers = {now.post()["number"], now.post(correlation_id="mon-2")["number"]}
    numbers |= {now.post(correlation_id="")["number"], now.post(correlation_id="")["number"]}

    assert len(numbers) == 4


def test_zabbix_says_only_in_words_which_problem_it_is(desk: WebDesk) -> None:
    now = Now(desk)
    told = {"correlation_id": None, "description": "Problem started\nOriginal problem ID: 52\n"}

    numbers = {now.post(**told)["number"], now.post(**told)["number"]}

    assert len(numbers) == 1


def test_after_its_ticket_was_cancelled_the_same_trouble_opens_another(desk: WebDesk) -> None:
    now = Now(desk)
    first = now.post()["number"]
    now.settle()
    desk.api("lead").post(f"/tickets/{first}/actions/cancel", {"reason": "not ours"})
    now.settle()

    second = now.post()["number"]
    now.settle()

    assert second != first
    assert [opening.ticket for opening in openings(desk)] == [first, second]


@pytest.mark.parametrize(
    "update", [{"state": "6"}, {"short_description": "[RESOLVED] Disk /var is full", "comments": "Problem resolved"}]
)
def test_a_resolving_update_reaches_the_group(desk: WebDesk, update: dict[str, str]) -> None:
    now = Now(desk)
    record = now.post()

    response = now.ask("PUT", f"{PATH}/{record['sys_id']}", update)

    assert response.status_code == 200
    with desk.store.reading() as session:
        told = list(session.scalars(select(Command.data).where(Command.action == "alerts").order_by(Command.row)))
    assert '"state":"resolved"' in told[-1]
    assert '"state":"firing"' in told[0]


def test_a_comment_is_written_into_the_ticket(desk: WebDesk) -> None:
    now = Now(desk)
    record = now.post()
    now.settle()

    now.ask("PUT", f"{PATH}/{record['sys_id']}", {"work_notes": "Acknowledged by Kim"})
    now.settle()

    messages = desk.api().get(f"/tickets/{record['number']}/messages").get_json()["items"]
    assert any("snow: Acknowledged by Kim" in str(message) for message in messages)


def test_a_record_is_found_by_id_number_and_correlation(desk: WebDesk) -> None:
    now = Now(desk)
    record = now.post()
    now.settle()

    by_id = now.ask("GET", f"{PATH}/{record['sys_id']}").get_json()["result"]
    found = now.ask("GET", f"{PATH}?sysparm_query=correlation_id=mon-4711^active=true").get_json()["result"]

    assert by_id["number"] == record["number"]
    assert [each["sys_id"] for each in found] == [record["sys_id"]]
    assert now.ask("GET", f"{PATH}?sysparm_query=number=INC-9").get_json()["result"] == []


def test_strangers_and_unknown_records_are_answered_as_servicenow_does(desk: WebDesk) -> None:
    now = Now(desk)

    stranger = desk.client().post(PATH, json=INCIDENT, auth=("snow", "wrong"))
    unknown = now.ask("GET", f"{PATH}/{'0' * 32}")

    assert (stranger.status_code, stranger.get_json()["error"]["message"]) == (401, "User Not Authenticated")
    assert (unknown.status_code, unknown.get_json()["error"]["message"]) == (404, "No Record found")


@pytest.mark.parametrize("body", [{}, {"short_description": ""}, {"short_description": {"a": 1}}, [1]])
def test_what_is_no_record_is_refused(desk: WebDesk, body: Any) -> None:
    response = Now(desk).ask("POST", PATH, body)

    assert response.status_code == 400
    assert response.get_json()["status"] == "failure"
    assert openings(desk) == []


def test_every_call_stands_in_the_inbox(desk: WebDesk) -> None:
    now = Now(desk)
    record = now.post()
    now.ask("PUT", f"{PATH}/{record['sys_id']}", {"state": "6"})

    with desk.store.reading() as session:
        calls = list(session.scalars(select(Inbox)))
    assert [(call.state, call.alerts, call.size) for call in calls] == [("split", 1, 1)] * 2


def test_the_link_that_tools_make_of_an_id_leads_to_the_ticket(desk: WebDesk) -> None:
    record = Now(desk).post()
    person = Person(desk.client(), "agent")

    response = person.client.get(f"/incident.do?sys_id={record['sys_id']}")

    assert response.headers["Location"] == f"/t/{record['number']}"
    stranger = desk.client().get("/incident.do?sys_id=1")
    assert stranger.headers["Location"].startswith("/sign-in")
