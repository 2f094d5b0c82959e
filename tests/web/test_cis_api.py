"""Configuration items by the API: read, changed, related, merged, imported, as they were."""

from typing import Any

from sqlalchemy import select

from longwatch.store.tables import Audit
from tests.web.conftest import Program, WebDesk


def put(program: Program, path: str, json: Any) -> Any:
    return program.client.put(f"/api/v1{path}", json=json, headers=program._headers({}))


def patch(program: Program, path: str, json: Any, **headers: str) -> Any:
    return program.client.patch(f"/api/v1{path}", json=json, headers=program._headers({"headers": headers}))


def test_impact_says_what_falls_and_why(desk: WebDesk) -> None:
    found = desk.api().get("/cis/db-1/impact").get_json()

    assert found["affected"] == ["db-1", "web-1", "web-2", "svc-shop"]
    assert found["services"] == ["Web shop"]
    assert found["users"] == 12000
    shop = next(item for item in found["items"] if item["id"] == "svc-shop")
    assert [step["ci"] for step in shop["path"]] == [
        "db-1",
        "web-2",
        "svc-shop",
    ]  # the second of the two takes it along
    assert shop["path"][-1]["by"] == "provides"


def test_one_of_two_that_suffice_takes_nothing_along(desk: WebDesk) -> None:
    found = desk.api().get("/cis/web-2/impact").get_json()

    assert found["affected"] == ["web-2"]
    assert found["criticality"] == 2


def test_upwards_it_says_what_an_item_relies_on(desk: WebDesk) -> None:
    found = desk.api().get("/cis/svc-shop/impact?direction=up").get_json()

    assert set(found["affected"]) == {"svc-shop", "web-1", "web-2", "db-1", "sw-core", "cert-shop"}


def test_a_change_is_made_once_for_the_version_that_was_seen(desk: WebDesk) -> None:
    program = desk.api("cmdb-editor")
    seen = program.get("/cis/web-1").headers["ETag"]

    first = patch(program, "/cis/web-1", {"attributes": {"cpu_count": 8}}, **{"If-Match": seen})
    second = patch(program, "/cis/web-1", {"attributes": {"cpu_count": 9}}, **{"If-Match": seen})

    assert (first.status_code, second.status_code) == (200, 412)
    assert program.get("/cis/web-1").get_json()["attributes"] == {"cpu_count": 8}


def test_wrong_types_unknown_attributes_and_classes_name_their_field(desk: WebDesk) -> None:
    program = desk.api("cmdb-editor")

    answers = [
        patch(program, "/cis/web-1", {"attributes": {"cpu_count": "many"}}),
        patch(program, "/cis/web-1", {"attributes": {"wings": 2}}),
        patch(program, "/cis/web-1", {"class": "dragon"}),
        patch(program, "/cis/web-1", {"state": "asleep"}),
    ]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert [list(answer.get_json()["errors"]) for answer in answers] == [["cpu_count"], ["wings"], ["class"], ["state"]]


def test_the_item_as_of_now_is_the_item(desk: WebDesk) -> None:
    program = desk.api("cmdb-editor")
    patch(program, "/cis/web-1", {"attributes": {"cpu_count": 8}})

    now = program.get("/cis/web-1").get_json()
    then = program.get("/cis/web-1?at=2126-01-01T00:00:00Z").get_json()

    for name in ("name", "class", "criticality", "owner_team", "service", "state", "attributes", "aliases"):
        assert then[name] == now[name], name
    assert program.get("/cis/web-1?at=2001-01-01T00:00:00Z").status_code == 404


def test_relations_are_added_and_dropped(desk: WebDesk) -> None:
    program = desk.api("cmdb-editor")

    added = program.post("/cis/mail-1/relations", {"type": "depends_on", "ci": "db-2"})
    itself = program.post("/cis/mail-1/relations", {"type": "depends_on", "ci": "mail-1"})
    nothing = program.post("/cis/mail-1/relations", {"type": "depends_on", "ci": "nothing"})
    unfit = program.post("/cis/mail-1/relations", {"type": "powered_by", "ci": "db-1"})

    row = next(one for one in added.get_json()["items"] if one["ci"] == "db-2")
    assert (added.status_code, itself.status_code, nothing.status_code, unfit.status_code) == (201, 422, 404, 422)
    gone = program.client.delete(f"/api/v1/cis/mail-1/relations/{row['id']}", headers=program._headers({}))
    assert gone.status_code == 204
    history = program.get("/cis/mail-1/history").get_json()["items"]
    assert [one["action"] for one in history[:2]] == ["unrelated", "related"]


def test_merged_items_share_tickets_and_the_old_id_leads_on(desk: WebDesk) -> None:
    number = desk.api().opened("Reports are slow", ci="db-2")["number"]
    program = desk.api("cmdb-editor")

    merged = program.post("/cis/db-1/merge", {"ci": "db-2"})

    assert merged.status_code == 200
    assert program.get("/cis/db-2").get_json()["id"] == "db-1"
    assert [one["number"] for one in program.get("/cis/db-1/tickets").get_json()["items"]] == [number]
    assert desk.api().opened("Again", ci="db-2.example.net")["ci"] == "db-1"
    assert "svc-reporting" in program.get("/cis/db-1/impact").get_json()["affected"]
    assert program.post("/cis/db-1/merge", {"ci": "db-1"}).status_code == 422


def test_a_class_is_changed_with_a_report_first(desk: WebDesk) -> None:
    program = desk.api("cmdb-editor")
    own = program.get("/ci-classes/printer").get_json()["definition"]
    wanted = {
        **own,
        "attributes": {
            **own["attributes"],
            "toner": {"label": "Toner", "schema": {"type": "string"}, "required": True},
        },
    }

    dry = put(program, "/ci-classes/printer?dry_run=true", wanted)
    refused = put(program, "/ci-classes/printer", wanted)
    accepted = put(program, "/ci-classes/printer?accept=true", wanted)

    assert dry.get_json() == refused.get_json()
    assert (dry.status_code, refused.status_code, accepted.status_code) == (200, 409, 200)
    assert list(refused.get_json()["misfits"]) == ["print-3"]
    assert program.get("/cis/print-3").get_json()["complaints"] == ["toner: Toner must be given."]
    assert patch(program, "/cis/print-3", {"attributes": {"toner": "black"}}).get_json()["complaints"] == []


def test_a_rule_of_impact_is_changed_while_tickets_use_it(desk: WebDesk) -> None:
    program = desk.api("cmdb-editor")
    number = desk.api().opened("Orders are slow", ci="db-1")["number"]
    types = {one["id"]: one["definition"] for one in program.get("/ci-relation-types").get_json()["items"]}

    answer = put(program, "/ci-relation-types/depends_on", {**types["depends_on"], "impact": [{"travels": "none"}]})

    assert answer.status_code == 200
    assert program.get("/cis/db-1/impact").get_json()["affected"] == ["db-1"]
    assert desk.api().post(f"/tickets/{number}/actions/start").status_code == 200


def test_a_delivery_is_laid_out_looked_at_and_applied(desk: WebDesk) -> None:
    program = desk.api("cmdb-editor")
    records = [
        {"class": "server", "source_key": "1", "attributes": {"name": "app-1", "fqdn": "app-1.example.net"}},
        {"class": "ghost", "source_key": "2", "attributes": {"name": "boo"}},
        {
            "class": "server",
            "source_key": "3",
            "attributes": {"name": "=1+1"},
            "relations": [{"type": "uses", "to": {"id": "none"}}],
        },
    ]

    laid = program.post("/ci-runs", {"source": "netbox", "records": records}).get_json()
    rows = program.get(f"/ci-runs/{laid['id']}").get_json()["items"]
    assert program.get("/cis?q=app-1").get_json()["items"] == []
    applied = program.post(f"/ci-runs/{laid['id']}/apply").get_json()

    assert [row["verdict"] for row in rows] == ["new", "rejected", "new"]
    assert [bool(row["reasons"]) for row in rows] == [False, True, True]
    assert (applied["state"], applied["progress"]) == ("applied", 100)
    assert [one["name"] for one in program.get("/cis?q=app-1").get_json()["items"]] == ["app-1"]
    assert program.post(f"/ci-runs/{laid['id']}/apply").status_code == 409
    assert program.post("/ci-runs", {"source": "desk", "records": []}).status_code == 422


def test_what_drifted_is_told_between_instants_and_sources(desk: WebDesk) -> None:
    program = desk.api("cmdb-editor")
    with desk.store.reading() as session:
        before = desk.store.now(session).isoformat()
    patch(program, "/cis/web-1", {"attributes": {"cpu_count": 8}})

    found = program.get("/ci-drift", query_string={"from": before}).get_json()["items"]

    assert [(one["ci"], one["differences"]) for one in found] == [("web-1", [["cpu_count", None, 8]])]
    assert program.get("/ci-drift?source=desk&other=desk").get_json()["items"] == []
    assert program.get("/ci-drift").status_code == 422


def test_agents_read_and_do_not_write_and_what_editors_do_is_audited(desk: WebDesk) -> None:
    agent, program = desk.api("agent"), desk.api("cmdb-editor")

    assert patch(agent, "/cis/web-1", {"name": "X"}).status_code == 403
    assert put(agent, "/ci-classes/server", {}).status_code == 403
    assert agent.post("/ci-runs", {"source": "x", "records": []}).status_code == 403
    patch(program, "/cis/web-1", {"name": "X"})
    with desk.store.reading() as session:
        entries = [(row.actor, row.action, row.subject) for row in session.scalars(select(Audit))]
    assert entries == [("user:cmdb-editor", "ci.changed", "web-1")]
