"""Settings of the CMDB: mappings, scheduled imports and lead times are checked, told, held by forms and published."""

from typing import Any

import pytest

from activities.expiring import LEAD_TIMES, lead_times
from longwatch.store import configuration
from longwatch.store.configuration import CI_EXPIRY, CI_IMPORT, CI_MAPPING
from tests.web.conftest import WebDesk
from tests.web.person import Person
from web.configuration.checks import dependants, faults_of
from web.configuration.form_kinds import FORMS, holds
from web.configuration.forms import data_of, rows_of
from web.configuration.kinds import KINDS, explained
from web.configuration.text import write

ASSETS: dict[str, Any] = {
    "class": {"column": "Type", "values": {"VM": "virtual-machine"}, "otherwise": "server"},
    "key": "Asset",
    "columns": {"Hostname": "name", "Owner": {"to": "owner_team", "values": {"Linux": "servers"}}},
    "constants": {"environment": "production"},
    "aliases": ["DNS name", "Address"],
    "relations": [{"column": "On", "type": "runs_on", "to": {"class": "hypervisor", "by": "name"}, "reverse": True}],
    "delimiter": ";",
}
NETBOX: dict[str, Any] = {
    "kind": "netbox",
    "url": "https://netbox.example.net",
    "every": 3600,
    "complete": False,
    "apply": True,
    "about": "Racks of both sites.",
}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (CI_MAPPING, ASSETS),
        (CI_MAPPING, {"class": "server", "columns": {"Host": "name"}}),
        (CI_MAPPING, {}),
        (CI_IMPORT, NETBOX),
        (CI_IMPORT, {**NETBOX, "kind": "csv", "mapping": "assets"}),
        (CI_EXPIRY, {"days": {"certificate": 14, "contract": 90}}),
        *((name, KINDS[name].example) for name in (CI_MAPPING, CI_IMPORT, CI_EXPIRY)),
    ],
)
def test_a_form_gives_back_what_it_was_given(kind: str, data: dict[str, Any]) -> None:
    assert holds(kind, data)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (CI_MAPPING, {"class": "server", "columns": {"Host": "name"}, "constants": {"criticality": 1}}),
        (CI_MAPPING, {"columns": 5}),
        (CI_IMPORT, {}),
        (CI_EXPIRY, {"days": [30]}),
    ],
)
def test_what_a_form_cannot_hold_is_edited_as_text(kind: str, data: dict[str, Any]) -> None:
    assert not holds(kind, data)


@pytest.mark.parametrize(
    ("kind", "name", "data", "place"),
    [
        (CI_MAPPING, "assets", {**ASSETS, "class": "moon"}, "class"),
        (CI_MAPPING, "assets", {**ASSETS, "class": {"column": "T", "values": {"x": "moon"}}}, "class.values"),
        (CI_MAPPING, "assets", {**ASSETS, "relations": [{"column": "On", "type": "orbits"}]}, "relations[0].type"),
        (CI_MAPPING, "assets", {**ASSETS, "colunms": {}}, "mapping"),
        (CI_MAPPING, "desk", ASSETS, "source"),
        (CI_IMPORT, "netbox", {**NETBOX, "every": 5}, "every"),
        (CI_IMPORT, "netbox", {**NETBOX, "url": "file:///etc/passwd"}, "url"),
        (CI_IMPORT, "netbox", {**NETBOX, "kind": "csv", "mapping": "moon"}, "mapping"),
        (CI_EXPIRY, "default", {"days": {"moon": 5}}, "days.moon"),
        (CI_EXPIRY, "default", {"days": {"certificate": -1}}, "days.certificate"),
        (CI_EXPIRY, "default", {"weeks": {}}, "weeks"),
    ],
)
def test_what_could_not_work_is_refused_by_its_place(
    desk: WebDesk, kind: str, name: str, data: dict[str, Any], place: str
) -> None:
    with desk.store.reading() as session:
        fault = faults_of(session, KINDS[kind].check, name, data)

    assert fault is not None
    assert fault.field == place


def test_a_mapping_is_told_in_words() -> None:
    said = " ".join(explained(KINDS[CI_MAPPING], {**ASSETS, "name": "assets", "version": 1}))

    assert "(VM means virtual-machine); for the rest server" in said
    assert "The column Asset tells a row from the others" in said
    assert "On names the hypervisor by its name" in said
    assert "environment is always production." in said


def test_an_editor_of_the_cmdb_publishes_a_mapping_by_the_form(desk: WebDesk) -> None:
    editor = Person(desk.client(), "cmdb-editor")
    editor.go(f"/settings/{CI_MAPPING}/+new/form")
    rows = {f"f-{name}": text for name, text in rows_of(FORMS[CI_MAPPING], ASSETS).items()}
    editor.send(f"/settings/{CI_MAPPING}/+new/form", name="assets.net", do="publish", **rows)

    page = editor.go(f"/settings/{CI_MAPPING}/assets.net")

    assert editor.status == 200
    assert "virtual-machine" in page
    with desk.store.reading() as session:
        row = configuration.in_force(session, CI_MAPPING, "assets.net")
        assert row is not None
        assert row.data == data_of(FORMS[CI_MAPPING], rows_of(FORMS[CI_MAPPING], ASSETS))


def test_who_keeps_items_does_not_schedule_imports(desk: WebDesk) -> None:
    editor = Person(desk.client(), "cmdb-editor")
    page = editor.go(f"/settings/{CI_IMPORT}")
    editor.go(f"/settings/{CI_IMPORT}/+new")

    assert editor.status == 403
    assert "+new" not in page


def test_a_scheduled_import_keeps_its_mapping_in_force(desk: WebDesk) -> None:
    admin = Person(desk.client(), "admin")
    asked = {**NETBOX, "kind": "csv", "url": "https://assets.example.net/all.csv", "mapping": "assets"}
    for kind, name, data in ((CI_MAPPING, "assets", ASSETS), (CI_IMPORT, "cmdb.csv", asked)):
        admin.go(f"/settings/{kind}/+new")
        admin.send(f"/settings/{kind}/+new", name=name, text=write(data), do="publish")
    admin.go(f"/settings/{CI_MAPPING}/assets")

    admin.send(f"/settings/{CI_MAPPING}/assets/switch")

    assert admin.status == 409
    with desk.store.reading() as session:
        assert dependants(session, CI_MAPPING, "assets") == [f"{CI_IMPORT} cmdb.csv"]


def test_lead_times_begin_with_the_usual_ones_and_count_once_published(desk: WebDesk) -> None:
    admin = Person(desk.client(), "admin")
    path = f"/settings/{CI_EXPIRY}/+new/form"
    begun = admin.go(path)
    for n in range(len(LEAD_TIMES) - 1, 0, -1):
        admin.send(path, do=f"remove days {n}")

    admin.send(path, do="publish", **{"f-days[0].lead": "7"})

    assert begun.count("Days before its end") == len(LEAD_TIMES)
    with desk.store.reading() as session:
        assert lead_times(session) == {"certificate": 7}


def test_lead_times_that_nobody_can_read_leave_the_usual_ones(desk: WebDesk) -> None:
    with desk.store.writing() as session:
        configuration.publish(desk.store, session, CI_EXPIRY, "default", {"days": {"certificate": "soon"}})

    with desk.store.reading() as session:
        assert lead_times(session) == LEAD_TIMES
