"""Who has a voice: names, exclusion, absence, delegation."""

from typing import Any

import pytest

from longwatch.domain import approval
from longwatch.domain.ticket import Refused
from tests.domain import approval_host as host
from tests.domain.approval_desk import (
    ANN,
    BEN,
    CAT,
    DAN,
    DESK,
    EVE,
    EXCLUDED,
    HOUR,
    REQ,
    TIMER,
    WHY,
    Desk,
    person,
    stage,
)

MANAGER = person("max", "change-manager")


def away(name: str, delegate: str | None = None) -> dict[str, Any]:
    return {"person": f"user:{name}", "absent": True, "delegate": delegate, "until": "2026-12-01T08:00:00.000000Z"}


def test_a_stage_asks_who_its_names_stand_for() -> None:
    desk = Desk(stage("any", "role:approver", "team:network"), answering=False).submit()

    question = host.questions(desk.draft.state)[0]

    assert question.kind == "approvers"
    assert question.data == {"stage": "cab", "names": ["role:approver", "team:network"]}


def test_the_delegate_of_somebody_absent_votes_for_them() -> None:
    desk = Desk(stage("all"))
    desk.people["role:approver"] = ["user:ann", away("ben", "user:dan")]
    desk.submit()

    desk.vote(ANN)
    desk.vote(DAN)

    assert desk.outcome == "granted"
    assert desk.all("VoteCast")[-1].data["person"] == "user:ben"
    assert desk.told("approval_asked") == [("user:ann",), ("user:ben",), ("user:dan",)]


def test_why_a_delegate_may_vote_is_told() -> None:
    desk = Desk()
    desk.people["role:approver"] = [away("ben", "user:dan")]
    desk.submit()

    assert approval.entitled(desk.approval, "user:dan") == ("delegate of user:ben",)
    shown = approval.standing(desk.approval)["stages"][0]["silent"][0]
    assert (shown["delegate"], shown["absent"], shown["until"]) == ("user:dan", True, "2026-12-01T08:00:00.000000Z")


def test_somebody_absent_may_still_vote_in_person_and_replaces_the_delegate() -> None:
    desk = Desk(stage("all"))
    desk.people["role:approver"] = ["user:ann", away("ben", "user:dan")]
    desk.submit()
    desk.vote(DAN)

    desk.vote(BEN, "refuse")

    assert desk.all("VoteCast")[-1].data["before"] == {"by": "user:dan", "decision": "approve"}
    assert desk.outcome == "refused"


def test_a_delegate_is_not_heard_once_the_person_has_voted() -> None:
    desk = Desk(stage("all"))
    desk.people["role:approver"] = ["user:ann", away("ben", "user:dan")]
    desk.submit()
    desk.vote(BEN)

    with pytest.raises(Refused, match="ben has voted in person"):
        desk.vote(DAN, "refuse")


def test_a_delegate_who_has_a_voice_of_their_own_does_not_get_a_second() -> None:
    desk = Desk(stage("n_of", need=2))
    desk.people["role:approver"] = ["user:ann", away("ben", "user:ann"), "user:cat"]
    desk.submit()

    desk.vote(ANN)

    assert desk.outcome == "none"
    left = approval.standing(desk.approval)["stages"][0]["left_out"][0]
    assert left == {"person": "user:ann", "name": "delegate of user:ben", "reason": "has a voice in this stage already"}


def test_nobody_stands_in_for_two() -> None:
    desk = Desk(stage("n_of", need=2))
    desk.people["role:approver"] = [away("ann", "user:dan"), away("ben", "user:dan")]
    desk.submit()

    desk.vote(DAN)

    assert desk.outcome == "none"
    assert len(desk.approval.run.left_out) == 1


def test_an_excluded_person_does_not_come_back_as_a_delegate() -> None:
    desk = Desk(stage("any"))
    desk.people["role:approver"] = [away("ben", "user:req")]
    desk.submit()

    with pytest.raises(Refused, match="You are the requester"):
        desk.vote(person("req", "approver"))

    assert desk.approval.run.seats[0].delegate is None


def test_an_approver_delegates_once() -> None:
    desk = Desk(stage("all", "user:ann", "user:ben")).submit()

    desk.send(BEN, "delegate", to="user:dan", text=WHY)

    assert desk.told("approval_asked")[-1] == ("user:dan",)
    with pytest.raises(Refused, match="dan stands in for you already"):
        desk.send(BEN, "delegate", to="user:eve")
    desk.vote(DAN)
    desk.vote(ANN)
    assert desk.outcome == "granted"


def test_a_delegate_does_not_pass_it_on() -> None:
    desk = Desk(stage("any", "user:ann")).submit()
    desk.send(ANN, "delegate", to="user:dan")

    with pytest.raises(Refused, match="what was delegated is not passed on"):
        desk.send(DAN, "delegate", to="user:eve")


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("user:req", "req is the requester"),
        ("user:imp", "imp is the implementer"),
        ("user:ben", "ben has a voice in this stage already"),
        ("user:ann", "another person"),
        ("team:network", "another person"),
        (None, "who is to stand in"),
        (7, "to must be"),
    ],
)
def test_delegation_goes_to_one_other_person_who_may_vote(to: Any, words: str) -> None:
    desk = Desk(stage("all", "user:ann", "user:ben")).submit()

    with pytest.raises(Refused, match=words) as refusal:
        desk.send(ANN, "delegate", to=to)

    assert refusal.value.field == "to"


def test_who_has_voted_withdraws_before_delegating() -> None:
    desk = Desk(stage("all", "user:ann", "user:ben")).submit()
    desk.vote(ANN)

    with pytest.raises(Refused, match="Withdraw your vote first"):
        desk.send(ANN, "delegate", to="user:dan")


def test_who_has_no_voice_has_none_to_delegate() -> None:
    desk = Desk().submit()

    with pytest.raises(Refused, match="not among the approvers"):
        desk.send(DAN, "delegate", to="user:eve")


def test_too_few_left_by_exclusion_is_said_at_once() -> None:
    desk = Desk(stage("n_of", need=2))
    desk.people["role:approver"] = ["user:ann", "user:req"]

    desk.submit()

    assert desk.outcome == "blocked"
    assert desk.approval.reason == "2 approvals are needed, and at most 1 can come (req: the requester)."
    assert desk.told("approval_blocked") == [("user:req", "role:change-manager")]
    with pytest.raises(Refused, match="cannot be decided as it is"):
        desk.vote(ANN)


def test_a_role_that_nobody_holds_blocks_at_once() -> None:
    desk = Desk(stage("any", "role:nobody")).submit()

    assert desk.outcome == "blocked"
    assert approval.waiting_for(desk.approval)[0]["who"] == "user:req, role:change-manager"


def test_an_emergency_with_one_approver_blocks_at_once() -> None:
    desk = Desk(stage("any", "user:ann"), emergency=True).submit()

    assert desk.outcome == "blocked"
    assert desk.approval.reason == "An emergency needs 2 different people to approve."


def test_a_blocked_stage_opens_when_its_approvers_are_found_after_all() -> None:
    desk = Desk(stage("any", "role:nobody")).submit()
    desk.people["role:nobody"] = ["user:eve"]

    desk.send(MANAGER, "ask_approvers")

    assert desk.outcome == "none"
    assert len(desk.all("ApprovalUnblocked")) == 1
    desk.vote(person("eve", "nobody"))
    assert desk.outcome == "granted"


def test_a_blocked_stage_that_stays_so_says_it_once() -> None:
    desk = Desk(stage("any", "role:nobody")).submit()

    desk.send(MANAGER, "ask_approvers")

    assert len(desk.all("ApprovalBlocked")) == 1
    assert desk.outcome == "blocked"


def test_only_owners_have_approvers_looked_for_again() -> None:
    desk = Desk(stage("any", "role:nobody")).submit()

    with pytest.raises(Refused, match="Only req or role:change-manager"):
        desk.send(ANN, "ask_approvers")


def test_approvers_that_are_known_are_not_looked_for_again() -> None:
    desk = Desk().submit()

    with pytest.raises(Refused, match="nothing to do again"):
        desk.send(MANAGER, "ask_approvers")


def test_a_new_implementer_loses_voice_and_vote() -> None:
    desk = Desk(stage("n_of", need=2)).submit()
    desk.vote(ANN)

    desk.send(REQ, "assign", excluded=[["user:req", "the requester"], ["user:ann", "the implementer"]])

    assert [vote["by"] for vote in desk.all("PeopleExcluded")[0].data["votes"]] == ["user:ann"]
    with pytest.raises(Refused, match="You are the implementer"):
        desk.vote(ANN)
    desk.vote(BEN)
    assert desk.outcome == "none"
    desk.vote(CAT)
    assert desk.outcome == "granted"


def test_a_new_implementer_loses_what_they_said_as_a_delegate() -> None:
    desk = Desk(stage("all", "user:ann", "user:ben")).submit()
    desk.send(BEN, "delegate", to="user:dan")
    desk.vote(DAN)

    desk.send(REQ, "assign", excluded=[*map(list, EXCLUDED), ["user:dan", "the implementer"]])

    seat = desk.approval.run.seats[1]
    assert (seat.person, seat.delegate, seat.vote) == ("user:ben", None, None)


def test_a_new_implementer_may_leave_too_few() -> None:
    desk = Desk(stage("n_of", "user:ann", "user:ben", need=2)).submit()

    desk.send(REQ, "assign", excluded=[["user:ann", "the implementer"]])

    assert desk.outcome == "blocked"


def test_a_stage_granted_stays_granted_when_an_approver_becomes_the_implementer() -> None:
    desk = Desk(stage("any")).submit()
    desk.vote(ANN)

    desk.send(REQ, "assign", excluded=[["user:ann", "the implementer"]])

    assert desk.outcome == "granted"
    assert approval.approved_by(desk.approval) == ()


def test_the_same_exclusions_again_are_no_news() -> None:
    desk = Desk().submit()

    assert desk.send(REQ, "assign", excluded=list(map(list, EXCLUDED))) == 0


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "the directory is away"},
        {"people": 7},
        {"people": {"role:approver": ["ann"]}},
        {"people": {"role:approver": [{"who": "user:ann"}]}},
        {"people": {"role:approver": [{"person": "user:ann", "until": "soon"}]}},
        {"people": {"role:approver": [f"user:u{n}" for n in range(51)]}},
        {"nonsense": True},
    ],
)
def test_approvers_that_cannot_be_found_are_asked_for_again_later(answer: dict[str, Any]) -> None:
    desk = Desk(answering=False).submit()
    desk.answer(**answer)
    assert desk.outcome == "none"
    assert "could not be found" in approval.waiting_for(desk.approval)[0]["what"]
    assert desk.told("approval_blocked") == [("user:req", "role:change-manager")]

    desk.passes(300)

    assert len(host.questions(desk.draft.state)) == 1
    desk.answer()
    desk.vote(ANN)
    assert desk.outcome == "granted"


def test_each_failure_is_followed_by_a_longer_wait_and_told_once() -> None:
    desk = Desk(stage("any", deadline=30 * 24 * HOUR), answering=False).submit()

    for _ in range(3):
        desk.answer(error="away")
        desk.passes(24 * HOUR)

    assert [fact.data["tries"] for fact in desk.all("ApproversNotFound")] == [1, 2, 3]
    assert len(desk.told("approval_blocked")) == 1


def test_an_owner_need_not_wait_for_the_next_try() -> None:
    desk = Desk(answering=False).submit()
    desk.answer(error="away")

    desk.send(MANAGER, "ask_approvers")

    assert len(host.questions(desk.draft.state)) == 1


def test_a_person_unknown_to_the_desk_has_no_voice() -> None:
    desk = Desk(stage("any", "user:gone", "user:ann"))
    desk.people["user:gone"] = []

    desk.submit()

    assert [seat.person for seat in desk.approval.run.seats] == ["user:ann"]


def test_no_answer_at_all_is_a_failure_too() -> None:
    desk = Desk(answering=False).submit()

    desk.send(DESK, "answered", question="approvers:1", kind="approvers", answer=None)

    assert desk.all("ApproversNotFound")[0].data["error"] == "There was no answer."


def test_a_fallback_who_stands_in_already_gets_no_second_voice() -> None:
    desk = Desk(stage("n_of", need=2, deadline=HOUR, at_deadline="join", fallback=["user:eve", "user:dan"]))
    desk.people["role:approver"] = ["user:ann", away("ben", "user:eve")]
    desk.submit()

    desk.passes(HOUR)

    assert [seat.person for seat in desk.approval.run.seats] == ["user:ann", "user:ben", "user:dan"]
    assert desk.approval.run.left_out[0].reason == "stands in for ben already"
    desk.send(TIMER, "alarm")
    desk.vote(EVE)
    assert desk.outcome == "none"


def test_an_emergency_blocks_as_soon_as_only_one_person_is_left_for_it() -> None:
    desk = Desk(stage("any"), stage("any", "user:ann", id="board"), emergency=True).submit()

    desk.vote(ANN)

    assert desk.approval.run.stage == "board"
    assert desk.outcome == "blocked"


def test_in_an_emergency_the_delegate_of_who_approved_before_is_a_second_person() -> None:
    desk = Desk(stage("any"), stage("any", "user:ann", id="board"), emergency=True)
    desk.people["user:ann"] = [away("ann", "user:dan")]
    desk.submit()
    desk.vote(ANN)

    desk.vote(DAN)

    assert desk.outcome == "granted"
    assert approval.approved_by(desk.approval) == ("user:ann", "user:dan")
