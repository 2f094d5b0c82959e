"""The pages of configuration items, walked as people do, without scripts."""

import json
import re

import pytest

from cmdb.items import NewItem, add_item
from cmdb.reconcile import stage
from longwatch.domain.ticket import Actor
from longwatch.store.tables import CiAlias
from tests.web.conftest import WebDesk
from tests.web.person import Person

EDITOR = Actor("user:cmdb-editor", roles=("cmdb-editor",))
READ = (
    "/cis",
    "/cis?q=shop&class=compute",
    "/cis/web-1",
    "/cis/sw-core/graph",
    "/cis/svc-shop/graph?direction=up",
    "/cmdb/classes",
    "/cmdb/classes/server",
    "/cmdb/relations",
    "/cmdb/runs",
    "/cmdb/drift",
    "/cmdb/drift?from=2020-01-01T00:00",
    "/cmdb/drift?source=desk&other=netbox",
)
WRITTEN = ("/cmdb/new", "/cis/web-1/edit")


def editor(desk: WebDesk) -> Person:
    return Person(desk.client(), "cmdb-editor")


@pytest.mark.parametrize("path", READ)
def test_those_who_work_here_may_read_every_page(desk: WebDesk, path: str) -> None:
    page = Person(desk.client(), "agent").go(path)

    assert "<h1" in page
    assert 'role="alert"' not in page


@pytest.mark.parametrize("path", WRITTEN)
def test_forms_are_for_editors_alone(desk: WebDesk, path: str) -> None:
    agent = Person(desk.client(), "agent")
    agent.go(path)

    assert agent.status == 403
    assert "<form" in editor(desk).go(path)


def test_requesters_see_none_of_it(desk: WebDesk) -> None:
    requester = Person(desk.client(), "requester")
    requester.go("/cis")

    assert requester.status == 403


def test_an_item_is_recorded_by_the_form_of_its_class(desk: WebDesk) -> None:
    person = editor(desk)
    person.go("/cmdb/new?class=certificate")

    page = person.send("/cmdb/new", id="cert-9", name="mail.example.net", expires="2027-05-01", owner_team="servers")

    assert person.where == "/cis/cert-9"
    assert "2027-05-01" in page
    assert "Cert" in page


def test_a_value_of_the_wrong_type_is_told_beside_its_field_and_nothing_is_lost(desk: WebDesk) -> None:
    person = editor(desk)
    person.go("/cmdb/new?class=certificate")

    page = person.send("/cmdb/new", id="cert-9", name="mail.example.net", expires="tomorrow")

    assert person.status == 422
    assert "It is no date." in page
    assert 'value="mail.example.net"' in page


def test_a_change_says_only_what_was_changed(desk: WebDesk) -> None:
    person = editor(desk)
    person.go("/cis/web-1/edit")

    page = person.send("/cis/web-1/edit", name="Shop front one", cpu_count="8")

    assert "Shop front one" in page
    history = desk.api("cmdb-editor").get("/cis/web-1/history").get_json()["items"]
    assert history[0]["after"]["attributes"] == {"cpu_count": 8}
    assert history[0]["actor"] == "user:cmdb-editor"


def test_a_form_that_is_older_than_the_item_changes_nothing(desk: WebDesk) -> None:
    first, second = editor(desk), editor(desk)
    first.go("/cis/web-1/edit")
    second.go("/cis/web-1/edit")
    first.send("/cis/web-1/edit", name="First")

    second.send("/cis/web-1/edit", name="Second")

    assert second.status == 409
    assert desk.api().get("/cis/web-1").get_json()["name"] == "First"


def test_relations_are_entered_and_taken_back(desk: WebDesk) -> None:
    person = editor(desk)
    person.go("/cis/mail-1")
    page = person.send("/cis/mail-1/relate", type="depends_on", ci="DB-2.example.net")
    assert "Reports database" in page

    page = person.send("/cis/mail-1/unrelate")

    assert "Taken back." in page


def test_an_item_shows_its_past(desk: WebDesk) -> None:
    person = editor(desk)
    person.go("/cis/web-1/edit")
    person.send("/cis/web-1/edit", name="Shop front one")

    assert "Shop front one" in person.go("/cis/web-1?at=2126-01-01T00:00")
    person.go("/cis/web-1?at=2001-01-01T00:00")
    assert person.status == 404


def title_of(page: str) -> str:
    """The page's heading: whose page it is."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found is not None
    return found.group(1).strip()


def test_two_items_become_one_with_all_their_tickets(desk: WebDesk) -> None:
    number = desk.api().opened("Reports are slow", ci="db-2")["number"]
    person = editor(desk)
    person.go("/cis/db-1")

    page = person.send("/cis/db-1/merge", ci="db-2")

    assert number in page
    assert title_of(person.go("/cis/db-2")) == title_of(person.go("/cis/db-1"))


def test_a_class_gets_an_attribute_without_a_line_of_code(desk: WebDesk) -> None:
    person = editor(desk)
    person.go("/cmdb/classes/server")

    page = person.send(
        "/cmdb/classes/server/attributes", name="cooling", label="Cooling", kind="choice", choices="air, water"
    )

    assert "Changed. All items fit." in page
    assert "water" in person.go("/cis/web-1/edit")


def test_a_change_that_items_would_not_fit_is_told_first_and_flags_them_when_accepted(desk: WebDesk) -> None:
    person = editor(desk)
    person.go("/cmdb/classes/printer")

    page = person.send("/cmdb/classes/printer/attributes", name="toner", label="Toner", kind="text", required="1")
    assert person.status == 409
    assert "would not fit" in page
    assert "print-3" in page

    page = person.send("/cmdb/classes/printer", accept="1")
    assert "do not fit now" in page
    assert "does not fit its class" in person.go("/cis/print-3")
    assert "Printer, third floor" in person.go("/cis?flagged=1")


def test_a_new_class_and_a_new_relation_are_used_at_once(desk: WebDesk) -> None:
    person = editor(desk)
    person.go("/cmdb/classes")
    person.send("/cmdb/classes", id="robot", label="Robot", parent="compute", icon="server")
    person.go("/cmdb/relations")
    rule = {"label": "steers", "reverse": "is steered by", "source": ["ci"], "target": ["robot"]}
    person.send("/cmdb/relations", id="steers", definition=json.dumps({**rule, "impact": [{"travels": "forward"}]}))
    person.go("/cmdb/new?class=robot")
    person.send("/cmdb/new", id="r2", name="R2")
    person.go("/cis/web-1")

    person.send("/cis/web-1/relate", type="steers", ci="r2")

    assert "R2" in person.go("/cis/web-1/graph")


def test_a_definition_that_is_none_is_refused_with_the_reason(desk: WebDesk) -> None:
    person = editor(desk)
    person.go("/cmdb/classes/server")

    page = person.send(
        "/cmdb/classes/server", definition='{"label": "Server", "parent": "virtual-machine", "states": 7}'
    )

    assert person.status == 422
    assert "States are a list" in page


def test_a_delivery_is_looked_at_and_applied(desk: WebDesk) -> None:
    records = [
        {"class": "server", "source_key": "1", "row": 2, "attributes": {"name": "app-1", "cpu_count": 4}},
        {"class": "server", "source_key": "2", "row": 3, "attributes": {"name": "app-2", "cpu_count": "many"}},
    ]
    run = stage(desk.store, "netbox", records, EDITOR)
    person = editor(desk)
    page = person.go(f"/cmdb/runs/{run}")
    assert "It must be a whole number." in page

    page = person.send(f"/cmdb/runs/{run}/apply")

    assert "applied" in page
    assert "app-1" in person.go("/cis?q=app-1")


def test_the_picture_is_drawn_from_the_nearest_items(desk: WebDesk) -> None:
    client = Person(desk.client(), "agent").client

    found = client.get("/cis/db-1/graph.json").get_json()

    assert {node["id"] for node in found["nodes"]} == {"db-1", "web-1", "web-2", "svc-shop"}
    assert {"from": "db-1", "to": "web-1", "label": "depends on", "needed": None} in found["links"]
    assert found["start"] == "db-1"


def test_a_name_that_two_items_have_is_told_on_their_pages(desk: WebDesk) -> None:
    with desk.store.writing() as session:
        for number in (1, 2):
            add_item(desk.store, session, NewItem(f"twin-{number}", f"Twin {number}"))
            session.add(CiAlias(alias="front.example.net", ci=f"twin-{number}"))

    page = Person(desk.client(), "agent").go("/cis/twin-1")

    assert "front.example.net is a name of twin-2 as well: it means neither." in page
