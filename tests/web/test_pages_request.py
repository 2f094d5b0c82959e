"""A request on its pages, without scripts: its answers edited while it waits, its steps followed, tasks added."""

import pytest

from longwatch import seed_processes
from tests.web.conftest import WebDesk
from tests.web.person import Person

LIGHT = {"a-model": "light", "a-purpose": "To travel with it.", "a-cost": "899,90", "a-by": "2030-01-31"}


@pytest.fixture
def offering(desk: WebDesk) -> WebDesk:
    """A desk with a catalogue."""
    with desk.store.writing() as session:
        seed_processes.basics(desk.store, session)
        seed_processes.demo(desk.store, session)
    return desk


def asked(desk: WebDesk) -> tuple[str, Person]:
    """The number of a request for a laptop that waits for its approval, and who asked."""
    requester = Person(desk.client(), "requester")
    requester.go("/catalogue/new-laptop")
    requester.send("/catalogue/new-laptop", **LIGHT)
    return requester.where.removeprefix("/t/"), requester


def test_answers_are_edited_on_the_form_they_were_given_to(offering: WebDesk) -> None:
    number, requester = asked(offering)
    assert f"/t/{number}/answers" in requester.page
    requester.go(f"/t/{number}/answers")
    begun = requester.form(f"/t/{number}/answers").fields
    assert (begun["a-purpose"], begun["a-cost"]) == ("To travel with it.", "899.90")

    requester.send(f"/t/{number}/answers", **{"a-purpose": "To work at home with it."})

    assert requester.where == f"/t/{number}"
    assert "To work at home with it." in requester.page


def test_an_answer_that_does_not_fit_is_said_beside_its_question(offering: WebDesk) -> None:
    number, requester = asked(offering)
    requester.go(f"/t/{number}/answers")

    requester.send(f"/t/{number}/answers", **{"a-cost": "-5", "a-purpose": "To keep what was typed."})

    assert requester.status == 422
    assert 'id="order-a-cost-wrong"' in requester.page
    assert requester.form(f"/t/{number}/answers").fields["a-purpose"] == "To keep what was typed."


def test_answers_are_not_edited_by_everybody(offering: WebDesk) -> None:
    number, _ = asked(offering)
    other = Person(offering.client(), "agent2")

    other.go(f"/t/{number}/answers")

    assert other.status == 404


def test_a_task_that_was_not_planned_is_added_and_its_step_followed(offering: WebDesk) -> None:
    opened = offering.api("requester").post("/requests", {"title": "A plant for the hall"})
    number = opened.get_json()["number"]
    agent = Person(offering.client(), "agent")
    agent.go(f"/t/{number}")

    agent.send(
        f"/t/{number}/actions/add_tasks",
        **{"tasks.title": "Buy a plant", "tasks.person": "user:agent", "tasks.limit": "86400"},
    )

    assert agent.status == 200, agent.page
    assert "Buy a plant" in agent.page
    assert f"/t/{number}/actions/complete_task" in agent.forms()
    requester = Person(offering.client(), "requester")
    assert "What happens" in requester.go(f"/t/{number}")
    assert f"/t/{number}/actions/complete_task" not in requester.forms()
