"""A problem on its pages, without scripts: logged, its cause recorded, a workaround published, a change raised."""

from tests.web.conftest import WebDesk
from tests.web.person import Person


def logged(desk: WebDesk) -> tuple[str, Person]:
    """The number of a new problem, and the problem manager with its page before them."""
    manager = Person(desk.client(), "lead")
    manager.go("/new/problem")
    manager.send("/new/problem", title="The spooler stops at noon", description="Every day.", ci="print-3")
    assert manager.status == 200, manager.page
    return manager.where.removeprefix("/t/"), manager


def test_a_problem_is_logged_on_its_form_once(desk: WebDesk) -> None:
    manager = Person(desk.client(), "lead")
    manager.go("/new/problem")
    form = manager.form("/new/problem")
    manager.send_again(form, title="The spooler stops at noon")
    first = manager.where

    manager.send_again(form, title="The spooler stops at noon")

    assert first.startswith("/t/PRB-")
    assert manager.where == first


def test_problems_are_the_desks_own(desk: WebDesk) -> None:
    requester = Person(desk.client(), "requester")

    assert "/new/problem" not in requester.go("/new")
    requester.go("/new/problem")

    assert requester.status == 403


def test_cause_and_whys_are_recorded_one_a_line(desk: WebDesk) -> None:
    number, manager = logged(desk)
    manager.send(f"/t/{number}/actions/assess", impact="2", urgency="2")
    manager.send(f"/t/{number}/actions/investigate")

    manager.send(
        f"/t/{number}/actions/record_cause",
        text="The disk fills up.",
        why="No logs are rotated.\r\nNobody set it up.",
        contributing="Small disk.",
    )

    assert manager.status == 200, manager.page
    assert "<dd>The disk fills up.</dd>" in manager.page
    assert "<li>No logs are rotated.</li><li>Nobody set it up.</li>" in manager.page
    assert "<li>Small disk.</li>" in manager.page


def test_a_known_error_names_its_items_and_what_helps(desk: WebDesk) -> None:
    number, manager = logged(desk)
    manager.send(f"/t/{number}/actions/assess", impact="2", urgency="2")

    manager.send(
        f"/t/{number}/actions/known_error",
        symptom="Jobs hang.",
        cause="The disk is full.",
        workaround="Restart it.",
        cis="print-3",
    )

    assert manager.status == 200, manager.page
    assert "What helps meanwhile" in manager.page
    assert "Restart it." in manager.page
    assert "Known error" in manager.page
    assert desk.api("agent").ticket(number)["status"] == "known_error"


def test_a_risk_is_asked_to_be_accepted_until_a_date_in_ones_own_time(desk: WebDesk) -> None:
    number, manager = logged(desk)
    manager.send(f"/t/{number}/actions/assess", impact="3", urgency="3")

    manager.send(f"/t/{number}/actions/request_risk_acceptance", reason="It is rare.", review_at="2020-01-01T10:00")
    assert manager.status == 409
    manager.send(f"/t/{number}/actions/request_risk_acceptance", reason="It is rare.", review_at="2031-01-01T10:00")

    assert manager.status == 200, manager.page
    assert "It is rare." in manager.page
