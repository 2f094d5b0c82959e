"""The API: the inbox, commands, configuration items, and its own description."""

from sqlalchemy import select

from cmdb import demo
from longwatch import seed
from longwatch.store.tables import Audit, Parked
from tests.web.conftest import WebDesk


def test_the_inbox_says_what_waits_since_when_and_why(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()
    desk.client().post(desk.source(), json={"alerts": []})
    desk.loops.away = True
    agent.post("/tickets/INC-000001/actions/take")
    with desk.store.writing() as session:
        now = desk.store.now(session)
        session.add(Parked(inbox=1, position=3, reason="The alert has no title.", body="{}", parked_at=now))

    inbox = agent.get("/inbox").get_json()

    told = {item["what"]: item for item in inbox["items"]}
    assert set(told) == {"call", "command", "parked_member"}
    assert told["command"]["about"] == "INC-000001"
    assert "take" in told["command"]["why"]
    assert told["parked_member"]["why"] == "The alert has no title."
    assert all(item["since"].endswith("Z") for item in told.values())
    assert (inbox["counts"]["calls"], inbox["counts"]["commands"], inbox["counts"]["parked_members"]) == (1, 1, 1)


def test_the_inbox_is_the_desks_alone(desk: WebDesk) -> None:
    assert desk.api("requester").get("/inbox").status_code == 403


def test_the_command_of_somebody_else_is_absent(desk: WebDesk) -> None:
    requester, stranger, agent = desk.api("requester"), desk.api("requester2"), desk.api()
    requester.opened()
    desk.loops.away = True
    path = "/tickets/INC-000001/messages"
    identity = requester.post(path, {"text": "Hello?", "public": True}).get_json()["command"]

    assert requester.get(f"/commands/{identity}").status_code == 200
    assert agent.get(f"/commands/{identity}").get_json()["action"] == "message"
    assert stranger.get(f"/commands/{identity}").status_code == 404
    assert stranger.get("/commands/none").status_code == 404


def test_what_a_ticket_waits_for_is_told(desk: WebDesk) -> None:
    agent = desk.api()
    agent.opened()
    agent.post("/tickets/INC-000001/actions/hold", {"reason": "awaiting_supplier", "text": "Ordered a disk."})

    waiting = agent.get("/tickets/INC-000001/waiting").get_json()

    assert waiting["items"][0]["what"]
    assert waiting["questions"] == []
    assert agent.ticket("INC-000001")["hold"]["reason"] == "awaiting_supplier"


def test_an_item_is_recorded_and_found_by_its_other_names(desk: WebDesk) -> None:
    editor = desk.api("cmdb-editor")
    new = {"id": "cache-1", "name": "Cache", "class": "server", "criticality": 2, "owner_team": "servers"}

    response = editor.post("/cis", {**new, "aliases": ["Cache-1.example.net"]})

    assert response.status_code == 201
    assert editor.get("/cis/cache-1").get_json()["aliases"] == ["cache-1", "cache-1.example.net"]
    assert desk.api().opened(ci="CACHE-1.example.net")["ci"] == "cache-1"
    assert [one["number"] for one in editor.get("/cis/cache-1/tickets").get_json()["items"]] == ["INC-000001"]
    assert editor.get("/cis/cache-1/impact").get_json()["affected"] == ["cache-1"]


def test_an_item_that_cannot_be_recorded_says_which_field(desk: WebDesk) -> None:
    editor = desk.api("cmdb-editor")

    taken = editor.post("/cis", {"id": "db-1", "name": "Again"})
    alias = editor.post("/cis", {"id": "db-9", "name": "New", "aliases": ["10.0.0.11"]})
    owner = editor.post("/cis", {"id": "db-9", "name": "New", "owner_team": "nobody"})

    assert [list(response.get_json()["errors"]) for response in (taken, alias, owner)] == [
        ["id"],
        ["aliases"],
        ["owner_team"],
    ]
    assert editor.get("/cis/db-9").status_code == 404


def test_items_are_changed_by_their_editors_alone(desk: WebDesk) -> None:
    assert desk.api("agent").post("/cis", {"id": "x", "name": "X"}).status_code == 403


def test_items_are_listed_page_by_page(desk: WebDesk) -> None:
    agent = desk.api()
    first = agent.get("/cis?limit=3").get_json()
    rest = agent.get(f"/cis?limit=200&after={first['next']}").get_json()

    identities = [item["id"] for item in [*first["items"], *rest["items"]]]

    assert identities == sorted(set(identities))
    assert len(identities) == len(seed.ITEMS) + len(demo.ITEMS)
    assert rest["next"] is None
    assert [item["id"] for item in agent.get("/cis?q=switch").get_json()["items"]] == ["sw-core"]


def test_the_api_describes_itself(desk: WebDesk) -> None:
    spec = desk.client().get("/api/v1/openapi.json").get_json()
    page = desk.client().get("/api/v1/docs").get_data(as_text=True)

    assert {"/api/v1/incidents", "/api/v1/tickets/{number}", "/api/v1/inbox"} <= set(spec["paths"])
    assert "title" in spec["paths"]["/api/v1/incidents"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ].get("required", ["title"])
    assert all(path in page for path in spec["paths"])
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_an_address_of_the_api_that_is_none_answers_in_its_shape(desk: WebDesk) -> None:
    response = desk.client().get("/api/v1/nothing")

    assert response.status_code == 404
    assert set(response.get_json()) == {"code", "status", "message", "errors"}


def test_who_recorded_an_item_stands_in_the_audit_log(desk: WebDesk) -> None:
    desk.api("cmdb-editor").post("/cis", {"id": "cache-1", "name": "Cache"})

    with desk.store.reading() as session:
        entry = session.scalars(select(Audit)).one()
    assert (entry.actor, entry.action, entry.subject) == ("user:cmdb-editor", "ci.added", "cache-1")
