"""Approval policies and catalogue items are edited as forms that need no script."""

from typing import Any

import pytest

from longwatch import seed_processes
from longwatch.store import configuration
from longwatch.store.configuration import APPROVAL_POLICY, CATALOGUE
from tests.web.conftest import WebDesk
from tests.web.person import Person

ECAB = f"/settings/{APPROVAL_POLICY}/ecab/form"
LAPTOP = f"/settings/{CATALOGUE}/new-laptop/form"


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


def test_the_form_is_offered_where_it_can_hold_all(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")

    assert ECAB in admin.go(f"/settings/{APPROVAL_POLICY}/ecab")
    assert "/settings/calendar/office/form" not in admin.go("/settings/calendar/office")
    admin.go("/settings/calendar/office/form")
    assert admin.status == 404


def test_a_stage_is_changed_and_published(furnished: WebDesk) -> None:
    manager = Person(furnished.client(), "change-manager")
    manager.go(ECAB)

    manager.send(ECAB, **{"f-stages[0].deadline": "45 min", "do": "publish", "why": "More time."})

    assert manager.where == f"/settings/{APPROVAL_POLICY}/ecab"
    assert data_of(furnished, APPROVAL_POLICY, "ecab")["stages"][0]["deadline"] == 2700
    assert "More time." in manager.page


def test_stages_are_added_and_taken_out_by_buttons(furnished: WebDesk) -> None:
    manager = Person(furnished.client(), "change-manager")
    manager.go(ECAB)

    manager.send(ECAB, **{"do": "add stages", "f-stages[0].title": "Quick"})
    two = manager.form(ECAB).fields
    manager.send(ECAB, do="remove stages 0")
    one = manager.form(ECAB).fields

    assert (two["f-stages[0].title"], two["f-stages[1].title"]) == ("Quick", "")
    assert one["f-stages[0].title"] == ""
    assert "f-stages[1].title" not in one
    assert len(data_of(furnished, APPROVAL_POLICY, "ecab")["stages"]) == 1


def test_a_fault_stands_at_its_input_and_what_was_typed_stays(furnished: WebDesk) -> None:
    manager = Person(furnished.client(), "change-manager")
    manager.go(ECAB)

    manager.send(ECAB, **{"f-stages[0].approvers": "role:emperor", "f-stages[0].title": "Mine", "do": "publish"})

    assert manager.status == 422
    assert 'id="set-f-stages[0].approvers-wrong"' in manager.page
    assert "There is no role called emperor" in manager.page
    assert manager.form(ECAB).fields["f-stages[0].title"] == "Mine"


def test_a_check_tells_in_words_and_publishes_nothing(furnished: WebDesk) -> None:
    manager = Person(furnished.client(), "change-manager")
    manager.go(ECAB)

    manager.send(ECAB, **{"f-stages[0].need": "3", "do": "check"})

    assert "3 must approve" in manager.page
    assert data_of(furnished, APPROVAL_POLICY, "ecab")["stages"][0]["need"] == 2


def test_what_was_typed_goes_on_as_text(furnished: WebDesk) -> None:
    manager = Person(furnished.client(), "change-manager")
    manager.go(ECAB)

    manager.send(ECAB, **{"f-stages[0].title": "As text", "do": "text"})

    edit = f"/settings/{APPROVAL_POLICY}/ecab/edit"
    assert '"title": "As text"' in manager.form(edit).fields["text"]


def test_a_new_item_is_made_by_the_form_alone(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    new = f"/settings/{CATALOGUE}/+new/form"
    admin.go(new)
    question = {
        "f-form[0].id": "size",
        "f-form[0].label": "Which size?",
        "f-form[0].type": "choice",
        "f-form[0].required": "yes",
        "f-form[0].options": "s = Small\nl = Large",
    }
    admin.send(new, **{"name": "desk-chair", "f-title": "Desk chair", "do": "add tasks", **question})

    task = {"f-tasks[0].id": "buy", "f-tasks[0].title": "Buy it", "f-tasks[0].team": "service-desk"}
    admin.send(new, **{**task, "f-tasks[0].limit": "3 d", "do": "publish"})

    assert admin.where == f"/settings/{CATALOGUE}/desk-chair", admin.page
    assert data_of(furnished, CATALOGUE, "desk-chair")["tasks"][0]["limit"] == 259200
    page = Person(furnished.client(), "requester").go("/catalogue/desk-chair")
    assert "Which size?" in page
    assert ">Small</option>" in page


def test_an_approval_is_made_to_depend_on_an_answer(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    admin.go(LAPTOP)

    admin.send(LAPTOP, **{"f-approval.when": "cost above 1000\nmemory at_least 64", "do": "publish"})

    assert data_of(furnished, CATALOGUE, "new-laptop")["approval"]["when"] == [
        {"field": "cost", "sign": "above", "value": "1000"},
        {"field": "memory", "sign": "at_least", "value": 64},
    ]


def test_a_condition_nobody_understands_is_refused_at_its_input(furnished: WebDesk) -> None:
    admin = Person(furnished.client(), "admin")
    admin.go(LAPTOP)

    admin.send(LAPTOP, **{"f-approval.when": "when it is dear", "do": "publish"})

    assert admin.status == 422
    assert 'id="set-f-approval.when-wrong"' in admin.page


def test_what_a_form_cannot_hold_is_edited_as_text(furnished: WebDesk) -> None:
    data = {**seed_processes.ITEMS["password-reset"], "tasks": {"on_failure": "back_out", "tasks": [
        {"id": "reset", "title": "Reset", "team": "service-desk"}]}}  # fmt: skip
    with furnished.store.writing() as session:
        configuration.publish(furnished.store, session, CATALOGUE, "password-reset", data)
    admin = Person(furnished.client(), "admin")

    admin.go(f"/settings/{CATALOGUE}/password-reset/form")

    assert admin.where == f"/settings/{CATALOGUE}/password-reset/edit"


@pytest.mark.parametrize(("login", "path"), [("agent", ECAB), ("auditor", ECAB), ("change-manager", LAPTOP)])
def test_forms_are_for_those_who_may_edit(furnished: WebDesk, login: str, path: str) -> None:
    person = Person(furnished.client(), login)

    person.go(path)

    assert person.status == 403
