"""Service requests up for approval: the form's own questions and answers are what the team lead votes on."""

from tests.web.conftest import WebDesk
from tests.web.person import Person

ANSWERS = {"model": "light", "purpose": "For working with customers on site.", "cost": "1200"}


def requested(desk: WebDesk) -> str:
    """The number of `requester`'s request for a laptop, which waits for a team lead."""
    answer = desk.api("requester").post("/requests", {"item": "new-laptop", "answers": ANSWERS})
    assert answer.status_code == 201, answer.get_json()
    number = str(answer.get_json()["number"])
    assert desk.api().ticket(number)["status"] == "awaiting_approval"
    return number


def test_the_approver_reads_questions_and_answers_in_words(desk: WebDesk) -> None:
    number = requested(desk)

    page = Person(desk.client(), "lead").go(f"/approvals/{number}")

    for words in ("What is asked for", "New laptop", "Which one?", "Light, for travelling", "customers on site."):
        assert words in page
    assert "You are asked as lead" in page


def test_an_approved_request_goes_on_and_a_refused_one_is_rejected(desk: WebDesk) -> None:
    statuses = []
    for decision in ("approve", "refuse"):
        number = requested(desk)
        lena = Person(desk.client(), "lead")
        lena.go(f"/approvals/{number}")
        lena.send(f"/approvals/{number}/vote", decision=decision, comment="Seen.")
        statuses.append(desk.api().ticket(number)["status"])

    assert statuses == ["in_fulfilment", "rejected"]


def test_answers_edited_meanwhile_are_shown_before_anybody_approves_them(desk: WebDesk) -> None:
    number = requested(desk)
    lena = Person(desk.client(), "lead")
    lena.go(f"/approvals/{number}")
    dearer = {"answers": {**ANSWERS, "cost": "4200"}}
    edited = desk.api("requester").post(f"/tickets/{number}/actions/edit", dearer)

    page = lena.send(f"/approvals/{number}/vote", decision="approve")

    assert edited.status_code == 200, edited.get_json()
    assert lena.status == 409
    assert "4200</ins>" in page
    assert desk.api().ticket(number)["status"] == "awaiting_approval"
