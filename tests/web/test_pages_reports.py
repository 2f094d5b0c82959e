"""The reports: noise and coverage, as pages and as tables to take away."""

import pytest
from sqlalchemy import update

from longwatch.store.tables import Ci
from longwatch.store.tables_alerts import GroupLine
from tests.web.alert_desk import known, tell
from tests.web.conftest import WebDesk
from tests.web.person import Person
from tests.web.test_pages_rest import INLINE


@pytest.mark.parametrize("by", ["source", "rule", "group", "title"])
def test_noise_tells_what_never_led_to_work(desk: WebDesk, by: str) -> None:
    tell(desk, "disk", title="Disk is full")
    person = Person(desk.client(), "agent")

    page = person.go(f"/reports/noise?by={by}")

    assert person.status == 200
    assert "Never" in page
    assert {"source": "prometheus", "rule": "No rule"}.get(by, "Disk is full") in page
    assert not INLINE.search(page)


def test_an_incident_that_somebody_takes_is_work(desk: WebDesk) -> None:
    group = tell(desk, "disk", title="Disk is full")
    number = desk.api().get(f"/alerts/{group}").get_json()["incident"]["number"]
    taken = desk.api("lead").post(f"/tickets/{number}/actions/take")
    desk.loops.go_round(group)
    person = Person(desk.client(), "agent")

    page = person.go("/reports/noise?by=title")

    assert taken.status_code == 200
    assert "Never" not in page


def test_an_empty_stretch_says_so(desk: WebDesk) -> None:
    tell(desk, "disk")
    person = Person(desk.client(), "agent")

    page = person.go("/reports/noise?from=2020-01-01&to=2020-01-31")

    assert "No alert came in this time" in page


@pytest.mark.parametrize("query", ["by=nonsense", "from=x&to=y", "from=2099-01-01", "from=0001-01-01&to=2026-01-01"])
def test_nonsense_asks_for_the_usual(desk: WebDesk, query: str) -> None:
    person = Person(desk.client(), "agent")

    person.go(f"/reports/noise?{query}")

    assert person.status == 200


def test_a_formula_in_a_title_stays_a_text_in_the_table(desk: WebDesk) -> None:
    group = tell(desk, "disk")
    with desk.store.writing() as session:
        session.execute(update(GroupLine).where(GroupLine.group == group).values(title="=cmd|' /C calc'!A0"))
    person = Person(desk.client(), "agent")

    table = person.go("/reports/noise.csv?by=title")

    header, line = table.splitlines()
    assert header == "Title,Name,Deliveries,Groups,Incidents,Taken by people,Transients,Flaps,Led to work"
    assert line.startswith("'=cmd")


def test_coverage_names_items_nothing_is_heard_of(desk: WebDesk) -> None:
    known(desk, tell(desk, "disk"), "disk")
    person = Person(desk.client(), "agent")

    page = person.go("/reports/coverage")
    table = person.go("/reports/coverage.csv")

    assert "mail-1" in page
    assert "db-1" not in page.partition('id="items"')[2]
    assert "mail-1" in table
    assert not INLINE.search(page)


@pytest.mark.parametrize("by", ["class", "criticality", "service"])
def test_coverage_is_told_by_class_criticality_and_service(desk: WebDesk, by: str) -> None:
    person = Person(desk.client(), "agent")

    page = person.go(f"/reports/coverage?by={by}&days=7")
    narrowed = person.go("/reports/coverage?criticality=1&service=none&class=server&criticality=9")

    assert "Never heard of" in page
    assert f"{by}=" in page
    assert "Items nothing is heard of" in narrowed


def test_the_list_of_silent_items_goes_on(desk: WebDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("longwatch.store.coverage.LARGEST_PAGE", 1)
    person = Person(desk.client(), "agent")
    page = person.go("/reports/coverage")
    first = page.partition('href="/cis/')[2].partition('"')[0]
    following = page.rpartition('rel="next"')[0].rpartition('href="')[2].partition("#")[0].replace("&amp;", "&")

    rest = person.go(following)

    assert first not in rest.partition('id="items"')[2].partition("hosts-title")[0]


def test_a_host_without_an_item_leads_to_a_form_that_knows_it(desk: WebDesk) -> None:
    group = tell(desk, "disk")
    known(desk, group, "disk", ci=None, labels={"instance": "db-99.example.net:9100"})
    person = Person(desk.client(), "cmdb-editor")
    page = person.go("/reports/coverage")

    person.go("/cmdb/new?class=server&id=db-99.example.net&name=db-99.example.net")
    form = person.form("/cmdb/new")

    assert "db-99.example.net" in page
    assert "/cmdb/new?class=server&amp;id=db-99.example.net" in page
    assert (form.fields["id"], form.fields["name"]) == ("db-99.example.net", "db-99.example.net")
    with desk.store.reading() as session:
        assert session.get(Ci, "db-99.example.net") is None


def test_silent_sources_are_named(desk: WebDesk) -> None:
    desk.source(name="sleeper")
    person = Person(desk.client(), "agent")

    page = person.go("/reports/coverage")

    assert "sleeper" in page.partition("Silent sources")[2]


@pytest.mark.parametrize("path", ["noise", "coverage", "noise.csv", "coverage.csv"])
def test_reports_are_for_the_desk(desk: WebDesk, path: str) -> None:
    person = Person(desk.client(), "requester")

    person.go(f"/reports/{path}")

    assert person.status == 403
