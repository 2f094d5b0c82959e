"""Tools asked by address: page by page, with what proves us, and a report whatever happens."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.cmdb_import_settings import IMPORT, ImportFault, has_token, keep_token, read_import
from activities.cmdb_imports import Importing
from integrations.outbound import Unreachable
from longwatch.settings import Settings
from longwatch.store.configuration import publish
from longwatch.store.database import Store
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiRun
from longwatch.store.tables_tasks import HookSecret
from tests.integrations.asked_tool import AskedTool, asked_tool
from tests.integrations.cmdb_files import DATA

TOKEN = "0123456789abcdef0123456789abcdef01234567"
GOOD = {"kind": "netbox", "url": "https://netbox.example.net", "every": 3600}


@pytest.fixture
def tool() -> Iterator[AskedTool]:
    with asked_tool() as tool:
        yield tool


def configured(store: Store, settings: Settings, tool: AskedTool, **more: Any) -> Importing:
    data = {"kind": "netbox", "url": tool.url, "every": 3600, **more}
    with store.writing() as session:
        publish(store, session, IMPORT, "netbox", data)
        keep_token(store, session, settings.secret_keys, "netbox", TOKEN)
    return Importing(store, replace(settings, outbound_networks="127.0.0.0/8"))


def netbox() -> dict[str, Any]:
    """NetBox's book: what the samples hold, by path."""
    found: dict[str, Any] = {}
    pages = [json.loads((DATA / "netbox" / "devices.json").read_text())]
    for page in [*pages, *json.loads((DATA / "netbox" / "rest.json").read_text())]:
        for one in page["results"]:
            path = one["url"].removeprefix("https://netbox.example.net").rstrip("/").rpartition("/")[0] + "/"
            found.setdefault(path, []).append(one)
    return found


def test_netbox_is_asked_page_by_page_and_what_it_says_is_taken(
    store: Store, settings: Settings, tool: AskedTool
) -> None:
    tool.book = netbox()

    told = configured(store, settings, tool).import_source("netbox")

    assert (told["states"], told["counts"]) == (["applied"], [{"new": 12}])
    assert sum("/dcim/devices/" in target for target, _ in tool.heard) == 2
    assert {proof for _, proof in tool.heard} == {f"Token {TOKEN}"}
    with store.reading() as session:
        assert session.query(Ci).filter_by(name="hv-17.example.net").count() == 1
        run = session.query(CiRun).one()
        assert (run.actor, run.complete, run.note) == ("system:imports", True, "NetBox, by schedule")


def test_a_second_import_changes_nothing(store: Store, settings: Settings, tool: AskedTool) -> None:
    tool.book = netbox()
    importing = configured(store, settings, tool)
    importing.import_source("netbox")

    assert importing.import_source("netbox")["counts"] == [{"same": 12}]


def test_people_may_look_first(store: Store, settings: Settings, tool: AskedTool) -> None:
    tool.book = netbox()

    told = configured(store, settings, tool, apply=False).import_source("netbox")

    assert told["states"] == ["staged"]


def test_prometheus_is_asked_for_its_targets(store: Store, settings: Settings, tool: AskedTool) -> None:
    tool.book = {"/api/v1/targets": (DATA / "prometheus_targets.json").read_bytes()}

    told = configured(store, settings, tool, kind="prometheus").import_source("netbox")

    assert told["counts"] == [{"new": 3}]


def test_a_busy_tool_is_asked_again_and_one_that_refuses_is_not(
    store: Store, settings: Settings, tool: AskedTool
) -> None:
    importing = configured(store, settings, tool)
    tool.refuses = [503, 403]

    with pytest.raises(Unreachable, match="answered 503"):
        importing.import_source("netbox")
    with pytest.raises(ApplicationError, match="answered 403") as refused:
        importing.import_source("netbox")

    assert refused.value.non_retryable
    with store.reading() as session:
        assert session.query(CiRun).count() == 0


def test_what_is_no_answer_of_the_tool_is_not_taken(store: Store, settings: Settings, tool: AskedTool) -> None:
    tool.book = {"/api/dcim/sites/": b"<html>"}

    with pytest.raises(ApplicationError, match="not answered with JSON"):
        configured(store, settings, tool).import_source("netbox")


def test_an_address_nobody_allowed_is_not_asked(store: Store, settings: Settings, tool: AskedTool) -> None:
    configured(store, settings, tool)

    with pytest.raises(ApplicationError, match="LONGWATCH_OUTBOUND_NETWORKS"):
        Importing(store, settings).import_source("netbox")
    assert tool.heard == []


def test_an_import_that_failed_leaves_a_report(store: Store, settings: Settings) -> None:
    run = Importing(store, settings).import_failed("netbox", "it was away")

    with store.reading() as session:
        row = session.get_one(CiRun, run)
        assert (row.source, row.state, row.note) == ("netbox", "discarded", "Not taken: it was away")


def test_what_is_configured_no_longer_is_not_imported(store: Store, settings: Settings) -> None:
    assert Importing(store, settings).import_source("gone") == {}


def test_tokens_are_kept_sealed(store: Store, settings: Settings, tool: AskedTool) -> None:
    configured(store, settings, tool)

    with store.reading() as session:
        assert has_token(session, "netbox")
        assert TOKEN not in session.query(HookSecret).one().sealed


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "ansible"}, "kind"),
        ({"url": "ftp://x"}, "url"),
        ({"url": "https://user:secret@x"}, "url"),
        ({"every": 5}, "every"),
        ({"every": True}, "every"),
        ({"apply": "yes"}, "apply"),
        ({"mapping": "assets"}, "mapping"),
        ({"token": "x"}, "import"),
    ],
)
def test_what_is_no_import_is_told_by_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(ImportFault) as fault:
        read_import("netbox", {**GOOD, **change})

    assert fault.value.field == field


def test_the_desk_itself_is_no_source() -> None:
    with pytest.raises(ImportFault):
        read_import("desk", GOOD)
