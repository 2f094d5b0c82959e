"""Service requests up for approval: the form's own questions and answers are what the team lead votes on."""

from longwatch.domain.ticket import Actor
from longwatch.store import tickets
from tests.web.conftest import WebDesk
from tests.web.person import Person
from web import commands
from web.actions import Fields
from web.actions_request import answered
from web.commands import Result

ANSWERS = {"model": "light", "purpose": "For working with customers on site.", "cost": "1200"}


def requested(desk: WebDesk) -> str:
    """The number of `requester`'s request for a laptop, which waits for a team lead."""
    answer = desk.api("requester").post("/requests", {"item": "new-laptop", "answers": ANSWERS})
    assert answer.status_code == 201, answer.get_json()
    number = str(answer.get_json()["number"])
    assert desk.api().ticket(number)["status"] == "awaiting_approval"
    return number


def edit(desk: WebDesk, number: str, **answers: str) -> Result:
    """What becomes of the requester's other answers."""
    actor = Actor("user:requester", roles=("requester",))
    with desk.app.app_context():
        with desk.store.reading() as session:
            found = tickets.find(session, actor, number)
            assert found is not None
            fields = answered(session, found.state, Fields({"answers": {**ANSWERS, **answers}}, {}))
        return commands.ask(actor, number, "edit", fields.data, fields.texts)


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
    edited = edit(desk, number, cost="4200")

    page = lena.send(f"/approvals/{number}/vote", decision="approve")

    assert edited.outcome == "applied", edited
    assert lena.status == 409
    assert "4200</ins>" in page
    assert desk.api().ticket(number)["status"] == "awaiting_approval"
