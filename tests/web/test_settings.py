"""Settings in the console: listed, told in words, compared, edited, taken back, switched off; by those who may."""

import json
from typing import Any

import pytest

from longwatch import seed_processes
from longwatch.store import configuration
from longwatch.store.configuration import APPROVAL_POLICY, CALENDAR, CATALOGUE, HOOK, MATRIX, POLICY, ROUTING
from longwatch.store.tables import Audit
from longwatch.store.tables_configuration import CalendarNews
from tests.web.conftest import WebDesk
from tests.web.person import Person
from web.configuration.checks import faults_of
from web.configuration.kinds import ALL, KINDS, Kind
from web.configuration.text import write


@pytest.fixture
def furnished(desk: WebDesk) -> WebDesk:
    """A desk with policies and a catalogue."""
    with desk.store.writing() as session:
        seed_processes.basics(desk.store, session)
        seed_processes.demo(desk.store, session)
    return desk


def data_of(desk: WebDesk, kind: str, name: str) -> dict[str, Any]:
    """What is in force."""
    with desk.store.reading() as session:
        row = configuration.in_force(session, kind, name)
        assert row is not None
        return dict(row.data)


def edited(person: Person, kind: str, name: str, data: Any, **typed: str) -> Person:
    """Somebody changes a setting by the editor; `do=check` only looks."""
    person.go(f"/settings/{kind}/{name}/edit")
    text = data if isinstance(data, str) else write(data)
    person.send(f"/settings/{kind}/{name}/edit", **{"text": text, "do": "publish", **typed})
    return person


def test_the_settings_begin_with_their_kinds(furnished: WebDesk) -> None:
    page = Person(furnished.client(), "admin").go("/settings")

    for kind in ALL:
        assert f'href="/settings/{kind.name}"' in page


def test_every_setting_a_desk_begins_with_is_listed_told_and_shown(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    for kind in ALL:
        with furnished.store.reading() as session:
            names = [row.name for row in configuration.all_in_force(session, kind.name)]
        page = admin.go(f"/settings/{kind.name}")
        for name in names:
            assert f"/settings/{kind.name}/{name}" in page
            shown = admin.go(f"/settings/{kind.name}/{name}")
            assert admin.status == 200
            assert "earlier release" not in shown


@pytest.mark.parametrize("login", ["agent", "lead", "requester", "approver"])
def test_settings_are_not_for_everybody(furnished: WebDesk, login: str) -> None:
    person = Person(furnished.client(), login)

    for path in ("/settings", "/settings/policy", "/settings/policy/incident-p1", "/settings/policy/incident-p1/edit"):
        person.go(path)
        assert person.status == 403


def test_an_auditor_reads_settings_and_changes_none(furnished: WebDesk) -> None:
    auditor = Person(furnished.client(), "auditor")
    page = auditor.go("/settings/policy/incident-p1")
    read = auditor.status

    auditor.go("/settings/policy/incident-p1/edit")

    assert (read, auditor.status) == (200, 403)
    assert "/switch" not in page


@pytest.mark.parametrize(("kind", "name", "status"), [(APPROVAL_POLICY, "ecab", 200), (POLICY, "incident-p1", 403)])
def test_a_change_manager_edits_what_authorises_changes(furnished: WebDesk, kind: str, name: str, status: int) -> None:
    manager = Person(furnished.client(), "change-manager")

    manager.go(f"/settings/{kind}/{name}/edit")

    assert manager.status == status


def test_who_may_not_edit_cannot_send_either(furnished: WebDesk) -> None:
    manager = Person(furnished.client(), "change-manager")
    manager.go(f"/settings/{APPROVAL_POLICY}/ecab/edit")
    form = manager.form(f"/settings/{APPROVAL_POLICY}/ecab/edit")
    form.action = f"/settings/{POLICY}/incident-p1/edit"

    manager.send_again(form, do="publish")

    assert manager.status == 403


def test_an_edit_is_published_as_a_new_version_with_who_and_why(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    data = data_of(furnished, ROUTING, "network-first")

    edited(admin, ROUTING, "network-first", {**data, "rank": 5}, why="Networks go first.")

    assert admin.where == "/settings/routing/network-first"
    assert data_of(furnished, ROUTING, "network-first")["rank"] == 5
    assert "Networks go first." in admin.page
    assert "Ada Admin published version 2" in admin.page
    with furnished.store.reading() as session:
        noted = session.query(Audit).filter_by(subject="routing/network-first").one()
        assert (noted.actor, noted.data["version"]) == ("user:admin", 2)


def test_a_check_tells_what_an_edit_would_do_and_publishes_nothing(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    data = data_of(furnished, ROUTING, "network-first")

    edited(admin, ROUTING, "network-first", {**data, "team": "servers"}, do="check")

    assert admin.status == 200
    assert "team servers gets it" in admin.page
    assert '<tr class="new">' in admin.page
    assert data_of(furnished, ROUTING, "network-first") == data


def test_what_changes_nothing_makes_no_version(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")

    edited(admin, ROUTING, "network-first", data_of(furnished, ROUTING, "network-first"))

    assert "version 1" in admin.page


@pytest.mark.parametrize(
    ("kind", "name", "changes", "place"),
    [
        (ROUTING, "network-first", {"team": "moon"}, "team"),
        (ROUTING, "network-first", {"teem": "x"}, "teem"),
        (POLICY, "incident-p1", {"close_after": {"work": 5, "calendar": "moon"}}, "close_after.calendar"),
        (CALENDAR, "office", {"zone": "Europe/Atlantis"}, "zone"),
        (CALENDAR, "office", {"zone": "../etc/passwd"}, "zone"),
        (MATRIX, "priority", {"cells": [[1, 2, 3]]}, "cells"),
        (APPROVAL_POLICY, "ecab", {"stages": []}, "stages"),
        (APPROVAL_POLICY, "ecab", {"name": "other"}, "name"),
        (CATALOGUE, "new-laptop", {"approval": "moon"}, "approval"),
        (CATALOGUE, "new-laptop", {"team": "moon"}, "team"),
        (CATALOGUE, "new-laptop", {"visible_to": {"teams": ["moon"]}}, "visible_to.teams[0]"),
        (
            CATALOGUE,
            "new-laptop",
            {"tasks": [{"id": "a", "title": "A", "team": "moon"}]},
            "tasks[0].team",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_its_line_and_entry(
    furnished: WebDesk, kind: str, name: str, changes: dict[str, Any], place: str
) -> None:
    admin = Person(furnished.client(), "admin")
    before = data_of(furnished, kind, name)
    text = write({**before, **changes})

    edited(admin, kind, name, text)

    assert admin.status == 422
    assert f'<span class="mono">{place}</span>' in admin.page
    assert "Line " in admin.page
    assert admin.form(f"/settings/{kind}/{name}/edit").fields["text"].strip() == text
    assert data_of(furnished, kind, name) == before


@pytest.mark.parametrize(
    "stages",
    [
        [{"id": "a", "rule": "any", "approvers": ["user:nobody"], "deadline": 60}],
        [{"id": "a", "rule": "any", "approvers": ["role:emperor"], "deadline": 60}],
        [{"id": "a", "rule": "any", "approvers": ["team:moon"], "deadline": 60}],
    ],
)
def test_approvers_must_be_there(furnished: WebDesk, stages: list[dict[str, Any]]) -> None:
    admin = Person(furnished.client(), "admin")

    edited(admin, APPROVAL_POLICY, "ecab", {"stages": stages})

    assert admin.status == 422
    assert "stages[0].approvers[0]" in admin.page


def test_text_that_is_no_json_is_refused_with_its_line(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")

    edited(admin, ROUTING, "network-first", '{\n  "rank": 5,\n  "team" "x"\n}')

    assert admin.status == 422
    assert "Line 3" in admin.page


def test_whoever_was_quicker_is_not_overwritten_unseen(furnished: WebDesk) -> None:
    first, second = Person(furnished.client(), "admin"), Person(furnished.client(), "admin")
    data = data_of(furnished, ROUTING, "network-first")
    second.go("/settings/routing/network-first/edit")
    edited(first, ROUTING, "network-first", {**data, "rank": 5})

    second.send("/settings/routing/network-first/edit", text=write({**data, "rank": 7}), do="publish")
    refused = second.status
    second.send("/settings/routing/network-first/edit", do="publish")

    assert refused == 409
    assert second.status == 200
    assert data_of(furnished, ROUTING, "network-first")["rank"] == 7


def test_an_older_version_is_shown_compared_and_brought_back(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    data = data_of(furnished, ROUTING, "network-first")
    edited(admin, ROUTING, "network-first", {**data, "rank": 5})
    old = admin.go("/settings/routing/network-first?version=1&against=2")
    admin.go("/settings/routing/network-first/edit?from=1")
    compared = admin.page

    admin.send("/settings/routing/network-first/edit", do="publish")

    assert "Older version" in old
    assert '<tr class="gone">' in old
    assert '<tr class="new">' in compared
    assert data_of(furnished, ROUTING, "network-first") == data
    assert "Back to version 1." in admin.page
    assert "version 3" in admin.page


def test_a_new_setting_begins_with_an_example_that_can_be_published(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    for kind in (one for one in ALL if one.only is None and one.name != CATALOGUE):
        admin.go(f"/settings/{kind.name}/+new")
        admin.send(f"/settings/{kind.name}/+new", name="my-own", do="publish")

        assert admin.where == f"/settings/{kind.name}/my-own", admin.page


@pytest.mark.parametrize("name", ["", "My Own", "+new", "a/b", "x" * 41, "network-first"])
def test_a_name_that_cannot_be_one_or_is_taken_is_refused(furnished: WebDesk, name: str) -> None:
    admin = Person(furnished.client(), "admin")
    admin.go("/settings/routing/+new")

    admin.send("/settings/routing/+new", name=name, do="publish")

    assert admin.status == 422
    assert admin.form("/settings/routing/+new").fields["name"] == name


def test_a_setting_is_switched_off_and_on_again(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    admin.go("/settings/routing/network-first")
    admin.send("/settings/routing/network-first/switch", why="For a while.")
    off = admin.page
    with furnished.store.reading() as session:
        gone = configuration.in_force(session, ROUTING, "network-first") is None
    admin.send("/settings/routing/network-first/switch")

    assert gone
    assert "Switched off" in off
    assert "For a while." in off
    assert data_of(furnished, ROUTING, "network-first")["rank"] == 10


@pytest.mark.parametrize(
    ("kind", "name", "by"),
    [(CALENDAR, "office", "policy incident-p1"), (APPROVAL_POLICY, "request-manager", "catalogue new-laptop")],
)
def test_what_others_name_is_not_switched_off(furnished: WebDesk, kind: str, name: str, by: str) -> None:
    admin = Person(furnished.client(), "admin")
    admin.go(f"/settings/{kind}/{name}")

    admin.send(f"/settings/{kind}/{name}/switch")

    assert admin.status == 409
    assert by in admin.page
    assert data_of(furnished, kind, name)


def test_the_one_matrix_stays_and_gets_no_brother(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    admin.go("/settings/matrix/priority")
    admin.send("/settings/matrix/priority/switch")
    refused = admin.status

    assert refused == 409
    assert "+new" not in admin.go("/settings/matrix")


def test_an_edited_calendar_is_news_for_open_tickets(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    data = data_of(furnished, CALENDAR, "office")

    edited(admin, CALENDAR, "office", {**data, "holidays": ["2026-12-24"]})

    with furnished.store.reading() as session:
        news = session.query(CalendarNews).one()
        assert (news.calendar, news.cause, news.done_at) == ("office", "version 2", None)


def test_open_tickets_are_counted_by_the_version_they_run_under(furnished: WebDesk) -> None:
    api = furnished.api()
    api.opened("Old one", ci="mail-1")
    admin = Person(furnished.client(), "admin")
    with furnished.store.reading() as session:
        row = configuration.in_force(session, POLICY, "incident-p3")
        assert row is not None
        data = dict(row.data)
    edited(admin, POLICY, "incident-p3", {**data, "reopen_window": 3600})

    page = admin.go("/settings/policy/incident-p3")

    rows = page.split("<tr>")
    assert any("(shown)" in row and "<td>0</td>" in row for row in rows)


@pytest.mark.parametrize(
    "path",
    ["/settings/moon", "/settings/policy/moon", "/settings/policy/incident-p1?version=9", "/settings/policy/moon/edit"],
)
def test_what_is_not_there_is_not_found(furnished: WebDesk, path: str) -> None:
    admin = Person(furnished.client(), "admin")

    admin.go(path)

    assert admin.status == 404


def test_a_version_of_an_earlier_release_is_shown_as_data(furnished: WebDesk) -> None:
    with furnished.store.writing() as session:
        configuration.publish(furnished.store, session, POLICY, "odd", {"odd": 1})

    page = Person(furnished.client(), "admin").go("/settings/policy/odd")

    assert "earlier release" in page
    assert json.dumps("odd").replace('"', "&#34;") in page


def test_every_example_is_told_in_words() -> None:
    for kind in KINDS.values():
        if kind.name != CATALOGUE:
            assert kind.words(kind.example)


def test_a_hook_is_added_and_stays_while_a_plan_names_it(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    admin.go(f"/settings/{HOOK}/+new")
    admin.send(f"/settings/{HOOK}/+new", name="deploy", do="publish")
    call = {"id": "reset", "title": "Reset it", "kind": "automatic", "hook": "deploy", "limit": 60}
    item = {**data_of(furnished, CATALOGUE, "password-reset"), "tasks": [call]}
    edited(admin, CATALOGUE, "password-reset", {**item, "tasks": [{**call, "hook": "moon"}]})
    unknown = admin.page
    edited(admin, CATALOGUE, "password-reset", item)
    admin.go(f"/settings/{HOOK}/deploy")

    admin.send(f"/settings/{HOOK}/deploy/switch")

    assert "There is no hook called moon." in unknown
    assert "tasks[0].hook" in unknown
    assert admin.status == 409
    assert "catalogue password-reset" in admin.page


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_every_setting_a_desk_begins_with_passes_the_checks_of_its_kind(furnished: WebDesk, kind: Kind) -> None:
    with furnished.store.reading() as session:
        rows = configuration.all_in_force(session, kind.name)
        faults = {row.name: faults_of(session, kind.check, row.name, row.data) for row in rows}

    assert {name: str(fault) for name, fault in faults.items() if fault} == {}
