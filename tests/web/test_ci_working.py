"""Long imports go on beside the pages, which show how far they are; a source has one at a time."""

import threading

import pytest

from activities import cmdb_importing
from cmdb.reconcile import BadRun, stage
from longwatch.store.tables_cmdb import CiRun
from tests.cmdb.sources import EDITOR
from tests.web.conftest import WebDesk
from tests.web.person import Person
from web.console.ci_working import begun

ONE = {"class": "server", "source_key": "1", "attributes": {"name": "app-1"}}


def test_what_is_done_soon_is_returned_and_what_is_refused_is_raised() -> None:
    def refused() -> None:
        raise BadRun("no")

    assert begun(lambda: 5) == 5
    with pytest.raises(BadRun):
        begun(refused)


def test_what_takes_longer_goes_on_beside() -> None:
    may_end, ended = threading.Event(), threading.Event()

    def long() -> int:
        may_end.wait(30)
        ended.set()
        return 5

    waited = begun(long, patience=0.01)
    may_end.set()

    assert waited is None
    assert ended.wait(30)


def test_what_goes_wrong_later_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    may_end, told = threading.Event(), threading.Event()

    def long() -> None:
        may_end.wait(30)
        raise BadRun("the disk is full")

    begun(long, patience=0.01)
    caplog.handler.addFilter(lambda _: told.set() or True)
    may_end.set()

    assert told.wait(30)
    assert "the disk is full" in caplog.text


def test_a_delivery_that_is_being_applied_shows_how_far_it_is(desk: WebDesk) -> None:
    run = stage(desk.store, "netbox", [ONE] * 4, EDITOR)
    with desk.store.writing() as session:
        found = session.get_one(CiRun, run)
        found.state, found.position = "applying", 2
    editor = Person(desk.client(), "cmdb-editor")

    page, listed = editor.go(f"/cmdb/runs/{run}"), editor.go("/cmdb/runs")

    assert 'value="25"' in page
    assert 'hx-trigger="every 2s"' in page
    assert "being applied: 25 %" in listed


def test_a_source_has_one_import_at_a_time_by_page_and_program(desk: WebDesk) -> None:
    run = stage(desk.store, "netbox", [ONE], EDITOR)
    editor, api = Person(desk.client(), "cmdb-editor"), desk.api("cmdb-editor")
    editor.go(f"/cmdb/runs/{run}")

    with cmdb_importing.alone(desk.store, "netbox"):
        editor.send(f"/cmdb/runs/{run}/apply")
        applied = api.post(f"/ci-runs/{run}/apply", {})
        laid_out = api.post("/ci-runs", {"source": "netbox", "records": [ONE]})

    assert "Another import of netbox is under way" in editor.page
    assert (applied.status_code, laid_out.status_code) == (409, 409)
    with desk.store.reading() as session:
        assert session.get_one(CiRun, run).state == "staged"
