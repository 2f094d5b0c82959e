"""Planning a change on its form, without scripts: opened, edited, refused beside the field, never opened twice."""

from datetime import UTC, datetime, timedelta

import pytest

from longwatch.store.change_rules import publish_model
from tests.web.conftest import WebDesk
from tests.web.person import Form, Person
from tests.web.planned_changes import planned

BEGIN = (datetime.now(UTC) + timedelta(days=3)).replace(hour=20, minute=0)
WHOLE = {
    "title": "Move the printer",
    "description": "It is in the way.",
    "cis": "print-3",
    "begin": BEGIN.strftime("%Y-%m-%dT%H:%M"),
    "end": (BEGIN + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
    "plan": "Carry it.",
    "backout": "Carry it back.",
    "test": "Print.",
    "communication": "Mail.",
    "answers.rehearsed": "yes",
    "task-0-title": "Unplug it",
    "task-0-team": "servers",
    "task-0-limit": "30",
    "task-0-undo": "Plug it in",
    "task-1-title": "Carry it",
    "task-1-stage": "2",
    "task-1-person": "user:agent2",
}


def change_of(desk: WebDesk, number: str) -> dict[str, object]:
    found: dict[str, object] = desk.api("agent").ticket(number)
    return found


def opened(desk: WebDesk, **typed: str) -> str:
    agent = Person(desk.client(), "agent")
    agent.go("/new/change")
    agent.send("/new/change", **{**WHOLE, **typed})
    assert agent.status == 200, agent.page
    return agent.where.removeprefix("/t/")


def test_a_change_is_planned_on_one_form(desk: WebDesk) -> None:
    number = opened(desk, auto_start="true")

    found = change_of(desk, number)["change"]
    assert isinstance(found, dict)
    assert (found["plan"], found["cis"], found["auto_start"]) == ("Carry it.", ["print-3"], True)
    first, second = found["plan_of_tasks"]["tasks"]
    assert (first["id"], first["limit"], first["back_out"]["title"]) == ("unplug-it", 1800, "Plug it in")
    assert (second["stage"], second["person"]) == (2, "user:agent2")
    assert found["answers"] == {"rehearsed": "yes"}


def test_the_window_is_in_the_time_of_who_writes_it(desk: WebDesk) -> None:
    found = change_of(desk, opened(desk))["change"]
    page = Person(desk.client(), "agent")

    page.go(f"/t/{opened(desk)}/plan")

    assert isinstance(found, dict)
    assert found["begin"].startswith("20")
    assert page.form(page.where).fields["begin"] == WHOLE["begin"]


def test_pressing_twice_opens_one_change(desk: WebDesk) -> None:
    agent = Person(desk.client(), "agent")
    agent.go("/new/change")
    form = agent.form("/new/change")
    agent.send_again(form, **WHOLE)
    first = agent.where

    agent.send_again(form, **WHOLE)

    assert agent.where == first


def test_another_row_keeps_what_was_typed_and_saves_nothing(desk: WebDesk) -> None:
    agent = Person(desk.client(), "agent")
    agent.go("/new/change")
    rows = _rows(agent.form("/new/change"))

    agent.send("/new/change", add="task", **WHOLE)

    assert agent.status == 200
    assert agent.where == "/new/change"
    assert _rows(agent.form("/new/change")) > rows
    assert agent.form("/new/change").fields["task-0-undo"] == "Plug it in"
    assert desk.api("agent").get("/tickets?kind=change").get_json()["items"] == []


def _rows(form: Form) -> int:
    return sum(name.endswith("-title") for name in form.fields)


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ({"end": WHOLE["begin"]}, "c-end-wrong"),
        ({"begin": "2020-01-01T10:00", "end": "2020-01-01T11:00"}, "c-begin-wrong"),
        ({"cis": "nothing-like-it"}, "c-cis-wrong"),
        ({"type": "standard"}, "c-model-wrong"),
        ({"task-1-person": "", "task-1-team": ""}, "task-1-team-wrong"),
        ({"task-1-limit": "soon"}, "task-1-limit-wrong"),
        ({"task-1-stage": "0"}, "task-1-stage-wrong"),
        ({"tasks": "{]"}, "c-tasks-wrong"),
        ({"title": ""}, "c-title-wrong"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_words_stay(
    desk: WebDesk, typed: dict[str, str], beside: str
) -> None:
    agent = Person(desk.client(), "agent")
    agent.go("/new/change")

    agent.send("/new/change", **{**WHOLE, **typed})

    assert agent.status in (409, 422)
    assert f'id="{beside}"' in agent.page
    assert agent.form("/new/change").fields["backout"] == "Carry it back."
    assert agent.form("/new/change").fields["task-0-title"] == "Unplug it"


def test_a_standard_change_is_made_from_its_model(desk: WebDesk) -> None:
    conditions = {"longest": 7200}
    words = {"plan": "Do it.", "backout": "Undo it.", "test": "Look.", "communication": "None."}
    with desk.store.writing() as session:
        publish_model(
            desk.store, session, "cartridge", {"title": "Change a cartridge", **words, "conditions": conditions}
        )
    agent = Person(desk.client(), "agent")
    agent.go("/new/change")
    assert "cartridge" in agent.form("/new/change").choices["model"]

    agent.send("/new/change", **{**WHOLE, "type": "standard", "model": "cartridge"})

    assert agent.status == 200
    assert "Change a cartridge" in agent.page


def test_an_edit_changes_what_differs_and_nothing_else(desk: WebDesk) -> None:
    number = opened(desk)
    before = change_of(desk, number)["change"]
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}/plan")

    agent.send(f"/t/{number}/plan", plan="Carry it slowly.")

    assert agent.where == f"/t/{number}"
    after = change_of(desk, number)["change"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert after["plan"] == "Carry it slowly."
    lines = desk.api("agent").get(f"/tickets/{number}/journal").get_json()["items"]
    [edited] = [line for line in lines if line["type"] == "Edited"]
    assert set(edited["data"]["texts"]) == {"plan", "backout", "test", "communication"}
    assert set(edited["data"]) == {"texts"}


def test_saving_an_untouched_plan_changes_nothing(desk: WebDesk) -> None:
    number = opened(desk)
    version = change_of(desk, number)["version"]
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}/plan")

    agent.send(f"/t/{number}/plan")

    assert agent.status == 409
    assert "Nothing of it is different." in agent.page
    assert change_of(desk, number)["version"] == version


def test_what_was_said_cannot_be_left_empty_again(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}/plan")

    agent.send(f"/t/{number}/plan", backout="")

    assert agent.status == 422
    assert 'id="c-backout-wrong"' in agent.page


def test_a_plan_that_others_changed_meanwhile_is_not_overwritten_unseen(desk: WebDesk) -> None:
    number = opened(desk)
    mine, other = Person(desk.client(), "agent"), Person(desk.client(), "agent2")
    mine.go(f"/t/{number}/plan")
    other.go(f"/t/{number}/plan")
    other.send(f"/t/{number}/plan", test="Print twice.")

    mine.send(f"/t/{number}/plan", plan="Carry it slowly.")

    assert mine.status == 412
    assert mine.form(f"/t/{number}/plan").fields["plan"] == "Carry it slowly."
    assert "Somebody else changed it" in mine.page


def test_rows_of_tasks_keep_what_no_input_shows(desk: WebDesk) -> None:
    plan = {
        "on_failure": "stop",
        "tasks": [
            {
                "id": "call",
                "title": "Call it",
                "kind": "automatic",
                "hook": "ansible",
                "limit": 90,
                "data": {"play": "a"},
                "back_out": {
                    "title": "Uncall it",
                    "kind": "automatic",
                    "hook": "ansible",
                    "limit": 60,
                    "data": {"b": 1},
                },
            }
        ],
    }
    number = planned(desk, "Roll it out", tasks=plan)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}/plan")

    agent.send(f"/t/{number}/plan", **{"task-0-title": "Call it twice"})

    found = change_of(desk, number)["change"]
    assert isinstance(found, dict)
    [task] = found["plan_of_tasks"]["tasks"]
    assert (task["title"], task["limit"], task["data"]) == ("Call it twice", 90, {"play": "a"})
    assert task["back_out"]["data"] == {"b": 1}
    assert found["plan_of_tasks"]["on_failure"] == "stop"


def test_those_who_plan_no_changes_are_not_offered_one(desk: WebDesk) -> None:
    requester, agent = Person(desk.client(), "requester"), Person(desk.client(), "agent")

    assert "/new/change" not in requester.go("/new")
    assert "/new/change" in agent.go("/new")
    requester.go("/new/change")
    assert requester.status == 403
    requester.go(f"/t/{planned(desk, 'Move it')}/plan")
    assert requester.status == 404
