"""Settings and the catalogue for programs: the same checks, versions as ETags, faults by entry."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from longwatch import seed_processes
from longwatch.store import publishing
from longwatch.store.publishing import Setting
from tests.web.conftest import Program, WebDesk

RULE = {"rank": 20, "match": {"category": ["mail"]}, "team": "servers"}


@pytest.fixture
def furnished(desk: WebDesk) -> WebDesk:
    """A desk with policies and a catalogue."""
    with desk.store.writing() as session:
        seed_processes.basics(desk.store, session)
        seed_processes.demo(desk.store, session)
    return desk


def put(program: Program, path: str, data: Any, **headers: str) -> TestResponse:
    """Publishes a setting."""
    said = {"Authorization": f"Bearer {program.token}", **headers}
    return program.client.put(f"/api/v1/configuration/{path}", json={"data": data, "why": "Automation."}, headers=said)


def test_a_new_setting_is_published_and_read_again(furnished: WebDesk) -> None:
    admin = furnished.api("admin")

    made = put(admin, "routing/mail-first", RULE)
    read = admin.get("/configuration/routing/mail-first")

    assert (made.status_code, read.status_code) == (201, 200)
    assert read.get_json()["data"] == RULE
    assert read.get_json()["said"] == ["Where category is mail, team servers gets it. Rank 20, lowest first."]
    assert read.headers["ETag"] == '"1"'


def test_a_version_is_replaced_only_by_who_saw_it(furnished: WebDesk) -> None:
    admin = furnished.api("admin")
    put(admin, "routing/mail-first", RULE)

    fresh = put(admin, "routing/mail-first", {**RULE, "rank": 5}, **{"If-Match": '"1"'})
    stale = put(admin, "routing/mail-first", {**RULE, "rank": 6}, **{"If-Match": '"1"'})
    old = admin.get("/configuration/routing/mail-first?version=1").get_json()

    assert (fresh.status_code, fresh.get_json()["version"]) == (200, 2)
    assert stale.status_code == 412
    assert (old["data"]["rank"], old["newest"]) == (20, 2)


def test_who_and_why_stand_in_the_log(furnished: WebDesk) -> None:
    put(furnished.api("admin"), "routing/mail-first", RULE)

    with furnished.store.reading() as session:
        (change,) = publishing.changes(session, Setting("routing", "mail-first"))
        assert (change.actor, change.why) == ("user:admin", "Automation.")


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("routing/mail-first", {**RULE, "team": "moon"}, "team"),
        ("routing/mail-first", {**RULE, "rank": 1.5}, "rank"),
        ("routing/Mail", RULE, "name"),
        ("matrix/other", {"cells": [[1, 2, 3]] * 3}, "name"),
        ("approval/ecab", {"stages": [{"id": "a"}]}, "stages[0].rule"),
        ("catalogue/new-laptop", {"title": ""}, "title"),
    ],
)
def test_what_is_wrong_is_named_by_its_entry(furnished: WebDesk, path: str, data: Any, field: str) -> None:
    answer = put(furnished.api("admin"), path, data)

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


@pytest.mark.parametrize(
    ("login", "path", "code"),
    [
        ("agent", "routing/network-first", 403),
        ("auditor", "routing/network-first", 403),
        ("change-manager", "routing/network-first", 403),
        ("change-manager", "approval/ecab", 200),
    ],
)
def test_only_those_may_publish_who_own_it(furnished: WebDesk, login: str, path: str, code: int) -> None:
    data = seed_processes.APPROVALS["ecab"] if "ecab" in path else RULE

    assert put(furnished.api(login), path, data).status_code == code


@pytest.mark.parametrize(("login", "code"), [("auditor", 200), ("agent", 403), ("requester", 403)])
def test_settings_are_read_by_those_who_may(furnished: WebDesk, login: str, code: int) -> None:
    assert furnished.api(login).get("/configuration/policy").status_code == code


def test_the_settings_of_a_kind_are_listed(furnished: WebDesk) -> None:
    items = furnished.api("admin").get("/configuration/approval").get_json()["items"]

    assert [item["name"] for item in items] == sorted(seed_processes.APPROVALS)


def test_a_setting_is_switched_off_unless_others_name_it(furnished: WebDesk) -> None:
    admin = furnished.api("admin")

    needed = admin.post("/configuration/calendar/office/switch", {"active": False})
    free = admin.post("/configuration/routing/network-first/switch", {"active": False})
    unknown = admin.post("/configuration/routing/moon/switch", {"active": False})

    assert (needed.status_code, free.status_code, unknown.status_code) == (409, 200, 404)
    assert free.get_json()["active"] is False


@pytest.mark.parametrize("path", ["/configuration/moon", "/configuration/policy/moon", "/catalogue/moon"])
def test_what_is_not_there_is_not_found(furnished: WebDesk, path: str) -> None:
    assert furnished.api("admin").get(path).status_code == 404


def test_the_catalogue_lists_what_one_may_ask_for(furnished: WebDesk) -> None:
    mine = furnished.api("requester").get("/catalogue").get_json()["items"]
    leads = furnished.api("lead").get("/catalogue").get_json()["items"]

    assert [item["name"] for item in mine] == ["shared-folder", "password-reset", "new-laptop"]
    assert {item["name"] for item in leads} == set(seed_processes.ITEMS)
    assert furnished.api("requester").get("/catalogue/new-starter").status_code == 404


def test_an_item_tells_its_form_and_the_schema_of_its_answers(furnished: WebDesk) -> None:
    answer = furnished.api("requester").get("/catalogue/new-laptop")
    item = answer.get_json()
    judge = Draft202012Validator(item["schema"])

    assert answer.headers["ETag"] == '"1"'
    assert item["approval"] is True
    assert item["form"][0]["id"] == "model"
    assert judge.is_valid({"model": "light", "purpose": "To travel with.", "cost": "900"})
    assert not judge.is_valid({"model": "strong", "purpose": "To travel with.", "cost": "900"})
