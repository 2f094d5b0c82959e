"""The API: opening, acting, reading, refusing."""

from datetime import timedelta
from time import monotonic

import pytest
from sqlalchemy import event

from longwatch.messages import INCIDENT
from longwatch.store.acceptance import Request, accept_opening
from tests.web.conftest import WebDesk
from web import commands

NUMBER, TITLE = "INC-000001", "Mail is down"


def test_an_opened_incident_is_answered_with_its_ticket(desk: WebDesk) -> None:
    response = desk.api().post("/incidents", {"title": TITLE, "ci": "mail-1", "impact": 2, "tags": ["Mail", "mail"]})

    ticket = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/tickets/{NUMBER}"
    assert response.headers["ETag"] == f'"{ticket["version"]}"'
    assert ticket["version"] > 0
    assert not ticket["processing"]
    assert (ticket["number"], ticket["title"], ticket["ci"], ticket["tags"]) == (NUMBER, TITLE, "mail-1", ["mail"])
    assert {clock["clock"] for clock in ticket["clocks"]} == {"response", "resolution"}
    assert ticket["waiting_for"]
    assert ticket["next_alarm"]["at"]
    assert "take" in ticket["allowed_actions"]


def test_an_incident_is_accepted_and_numbered_while_the_engine_is_away(
    desk: WebDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "OPENING_PATIENCE", 0.05)
    desk.loops.away = True
    agent = desk.api()

    ticket = agent.opened()

    assert (ticket["number"], ticket["status"], ticket["version"]) == (NUMBER, "new", 0)
    assert ticket["processing"]
    assert agent.ticket(NUMBER)["title"] == TITLE
    assert [line["number"] for line in agent.get("/tickets").get_json()["items"]] == [NUMBER]
    desk.loops.away = False
    desk.loops.go_round(NUMBER)
    assert agent.ticket(NUMBER)["version"] > 0


def test_what_is_asked_while_the_engine_is_away_is_saved_and_told_where_to_look(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()
    desk.loops.away = True

    response = agent.post(f"/tickets/{NUMBER}/actions/take")

    assert response.status_code == 202
    path = response.headers["Location"].removeprefix("/api/v1")
    assert agent.get(path).get_json()["outcome"] == "processing"
    assert agent.ticket(NUMBER)["processing"]
    desk.loops.away = False
    desk.loops.go_round(NUMBER)
    assert agent.get(path).get_json()["outcome"] == "applied"
    assert agent.ticket(NUMBER)["assignee"] == "agent2"


def test_an_action_answers_with_the_ticket_it_made(desk: WebDesk) -> None:
    agent = desk.api()
    before = agent.opened()

    response = agent.post(f"/tickets/{NUMBER}/actions/take")

    ticket = response.get_json()
    assert response.status_code == 200
    assert ticket["assignee"] == "agent2"
    assert ticket["version"] > before["version"]


def test_a_refusal_says_why_and_writes_nothing(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()

    response = agent.post(f"/tickets/{NUMBER}/actions/confirm")

    body = response.get_json()
    assert response.status_code == 409
    assert "must be resolved" in body["message"]
    assert (body["code"], body["status"]) == (409, "Conflict")
    assert agent.get(f"/tickets/{NUMBER}/waiting").get_json()["commands"] == []


def test_a_refused_field_is_named(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()

    response = agent.post(f"/tickets/{NUMBER}/actions/hold", {"reason": "planned_until"})

    assert response.status_code == 422
    assert list(response.get_json()["errors"]) == ["until"]


def test_what_a_role_may_not_do_is_forbidden(desk: WebDesk) -> None:
    requester = desk.api("requester")
    requester.opened()

    response = requester.post(f"/tickets/{NUMBER}/actions/take")

    assert response.status_code == 403
    assert "roles" in response.get_json()["message"]


def test_an_action_on_what_somebody_else_changed_is_stale(desk: WebDesk) -> None:
    agent = desk.api()
    seen = agent.opened()["version"]
    agent.post(f"/tickets/{NUMBER}/actions/take")

    response = agent.post(f"/tickets/{NUMBER}/actions/start", headers={"If-Match": f'"{seen}"'})

    assert response.status_code == 412
    assert agent.ticket(NUMBER)["status"] == "assigned"


def test_an_action_on_the_version_seen_is_done(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()
    etag = agent.get(f"/tickets/{NUMBER}").headers["ETag"]

    response = agent.post(f"/tickets/{NUMBER}/actions/take", headers={"If-Match": etag})

    assert response.status_code == 200


def test_a_version_that_no_ticket_has_is_stale(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()

    response = agent.post(f"/tickets/{NUMBER}/actions/take", headers={"If-Match": "yesterday"})

    assert response.status_code == 412


def test_the_words_of_an_action_are_kept_as_texts(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()

    response = agent.post(f"/tickets/{NUMBER}/actions/resolve", {"code": "fixed", "text": "Restarted it."})

    assert response.get_json()["status"] == "resolved"
    journal = agent.get(f"/tickets/{NUMBER}/journal").get_json()
    resolved = next(line for line in journal["items"] if line["type"] == "Resolved")
    assert "Restarted it." not in resolved["text"]
    assert journal["texts"][resolved["data"]["text"]["body"]] == "Restarted it."


def test_a_person_and_a_team_may_be_named_by_their_plain_names(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()

    response = agent.post(f"/tickets/{NUMBER}/actions/assign", {"person": "agent2", "team": "databases"})

    ticket = response.get_json()
    assert (ticket["assignee"], ticket["team"]) == ("agent2", "databases")


@pytest.mark.parametrize(
    ("action", "fields", "field"),
    [
        ("assign", {"person": "nobody"}, "person"),
        ("assign", {"team": "nowhere"}, "team"),
        ("assign", {}, "team"),
        ("relate_ci", {"ci": "nothing"}, "ci"),
        ("prioritise", {"impact": 4}, "impact"),
        ("prioritise", {"impact": True}, "impact"),
        ("prioritise", {"impact": 1.5}, "impact"),
        ("resolve", {"code": "fixed"}, "text"),
        ("resolve", {"code": "fixed", "text": "   "}, "text"),
        ("resolve", {"code": "fixed", "text": "a\x00b"}, "text"),
        ("hold", {"reason": "planned_until", "until": "tomorrow"}, "until"),
        ("take", {"surprise": 1}, "surprise"),
        ("tag", {"tags": "mail"}, "tags"),
    ],
)
def test_a_field_that_is_not_as_it_must_be_is_named(
    desk: WebDesk, action: str, fields: dict[str, object], field: str
) -> None:
    agent = desk.api()
    version = agent.opened()["version"]

    response = agent.post(f"/tickets/{NUMBER}/actions/{action}", fields)

    assert response.status_code == 422
    assert list(response.get_json()["errors"]) == [field]
    assert field in response.get_json()["message"]
    assert agent.ticket(NUMBER)["version"] == version


def test_an_action_nobody_knows_is_not_there(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()

    assert agent.post(f"/tickets/{NUMBER}/actions/explode").status_code == 404


def test_an_agent_may_open_for_somebody_else(desk: WebDesk) -> None:
    ticket = desk.api().opened(requester="requester2")

    assert ticket["requester"] == "requester2"
    assert desk.api("requester2").ticket(NUMBER)["number"] == NUMBER


def test_a_requester_asks_for_themselves_and_cannot_say_more(desk: WebDesk) -> None:
    requester = desk.api("requester")

    ticket = requester.opened()

    assert ticket["requester"] == "requester"
    assert requester.post("/incidents", {"title": "x", "requester": "requester2"}).status_code == 422


def test_the_ticket_of_somebody_else_is_as_absent_as_one_that_is_not(desk: WebDesk) -> None:
    desk.api("requester").opened()
    stranger = desk.api("requester2")

    there, not_there = stranger.get(f"/tickets/{NUMBER}"), stranger.get("/tickets/INC-000009")

    assert (there.status_code, not_there.status_code) == (404, 404)
    assert there.get_json()["message"].replace(NUMBER, "N") == not_there.get_json()["message"].replace(
        "INC-000009", "N"
    )
    assert stranger.post(f"/tickets/{NUMBER}/actions/cancel", {"reason": "x"}).status_code == 404
    assert stranger.get("/tickets").get_json()["items"] == []


def test_a_ticket_is_shown_as_it_was(desk: WebDesk) -> None:
    agent = desk.api()
    opened = agent.opened()
    agent.post(f"/tickets/{NUMBER}/actions/take")
    agent.post(f"/tickets/{NUMBER}/actions/start")

    then = agent.get(f"/tickets/{NUMBER}", query_string={"at": opened["updated_at"]}).get_json()

    assert then["version"] == opened["version"]
    assert then["status"] == opened["status"]
    assert then["allowed_actions"] == []
    assert agent.ticket(NUMBER)["status"] == "in_progress"
    assert agent.get(f"/tickets/{NUMBER}?at=2020-01-01T00:00:00Z").status_code == 404
    assert agent.get(f"/tickets/{NUMBER}?at=never").status_code == 422


def test_messages_are_read_by_those_they_are_for(desk: WebDesk) -> None:
    agent, requester = desk.api(), desk.api("requester")
    requester.opened()

    told = agent.post(f"/tickets/{NUMBER}/messages", {"text": "We are on it.", "public": True})
    agent.post(f"/tickets/{NUMBER}/messages", {"text": "Old disk again."})

    assert told.status_code == 201
    read = requester.get(f"/tickets/{NUMBER}/messages").get_json()["items"]
    assert [(message["author"], message["text"]) for message in read] == [("agent2", "We are on it.")]
    assert len(agent.get(f"/tickets/{NUMBER}/messages").get_json()["items"]) == 2
    assert requester.get(f"/tickets/{NUMBER}/journal").status_code == 403


def test_the_clocks_say_why_they_are_due(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened(ci="db-1", urgency=1)

    clocks = {clock["clock"]: clock for clock in agent.get(f"/tickets/{NUMBER}/clocks").get_json()["items"]}

    response = clocks["response"]
    assert (response["state"], response["target"]) == ("running", 15 * 60)
    assert response["due"] > agent.ticket(NUMBER)["opened_at"]
    assert response["why"][0].startswith("Response is promised within 15 min")
    assert "incident-p1" in response["why"][0]
    assert sum(line["seconds"] for line in response["lines"]) == response["target"]


def test_links_tell_what_they_lead_to(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened("Mail is down")
    agent.opened("Mail is slow")

    agent.post(f"/tickets/{NUMBER}/actions/link", {"type": "related", "ticket": "INC-000002"})

    link = agent.get(f"/tickets/{NUMBER}/links").get_json()["items"][0]
    assert (link["ticket"], link["title"]) == ("INC-000002", "Mail is slow")


def test_the_proof_holds_until_somebody_alters_a_line(desk: WebDesk) -> None:
    agent = desk.api("auditor")
    desk.api().opened()

    proof = agent.get(f"/tickets/{NUMBER}/proof").get_json()

    assert proof["lines"] == proof["version"]
    assert not any("chain" in problem for problem in proof["problems"])
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE journal SET text = replace(text, 'api', 'abi') WHERE seq = 1")
    broken = agent.get(f"/tickets/{NUMBER}/proof").get_json()
    assert "The chain is broken at line 1." in broken["problems"]


def test_a_list_asks_the_database_no_more_often_for_many_than_for_few(desk: WebDesk) -> None:
    agent = desk.api()
    for _ in range(12):
        agent.opened()
    desk.loops.stop()
    asked: list[str] = []
    event.listen(desk.store.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def queries(wanted: int) -> int:
        desk.app.extensions["longwatch"].lines.forget()
        asked.clear()
        assert len(agent.get(f"/tickets?limit={wanted}").get_json()["items"]) == wanted
        return len(asked)

    assert queries(1) == queries(12)


def test_a_line_of_a_list_is_never_older_than_its_ticket(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()
    (before,) = agent.get("/tickets").get_json()["items"]

    agent.post(f"/tickets/{NUMBER}/actions/take")

    (after,) = agent.get("/tickets").get_json()["items"]
    ticket = agent.ticket(NUMBER)
    assert before["version"] < after["version"] == ticket["version"]
    assert after["assignee"] == "agent2"
    for name in ("number", "title", "status", "allowed_actions", "waiting_for", "next_alarm", "priority", "ci"):
        assert after[name] == ticket[name]


def test_two_readers_of_a_list_are_told_what_each_may_do(desk: WebDesk) -> None:
    requester, agent = desk.api("requester"), desk.api()
    requester.opened()

    (theirs,) = requester.get("/tickets").get_json()["items"]
    (ours,) = agent.get("/tickets").get_json()["items"]

    assert "take" in ours["allowed_actions"]
    assert "take" not in theirs["allowed_actions"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=open", 2),
        ("status=done", 0),
        ("status=new,assigned,in_progress", 2),
        ("assignee=lead", 1),
        ("assignee=me", 1),
        ("assignee=none", 0),
        ("requester=requester", 1),
        ("team=team:service-desk", 1),
        ("ci=db-1", 0),
        ("kind=incident", 2),
        ("q=slow", 1),
        ("priority=1,2,3", 2),
        ("order=due&limit=1", 1),
    ],
)
def test_a_list_is_narrowed(desk: WebDesk, query: str, found: int) -> None:
    agent = desk.api()
    agent.opened("Mail is down")
    desk.api("requester").opened("Mail is slow")
    desk.api("lead").post(f"/tickets/{NUMBER}/actions/take")

    assert len(agent.get(f"/tickets?{query}").get_json()["items"]) == found


def test_nobody_is_kept_waiting_while_nothing_moves_anyway(desk: WebDesk) -> None:
    agent = desk.api()
    desk.loops.away = True
    with desk.store.writing() as session:
        asked = Request("", INCIDENT, "open", "user:agent", {"source": "portal", "tags": []}, {"title": TITLE})
        waiting = accept_opening(desk.store, session, INCIDENT, asked)
        waiting.wake_at = desk.store.now(session) - timedelta(seconds=3)

    begun = monotonic()
    ticket = agent.opened()

    assert monotonic() - begun < commands.OPENING_PATIENCE / 2
    assert ticket["processing"]


def test_the_only_item_that_the_words_name_is_what_a_new_incident_is_about(desk: WebDesk) -> None:
    person = desk.api()
    once = {"headers": {"Idempotency-Key": "k1"}}
    asked = {"title": "mail.example.net:25 refuses connections"}

    found = person.post("/incidents", asked, **once).get_json()
    again = person.post("/incidents", asked, **once).get_json()
    two = person.opened("Neither db-1 nor db-2 answers")

    assert (found["ci"], again["number"]) == ("mail-1", found["number"])
    assert two["ci"] is None
