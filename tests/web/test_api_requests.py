"""Requests at the API: opened from the catalogue with answers judged field by field, agreed to, made ready, edited."""

from typing import Any

import pytest

from longwatch import seed_processes
from tests.web.conftest import Program, WebDesk

ANSWERS = {"model": "light", "purpose": "For travelling to customers.", "cost": "1200.00"}


@pytest.fixture
def offering(desk: WebDesk) -> WebDesk:
    """A desk with a catalogue and approval policies."""
    with desk.store.writing() as session:
        seed_processes.basics(desk.store, session)
        seed_processes.demo(desk.store, session)
    return desk


def asked(program: Program, **changes: Any) -> Any:
    return program.post("/requests", {"item": "new-laptop", "answers": ANSWERS, **changes})


def ticket(answer: Any) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def test_an_item_is_asked_for_under_its_own_title_and_awaits_approval(offering: WebDesk) -> None:
    program = offering.api("requester")

    number = ticket(asked(program))["number"]

    shown = program.get(f"/tickets/{number}").get_json()
    assert (shown["kind"], shown["status"], shown["title"]) == ("request", "awaiting_approval", "New laptop")


def test_wrong_answers_are_told_by_their_fields_all_at_once(offering: WebDesk) -> None:
    answer = asked(offering.api("requester"), answers={"model": "huge", "purpose": "x", "cost": 12})

    assert answer.status_code == 422
    assert {"model", "purpose", "cost"} <= set(answer.get_json()["errors"])


def test_an_item_that_is_not_offered_is_none(offering: WebDesk) -> None:
    assert asked(offering.api("requester"), item="new-starter").status_code == 422
    assert asked(offering.api("requester"), item="spaceship").status_code == 422


def test_a_form_that_has_changed_since_is_told(offering: WebDesk) -> None:
    answer = asked(offering.api("requester"), item_version=7)

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["item_version"])


def test_a_request_in_free_words_needs_a_title(offering: WebDesk) -> None:
    program = offering.api("requester")

    assert program.post("/requests", {}).status_code == 422
    assert ticket(program.post("/requests", {"title": "Move my desk"}))["kind"] == "request"


def test_it_is_agreed_to_made_ready_and_confirmed(offering: WebDesk) -> None:
    requester, lead, agent = offering.api("requester"), offering.api("lead"), offering.api("agent")
    number = ticket(asked(requester))["number"]
    content = lead.get(f"/tickets/{number}/approvals").get_json()["content"]

    ticket(lead.post(f"/tickets/{number}/approvals/manager/votes", {"decision": "approve", "content": content}))
    for task in ("order", "install", "hand-over"):
        done = ticket(agent.post(f"/tickets/{number}/actions/complete_task", {"task": task, "text": "Done."}))

    assert done["status"] == "fulfilled"
    assert ticket(requester.post(f"/tickets/{number}/actions/confirm", {}))["status"] == "closed"


def test_answers_are_edited_by_their_form(offering: WebDesk) -> None:
    requester = offering.api("requester")
    number = ticket(asked(requester))["number"]

    wrong = requester.post(f"/tickets/{number}/actions/edit", {"answers": {**ANSWERS, "cost": "-1"}})
    right = requester.post(f"/tickets/{number}/actions/edit", {"answers": {**ANSWERS, "purpose": "For work at home."}})

    assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["cost"])
    assert ticket(right)["status"] == "awaiting_approval"


def test_tasks_are_added_and_judged_by_their_fields(offering: WebDesk) -> None:
    agent = offering.api("agent")
    number = ticket(agent.post("/requests", {"title": "Move a desk", "requester": "user:requester"}))["number"]

    wrong = agent.post(f"/tickets/{number}/actions/add_tasks", {"tasks": [{"titel": "Carry it"}]})
    right = agent.post(f"/tickets/{number}/actions/add_tasks", {"tasks": [{"title": "Carry it"}]})

    assert wrong.status_code == 422
    assert ticket(right)["status"] == "in_fulfilment"


def test_others_do_not_see_somebodys_request(offering: WebDesk) -> None:
    number = ticket(asked(offering.api("requester")))["number"]

    assert offering.api("requester2").get(f"/tickets/{number}").status_code == 404
