"""A change on its page, used without scripts: planned, weighed, made by tasks, reviewed."""

from typing import Any

from tests.web.conftest import WebDesk
from tests.web.person import Person
from tests.web.planned_changes import CALM, asked, planned

FILL = {"title": "Fill it", "team": "servers"}
TASKS = {
    "on_failure": "back_out",
    "tasks": [
        {"id": "drain", "title": "Drain the queue", "team": "servers", "limit": 3600, "back_out": FILL},
        {"id": "move", "title": "Move it", "person": "user:agent2", "skippable": True},
    ],
}


def begun(desk: WebDesk, **fields: Any) -> str:
    """The number of an emergency change that is being made by its tasks."""
    number = planned(desk, "Mend the printer", type="emergency", tasks=TASKS, **fields)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")
    agent.send(f"/t/{number}/actions/implement_first", reason="It burns.")
    assert desk.api("agent").ticket(number)["status"] == "implementation"
    return number


def test_the_page_shows_plan_window_items_and_what_is_missing(desk: WebDesk) -> None:
    number = planned(desk, "Move the printer", tasks=TASKS)

    page = Person(desk.client(), "agent2").go(f"/t/{number}")

    for shown in (
        "Copy it.",
        "Switch back.",
        "Printer",
        "not weighed yet",
        "Drain the queue",
        "Taken back by: Fill it",
    ):
        assert shown in page


def test_risk_is_weighed_by_the_questions_in_force(desk: WebDesk) -> None:
    number = planned(desk, "Move the printer")
    agent, manager = Person(desk.client(), "agent"), Person(desk.client(), "change-manager")
    agent.go(f"/t/{number}")
    agent.send(f"/t/{number}/actions/submit")
    manager.go(f"/t/{number}")

    form = manager.form(f"/t/{number}/actions/assess")
    assert {name: form.fields[f"answers.{name}"] for name in CALM} == CALM
    manager.send(f"/t/{number}/actions/assess", **{"answers.rehearsed": "no"})

    found = desk.api("agent").ticket(number)
    assert found["change"]["answers"]["rehearsed"] == "no"
    assert found["change"]["risk"] is not None
    assert "of 100" in manager.page


def test_an_answer_that_is_none_is_refused_beside_its_question(desk: WebDesk) -> None:
    number = planned(desk, "Move the printer", answers={})
    agent, manager = Person(desk.client(), "agent"), Person(desk.client(), "change-manager")
    agent.go(f"/t/{number}")
    agent.send(f"/t/{number}/actions/submit")
    manager.go(f"/t/{number}")

    manager.send(f"/t/{number}/actions/assess", **{"answers.rehearsed": "yes", "answers.outage": "none"})

    assert manager.status == 409
    assert manager.form(f"/t/{number}/actions/assess").fields["answers.rehearsed"] == "yes"
    assert 'id="a-assess-answers.backout-wrong"' in manager.page


def test_tasks_are_taken_and_completed_on_the_page_until_the_change_is_made(desk: WebDesk) -> None:
    number = begun(desk)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")
    assert agent.page.count(f"/t/{number}/actions/complete_task") == 2  # the form's address, and htmx's

    agent.send(f"/t/{number}/actions/take_task")
    agent.send(f"/t/{number}/actions/complete_task", text="All gone.")

    assert "All gone." in agent.page
    assert "1 of 2" in agent.page
    other = Person(desk.client(), "agent2")
    other.go(f"/t/{number}")
    other.send(f"/t/{number}/actions/complete_task")
    assert desk.api("agent").ticket(number)["status"] == "review"
    assert "looks" in other.page


def test_a_failed_task_needs_words_and_backs_out_what_was_begun(desk: WebDesk) -> None:
    number = begun(desk)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")
    agent.send(f"/t/{number}/actions/take_task")

    agent.send(f"/t/{number}/actions/fail_task", text="")
    assert agent.status == 422
    agent.send(f"/t/{number}/actions/fail_task", text="It is stuck.")

    assert "Back-outs, in the order they are made" in agent.page
    assert "It is stuck." in agent.page
    agent.send(f"/t/{number}/actions/complete_task", text="Filled.")
    assert desk.api("agent").ticket(number)["status"] == "review"


def test_a_task_is_given_to_somebody_else_and_skipped(desk: WebDesk) -> None:
    number = begun(desk)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")
    agent.send(f"/t/{number}/actions/assign_task", person="user:agent2")
    assert "Agent Two" in agent.page or desk.api("agent").ticket(number)["tasks"]["stages"][0]["tasks"][0]["person"]

    agent.send(f"/t/{number}/actions/complete_task")
    agent.send(f"/t/{number}/actions/skip_task", text="Not needed.")

    assert desk.api("agent").ticket(number)["status"] == "review"


def test_ratification_is_owed_until_a_day_has_passed(desk: WebDesk) -> None:
    page = Person(desk.client(), "agent2").go(f"/t/{begun(desk)}")

    assert "Waits to be ratified" in page


def test_the_review_offers_the_outcomes(desk: WebDesk) -> None:
    number = asked(desk)
    manager = Person(desk.client(), "change-manager")

    page = manager.go(f"/t/{number}")

    assert "approval-panel" in page
    assert f"/t/{number}/actions/review" not in manager.forms()
