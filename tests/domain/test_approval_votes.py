"""Votes, one sentence a rule."""

import pytest

from longwatch.domain import approval
from longwatch.domain.ticket import Actor, Command, Refused
from tests.domain.approval_desk import ANN, BEN, CAT, DAN, EVE, HOUR, WHY, Desk, person, stage


def test_one_approval_is_enough_under_any() -> None:
    desk = Desk(stage("any")).submit()

    desk.vote(BEN)

    assert desk.outcome == "granted"
    assert desk.draft.state.status == "approved"


def test_a_refusal_under_any_leaves_it_to_the_others() -> None:
    desk = Desk(stage("any")).submit()

    desk.vote(BEN, "refuse")
    desk.vote(ANN)

    assert desk.outcome == "granted"


def test_all_waits_for_everybody() -> None:
    desk = Desk(stage("all")).submit()

    desk.vote(ANN)
    desk.vote(BEN)

    assert desk.outcome == "none"
    assert desk.vote(CAT) > 0
    assert desk.outcome == "granted"


def test_one_refusal_ends_all() -> None:
    desk = Desk(stage("all")).submit()

    desk.vote(ANN, "refuse")

    assert desk.outcome == "refused"
    assert desk.draft.state.status == "rejected"


def test_an_abstention_is_no_objection_under_all() -> None:
    desk = Desk(stage("all")).submit()

    desk.vote(ANN)
    desk.vote(BEN)
    desk.vote(CAT, "abstain")

    assert desk.outcome == "granted"


def test_nothing_is_granted_by_abstentions_alone() -> None:
    desk = Desk(stage("all")).submit()

    for actor in (ANN, BEN, CAT):
        desk.vote(actor, "abstain")

    assert desk.outcome == "refused"


def test_a_percentage_is_of_those_entitled_and_rounded_up() -> None:
    desk = Desk(stage("percent", need=50)).submit()

    desk.vote(ANN)

    assert approval.standing(desk.approval)["stages"][0]["text"] == "1 of 2 approvals"
    desk.vote(BEN)
    assert desk.outcome == "granted"


def test_an_abstention_does_not_lower_a_percentage() -> None:
    desk = Desk(stage("percent", need=100)).submit()

    desk.vote(ANN, "abstain")

    assert desk.outcome == "refused"


def test_weights_add_up_to_the_threshold() -> None:
    desk = Desk(stage("weighted", {"name": "user:ann", "weight": 3}, "user:ben", "user:cat", need=4)).submit()

    desk.vote(BEN)
    desk.vote(CAT)

    assert desk.outcome == "none"
    desk.vote(ANN)
    assert desk.outcome == "granted"


def test_somebody_of_several_names_weighs_the_most_of_them_and_counts_once() -> None:
    names = ({"name": "role:approver", "weight": 2}, {"name": "user:ann", "weight": 3})
    desk = Desk(stage("weighted", *names, need=4)).submit()

    desk.vote(ANN)

    assert desk.outcome == "none"
    assert approval.entitled(desk.approval, "user:ann") == ("by role:approver", "by user:ann")
    assert approval.standing(desk.approval)["stages"][0]["text"] == "a weight of 3 of 4"


def test_a_veto_ends_it_whatever_the_others_say() -> None:
    desk = Desk(stage("n_of", "role:approver", "user:eve", need=2, veto=["user:eve"])).submit()

    desk.vote(ANN, "refuse")
    assert desk.outcome == "none"
    desk.vote(EVE, "refuse")

    assert desk.outcome == "refused"
    assert desk.approval.reason == "eve refused, and one refusal ends it."


def test_it_is_refused_as_soon_as_the_rule_is_out_of_reach() -> None:
    desk = Desk(stage("n_of", need=2)).submit()

    desk.vote(ANN, "refuse")
    desk.vote(BEN, "refuse")

    assert desk.outcome == "refused"
    assert desk.approval.reason == "2 approvals are needed, and at most 1 can still come."


def test_a_refusal_needs_a_comment() -> None:
    desk = Desk(stage("all")).submit()

    with pytest.raises(Refused, match="Please write why you refuse") as refusal:
        desk.vote(ANN, "refuse", comment=None)

    assert refusal.value.field == "comment"


def test_the_comment_is_kept_with_the_vote() -> None:
    desk = Desk(stage("all")).submit()

    desk.vote(ANN, comment=WHY)

    vote = approval.standing(desk.approval)["stages"][0]["votes"][0]
    assert (vote["comment"], vote["content"], vote["by"]) == (WHY, "v1", "user:ann")


def test_a_vote_must_be_one_of_three_words() -> None:
    desk = Desk().submit()

    with pytest.raises(Refused, match="approve, refuse, abstain") as refusal:
        desk.vote(ANN, "maybe")

    assert refusal.value.field == "decision"


def test_a_vote_on_other_content_is_refused() -> None:
    desk = Desk().submit()

    with pytest.raises(Refused, match="edited since you saw it") as refusal:
        desk.vote(ANN, content="v0")

    assert refusal.value.field == "content"


def test_a_vote_without_content_is_refused() -> None:
    desk = Desk().submit()

    with pytest.raises(Refused) as refusal:
        desk.vote(ANN, content=None)

    assert refusal.value.field == "content"


def test_fifty_identical_votes_count_once() -> None:
    desk = Desk(stage("n_of", need=2)).submit()

    facts = [desk.vote(ANN) for _ in range(50)]

    assert facts == [1] + [0] * 49
    assert len(desk.all("VoteCast")) == 1
    assert desk.outcome == "none"


def test_fifty_identical_votes_in_one_round_of_the_loop_are_all_applied_and_one_is_written() -> None:
    desk = Desk(stage("any")).submit()
    data = {"decision": "approve", "content": "v1", "stage": "cab"}

    outcomes = [desk.draft.take(Command(f"v{n}", "vote", desk.at, ANN, data)).outcome for n in range(50)]

    assert outcomes == ["applied"] * 50
    assert len(desk.all("VoteCast")) == 1


def test_the_same_vote_again_is_no_mistake_even_when_it_ended_the_stage() -> None:
    desk = Desk(stage("any"), stage("any", id="board")).submit()
    desk.vote(ANN)

    again = desk.vote(ANN, stage="cab")

    assert again == 0
    assert desk.approval.run.stage == "board"
    assert desk.approval.run.seats[0].vote is None


def test_with_several_stages_a_vote_says_which_it_is_for() -> None:
    desk = Desk(stage("any"), stage("any", id="board")).submit()

    with pytest.raises(Refused, match="which stage you vote on: cab, board") as refusal:
        desk.vote(ANN, stage=None)

    assert refusal.value.field == "stage"


@pytest.mark.parametrize(
    ("wanted", "words"), [("cab", "decided already"), ("last", "not open yet"), ("none", "There is no stage")]
)
def test_a_vote_on_a_stage_that_is_not_open_is_refused(wanted: str, words: str) -> None:
    desk = Desk(stage("any"), stage("any", id="board"), stage("any", id="last")).submit()
    desk.vote(ANN)

    with pytest.raises(Refused, match=words) as refusal:
        desk.vote(BEN, stage=wanted)

    assert refusal.value.field == "stage"


def test_a_vote_may_be_changed_while_the_stage_is_open() -> None:
    desk = Desk(stage("n_of", need=2)).submit()
    desk.vote(ANN, "refuse")

    desk.vote(ANN, "approve")

    assert desk.all("VoteCast")[-1].data["before"] == {"by": "user:ann", "decision": "refuse"}
    desk.vote(BEN)
    assert desk.outcome == "granted"


def test_a_vote_may_be_withdrawn_while_the_stage_is_open() -> None:
    desk = Desk(stage("n_of", need=2)).submit()
    desk.vote(ANN)

    desk.send(ANN, "withdraw_vote")

    desk.vote(BEN)
    assert desk.outcome == "none"
    assert desk.all("VoteWithdrawn")[0].data["decision"] == "approve"


def test_nobody_withdraws_what_they_did_not_say() -> None:
    desk = Desk(stage("n_of", need=2)).submit()
    desk.vote(ANN)

    with pytest.raises(Refused, match="no vote to withdraw"):
        desk.send(BEN, "withdraw_vote")


def test_a_decided_approval_takes_no_votes() -> None:
    desk = Desk(stage("any", veto="all")).submit()
    desk.vote(ANN, "refuse")

    with pytest.raises(Refused, match="It was refused on 2026-11-23"):
        desk.vote(BEN)

    assert desk.outcome == "refused"


def test_those_who_are_no_approvers_do_not_vote() -> None:
    desk = Desk().submit()

    with pytest.raises(Refused, match="not among the approvers of the stage CAB"):
        desk.vote(DAN)


def test_who_lost_the_role_since_lost_the_voice() -> None:
    desk = Desk().submit()

    with pytest.raises(Refused, match="no longer hold role:approver"):
        desk.vote(person("ann", "requester"))


def test_who_is_named_in_person_needs_no_role() -> None:
    desk = Desk(stage("any", "user:ann")).submit()

    desk.vote(person("ann", "requester"))

    assert desk.outcome == "granted"


def test_a_voice_by_team_is_held_with_the_team() -> None:
    desk = Desk(stage("any", "team:network"))
    desk.people["team:network"] = ["user:ann"]
    desk.submit()

    with pytest.raises(Refused, match="no longer hold team:network"):
        desk.vote(ANN)
    desk.vote(person("ann", "agent", teams=("network",)))

    assert desk.outcome == "granted"


@pytest.mark.parametrize(("name", "words"), [("req", "You are the requester"), ("imp", "You are the implementer")])
def test_requester_and_implementer_never_vote(name: str, words: str) -> None:
    desk = Desk()
    desk.people["role:approver"].append(f"user:{name}")
    desk.submit()

    with pytest.raises(Refused, match=words):
        desk.vote(person(name, "approver"))

    left = approval.standing(desk.approval)["stages"][0]["left_out"]
    assert [one["person"] for one in left] == [f"user:{name}"]
    assert approval.entitled(desk.approval, f"user:{name}") == ()


def test_machines_never_vote() -> None:
    desk = Desk(stage("any", "user:bot")).submit()

    with pytest.raises(Refused, match="Only people vote"):
        desk.vote(Actor("user:bot", kind="system"))


def test_nobody_votes_before_the_approvers_are_known() -> None:
    desk = Desk(answering=False).submit()

    with pytest.raises(Refused, match="still being looked for"):
        desk.vote(ANN)

    desk.answer()
    desk.vote(ANN)
    assert desk.outcome == "granted"


def test_nothing_is_voted_on_before_it_was_asked_for() -> None:
    with pytest.raises(Refused, match="Nothing is up for approval"):
        approval.decide(approval.Approval(), Command("c", "vote", Desk().at, ANN, {"decision": "approve"}))


def test_an_emergency_needs_two_people_under_any() -> None:
    desk = Desk(stage("any"), emergency=True).submit()

    desk.vote(ANN)
    assert desk.outcome == "none"
    desk.vote(BEN)

    assert desk.outcome == "granted"
    assert approval.approved_by(desk.approval) == ("user:ann", "user:ben")


def test_in_an_emergency_one_person_in_two_stages_is_one_person() -> None:
    desk = Desk(stage("any"), stage("any", id="board"), emergency=True).submit()

    desk.vote(ANN)
    desk.vote(ANN)
    assert desk.outcome == "none"
    desk.vote(BEN)

    assert desk.outcome == "granted"


def test_an_emergency_is_refused_when_no_second_person_is_left() -> None:
    desk = Desk(stage("any", "user:ann", "user:ben"), emergency=True).submit()
    desk.vote(ANN)

    desk.vote(BEN, "refuse")

    assert desk.outcome == "refused"


def test_stages_are_decided_strictly_in_order() -> None:
    desk = Desk(stage("any"), stage("all", "user:dan", id="board")).submit()

    with pytest.raises(Refused, match="not among the approvers of the stage CAB"):
        desk.vote(DAN)
    desk.vote(ANN)
    assert desk.outcome == "none"
    desk.vote(DAN)

    assert desk.outcome == "granted"
    assert [fact.data["stage"] for fact in desk.all("StageGranted")] == ["cab", "board"]


def test_a_vote_accepted_before_the_deadline_counts_however_late_it_is_decided() -> None:
    desk = Desk(stage("any", deadline=HOUR)).submit()
    facts = approval.settle(desk.approval, desk.at)

    desk.vote(ANN)

    assert facts == []
    assert desk.outcome == "granted"
