"""The API of approvals: how one stands, votes with the hash of what was read, and lists of what waits."""

from typing import Any

import pytest

from tests.domain.approval_desk import stage
from tests.web.conftest import Program, WebDesk
from tests.web.planned_changes import act, asked


def standing(program: Program, number: str) -> dict[str, Any]:
    found: dict[str, Any] = program.get(f"/tickets/{number}/approvals").get_json()
    return found


def votes(program: Program, number: str, at: str = "cab", **body: Any) -> Any:
    content = standing(program, number).get("content", "")
    said = {"decision": "approve", "content": content, **body}
    return program.post(f"/tickets/{number}/approvals/{at}/votes", said)


def test_a_vote_counts_and_shows_with_its_comment(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage("all"))
    pia = desk.api("approver")

    answer = votes(pia, number, comment="Fine.")
    [shown] = standing(pia, number)["stages"]

    assert answer.status_code == 200
    assert answer.get_json()["number"] == number
    [vote] = shown["votes"]
    assert (vote["person"], vote["by"], vote["decision"], vote["comment"]) == (
        "approver",
        "approver",
        "approve",
        "Fine.",
    )
    assert [one["person"] for one in shown["silent"]] == ["approver2"]
    assert (shown["have"], shown["need"], shown["missing"]) == (1, 2, 1)


def test_a_ticket_without_an_approval_has_none(desk: WebDesk) -> None:
    program = desk.api()
    number = program.opened()["number"]

    assert standing(program, number) == {
        "ticket": number,
        "status": "none",
        "stage": None,
        "stages": [],
        "excluded": [],
        "allowed_actions": [],
    }


def test_a_vote_on_a_closed_stage_is_refused_with_the_field(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage(), stage("any", id="board", title="Board"))
    votes(desk.api("approver"), number)

    refused = votes(desk.api("approver2"), number)

    assert refused.status_code == 422
    assert refused.get_json()["errors"] == {"stage": ["The stage cab is decided already; board is open."]}


def test_a_vote_after_the_end_is_refused_with_the_reason(desk: WebDesk) -> None:
    number = asked(desk)
    votes(desk.api("approver"), number)

    refused = votes(desk.api("approver2"), number)

    assert refused.status_code == 409
    assert "nothing is voted on any more" in refused.get_json()["message"]


def test_a_stage_nobody_knows_is_named(desk: WebDesk) -> None:
    refused = votes(desk.api("approver"), asked(desk), at="lunch")

    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["stage"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"decision": "perhaps"}, "decision"),
        ({"decision": None}, "decision"),
        ({"decision": "refuse"}, "comment"),
        ({"content": "0" * 64}, "content"),
        ({"content": ""}, "content"),
        ({"comment": 7}, "comment"),
        ({"stage": "cab"}, "stage"),
        ({"person": "approver2"}, "person"),
    ],
)
def test_what_is_wrong_with_a_vote_is_named(desk: WebDesk, body: dict[str, Any], field: str) -> None:
    number = asked(desk)
    pia = desk.api("approver")

    refused = votes(pia, number, **body)

    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, [field])
    assert standing(pia, number)["stages"][0]["votes"] == []


def test_a_vote_on_words_edited_since_is_refused(desk: WebDesk) -> None:
    number = asked(desk)
    pia = desk.api("approver")
    read = standing(pia, number)["content"]
    act(desk, "agent", number, "edit", description="It is urgent.")

    refused = votes(pia, number, content=read)

    assert refused.status_code == 422
    assert "edited since you saw it" in refused.get_json()["errors"]["content"][0]
    assert votes(pia, number).status_code == 200


def test_a_key_makes_a_repetition_the_same_and_another_vote_under_it_none(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage("all"))
    pia = desk.api("approver")
    content = standing(pia, number)["content"]
    path, headers = f"/tickets/{number}/approvals/cab/votes", {"Idempotency-Key": "k1"}

    codes = [
        pia.post(path, {"decision": decision, "content": content}, headers=dict(headers)).status_code
        for decision in ("approve", "approve", "abstain")
    ]

    assert codes == [200, 200, 422]
    assert len(standing(pia, number)["stages"][0]["votes"]) == 1


def test_who_has_no_voice_is_refused_and_who_sees_nothing_finds_nothing(desk: WebDesk) -> None:
    number = asked(desk)

    assert votes(desk.api("requester"), number).status_code == 409
    assert votes(desk.api("agent"), number).status_code == 409
    assert votes(desk.api("requester2"), number, content="0").status_code == 404
    assert desk.api("requester2").get(f"/tickets/{number}/approvals").status_code == 404
    assert desk.api("auditor").get(f"/tickets/{number}/approvals").status_code == 200


def test_the_actions_of_an_approval_are_actions_of_its_ticket(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage("all"))
    pia = desk.api("approver")

    delegated = pia.post(f"/tickets/{number}/actions/delegate", {"to": "lead", "text": "Please."})
    recalled = desk.api("change-manager").post(f"/tickets/{number}/actions/recall", {"text": "Enough."})

    assert delegated.status_code == 200, delegated.get_json()
    assert recalled.status_code == 200, recalled.get_json()
    assert standing(pia, number)["status"] == "recalled"


def test_lists_say_whose_voice_waits_until_when(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer")
    pia = desk.api("approver")

    [mine] = pia.get("/approvals?mine").get_json()["items"]
    everybody = desk.api("agent").get("/approvals").get_json()["items"]
    agents = desk.api("agent").get("/approvals?mine").get_json()["items"]

    assert (mine["ticket"], mine["title"], mine["stage"], mine["status"]) == (number, "Move the printer", "cab", "open")
    assert (mine["person"], mine["for"], mine["why"]) == ("approver", "approver", "by role:approver")
    assert mine["due"] > mine["asked_at"]
    assert [one["person"] for one in everybody] == ["approver", "approver2"]
    assert agents == []


def test_lists_are_narrowed_by_status_and_paged(desk: WebDesk) -> None:
    first, *_ = [asked(desk, f"Printer {count}") for count in range(3)]
    pia = desk.api("approver")
    votes(pia, first)

    one = pia.get("/approvals?limit=1").get_json()
    two = pia.get(f"/approvals?limit=1&after={one['next']}").get_json()
    closed = pia.get("/approvals?status=closed").get_json()["items"]
    every = pia.get("/approvals?status=all").get_json()["items"]

    assert one["items"][0]["ticket"] != two["items"][0]["ticket"]
    assert two["next"] is None
    assert [(line["ticket"], line["decision"]) for line in closed] == [(first, "approve")]
    assert len(every) == 3
    assert pia.get("/approvals?after=nonsense").status_code == 422
    assert pia.get("/approvals?status=lost").status_code == 422


def test_those_asked_find_the_ticket_in_their_lists_and_may_read_it(desk: WebDesk) -> None:
    number = asked(desk)
    pia = desk.api("approver")

    assert [line["number"] for line in pia.get("/tickets").get_json()["items"]] == [number]
    assert pia.ticket(number)["allowed_actions"] != []
    assert desk.api("requester2").get("/tickets").get_json()["items"] == []
