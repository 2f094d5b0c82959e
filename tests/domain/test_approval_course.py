"""Beginning, editing, recalling; deadlines, reminders, fallback and expiry."""

from datetime import timedelta

import pytest

from longwatch.domain import approval
from longwatch.domain.approval import Approval
from longwatch.domain.ticket import Command, Refused
from tests.domain import approval_host as host
from tests.domain.approval_desk import (
    ANN,
    BEN,
    CAT,
    DAN,
    DAY,
    DESK,
    EVE,
    HOUR,
    MONDAY,
    REQ,
    TIMER,
    Desk,
    person,
    policy,
    stage,
)


def test_a_material_edit_voids_every_vote_of_every_stage_and_begins_again() -> None:
    desk = Desk(stage("any"), stage("all", "user:ann", "user:dan", id="board")).submit()
    desk.vote(BEN)
    desk.vote(DAN)

    desk.edit("v2")

    fallen = [(vote["stage"], vote["by"]) for vote in desk.all("ApprovalEdited")[0].data["votes"]]
    assert fallen == [("cab", "user:ben"), ("board", "user:dan")]
    assert desk.approval.run.stage == "cab"
    assert all(seat.vote is None for seat in desk.approval.run.seats)
    assert desk.told("approval_voided") == [("user:ben", "user:dan")]


def test_an_edit_and_an_approval_at_once_never_approve_what_was_not_seen() -> None:
    desk = Desk().submit()
    desk.send(REQ, "edit", content="v2")

    with pytest.raises(Refused, match="edited since you saw it"):
        desk.vote(ANN, content="v1")

    assert desk.outcome == "none"


def test_an_edit_that_changes_nothing_voted_on_voids_nothing() -> None:
    desk = Desk(stage("all")).submit()
    desk.vote(ANN)

    desk.edit("v1")

    assert desk.all("ApprovalEdited") == []


def test_an_edit_reopens_what_was_granted() -> None:
    desk = Desk().submit()
    desk.vote(ANN)

    desk.edit("v2")

    assert desk.outcome == "none"
    assert desk.draft.state.status == "awaiting"


def test_an_edit_never_revives_what_was_refused() -> None:
    desk = Desk(stage("all")).submit()
    desk.vote(ANN, "refuse")

    desk.edit("v2")

    assert desk.outcome == "refused"


def test_the_owner_recalls_it() -> None:
    desk = Desk(stage("all")).submit()
    desk.vote(ANN)

    desk.send(REQ, "recall")

    assert desk.outcome == "recalled"
    assert desk.told("approval_recalled") == [("user:ann", "user:ben", "user:cat")]
    with pytest.raises(Refused, match="It was recalled"):
        desk.vote(BEN)


def test_a_grant_may_be_recalled() -> None:
    desk = Desk().submit()
    desk.vote(ANN)

    desk.send(person("max", "change-manager"), "recall")

    assert desk.outcome == "recalled"


def test_nobody_else_recalls_it() -> None:
    desk = Desk().submit()

    with pytest.raises(Refused, match="Only req or role:change-manager may recall it"):
        desk.send(ANN, "recall")


def test_a_refusal_cannot_be_recalled() -> None:
    desk = Desk(stage("all")).submit()
    desk.vote(ANN, "refuse")

    with pytest.raises(Refused, match="no approval to recall"):
        desk.send(REQ, "recall")


def test_the_process_itself_may_take_it_back() -> None:
    desk = Desk().submit()

    desk.send(DESK, "cancel")

    assert desk.outcome == "recalled"


def test_what_was_refused_may_be_put_up_again_as_another_round() -> None:
    desk = Desk(stage("all")).submit()
    desk.vote(ANN, "refuse")
    desk.content = "v2"

    desk.submit()
    for actor in (ANN, BEN, CAT):
        desk.vote(actor)

    assert desk.outcome == "granted"
    assert approval.standing(desk.approval)["round"] == 2


@pytest.mark.parametrize(("votes", "words"), [(0, "under way"), (1, "approved already")])
def test_nothing_is_put_up_twice_at_once(votes: int, words: str) -> None:
    desk = Desk().submit()
    for actor in (ANN,)[:votes]:
        desk.vote(actor)

    with pytest.raises(Refused, match=words):
        desk.submit()


def test_what_is_voted_on_must_have_a_hash() -> None:
    read = approval.read_policy(policy())

    with pytest.raises(ValueError, match="hash of what is voted on"):
        approval.begin(Approval(), Command("c", "submit", MONDAY, REQ), read, content="")


def test_the_hash_of_what_is_voted_on_follows_its_words_not_their_order() -> None:
    assert approval.content_of({"a": 1, "b": [2]}) == approval.content_of({"b": [2], "a": 1})
    assert approval.content_of({"a": 1}) != approval.content_of({"a": 2})


def test_the_policy_is_pinned_when_it_begins() -> None:
    desk = Desk(stage("n_of", need=2)).submit()

    pinned = desk.all("ApprovalStarted")[0].data["policy"]

    assert (pinned["name"], pinned["version"]) == ("usual", 3)
    assert approval.read_policy(pinned) == desk.approval.policy


def test_its_deadlines_are_instants_and_the_soonest_comes_first() -> None:
    desk = Desk(stage("any", reminder=HOUR)).submit()

    found = [(due.kind, due.at - MONDAY) for due in approval.deadlines(desk.approval)]

    assert found == [
        ("approval_reminder", timedelta(hours=23)),
        ("approval_deadline", timedelta(hours=24)),
    ]


def test_whoever_has_not_voted_is_reminded_once() -> None:
    desk = Desk(stage("all", reminder=HOUR)).submit()
    desk.vote(ANN)

    desk.passes(23 * HOUR)
    desk.send(TIMER, "alarm")

    assert desk.told("approval_reminded") == [("user:ben", "user:cat")]


def test_after_an_outage_nobody_is_reminded_of_a_deadline_that_passed() -> None:
    desk = Desk(stage("all", reminder=HOUR)).submit()
    desk.at += timedelta(days=2)

    desk.send(TIMER, "alarm")

    assert desk.told("approval_reminded") == []
    assert desk.outcome == "expired"


def test_a_stage_without_fallback_expires_at_its_deadline() -> None:
    desk = Desk(stage("all")).submit()
    desk.vote(ANN)

    desk.passes(DAY)

    assert desk.outcome == "expired"
    assert desk.draft.state.status == "rejected"
    assert desk.told("approval_decided") == [("user:req", "role:change-manager")]


def test_a_vote_at_the_very_deadline_is_late() -> None:
    desk = Desk().submit()
    desk.at += timedelta(days=1)

    with pytest.raises(Refused, match="It expired on 2026-11-24"):
        desk.vote(ANN)


def test_a_vote_a_moment_before_the_deadline_is_in_time() -> None:
    desk = Desk().submit()
    desk.at += timedelta(days=1, microseconds=-1)

    desk.vote(ANN)

    assert desk.outcome == "granted"


def test_the_fallback_joins_those_who_are_there() -> None:
    desk = Desk(stage("n_of", need=2, at_deadline="join", fallback=["user:eve"])).submit()
    desk.vote(ANN)

    desk.passes(DAY)
    desk.vote(EVE)

    assert desk.outcome == "granted"
    assert desk.told("approval_overdue") == [("user:req", "role:change-manager")]


def test_the_fallback_takes_the_place_of_those_who_are_silent_and_votes_cast_stay() -> None:
    desk = Desk(stage("all", at_deadline="take_over", fallback=["user:eve"])).submit()
    desk.vote(ANN)

    desk.passes(DAY)

    with pytest.raises(Refused, match="not among the approvers"):
        desk.vote(BEN)
    desk.vote(EVE)
    assert desk.outcome == "granted"
    assert [seat.person for seat in desk.approval.run.seats] == ["user:ann", "user:eve"]


def test_nothing_is_granted_while_those_who_take_over_are_not_known() -> None:
    terms = stage("percent", need=50, at_deadline="take_over", fallback=["user:eve", "user:dan"])
    desk = Desk(terms).submit()
    desk.vote(ANN)
    desk.answering = False

    desk.passes(DAY)
    assert desk.outcome == "none"
    desk.answer()

    assert desk.outcome == "none"
    desk.vote(EVE)
    assert desk.outcome == "granted"


def test_a_fallback_has_the_whole_time_again_from_when_it_was_called() -> None:
    desk = Desk(stage("all", at_deadline="take_over", fallback=["user:eve"])).submit()
    desk.at += timedelta(days=3)

    desk.send(TIMER, "alarm")

    assert desk.outcome == "none"
    assert host.nearest(desk.draft.state) == desk.at + timedelta(days=1)
    desk.passes(DAY)
    assert desk.outcome == "expired"


def test_an_excluded_fallback_does_not_vote_either() -> None:
    desk = Desk(stage("all", at_deadline="take_over", fallback=["user:req"])).submit()

    desk.passes(DAY)

    assert desk.outcome == "blocked"
    assert desk.approval.reason == "1 approval is needed, and at most 0 can come (req: the requester)."
    desk.passes(DAY)
    assert desk.outcome == "expired"


def test_the_fallback_comes_to_a_blocked_stage_too() -> None:
    desk = Desk(stage("any", "role:nobody", at_deadline="join", fallback=["user:eve"])).submit()
    assert desk.outcome == "blocked"

    desk.passes(DAY)
    desk.vote(EVE)

    assert desk.outcome == "granted"


def test_approvers_never_found_are_looked_for_again_with_the_fallback_that_joins_them() -> None:
    desk = Desk(stage("any", at_deadline="join", fallback=["user:eve"]), answering=False).submit()

    desk.passes(DAY)

    assert host.questions(desk.draft.state)[0].data["names"] == ["role:approver", "user:eve"]
    desk.answer()
    assert [seat.person for seat in desk.approval.run.seats] == ["user:ann", "user:ben", "user:cat", "user:eve"]


def test_looking_again_after_a_take_over_asks_for_the_fallback_alone() -> None:
    desk = Desk(stage("all", at_deadline="take_over", fallback=["role:nobody"])).submit()
    desk.passes(DAY)
    desk.people["role:nobody"] = ["user:eve"]

    desk.send(person("max", "change-manager"), "ask_approvers")

    assert [seat.person for seat in desk.approval.run.seats] == ["user:eve"]
    assert desk.outcome == "none"


def test_nobody_to_remind_reminds_the_owners() -> None:
    desk = Desk(stage("any", "role:nobody", reminder=HOUR)).submit()

    desk.passes(23 * HOUR)

    assert desk.told("approval_reminded") == [("user:req", "role:change-manager")]


def test_an_approval_that_ended_has_no_deadline() -> None:
    desk = Desk(stage("any", reminder=HOUR)).submit()

    desk.vote(ANN)

    assert approval.deadlines(desk.approval) == ()
    assert approval.waiting_for(desk.approval) == []


def test_an_alarm_that_comes_too_late_changes_nothing() -> None:
    desk = Desk().submit()
    desk.vote(ANN)

    assert desk.send(TIMER, "alarm") == 0


def test_before_it_begins_there_is_nothing_to_show() -> None:
    assert approval.standing(Approval()) == {"status": "none", "stage": None, "stages": []}
    assert approval.entitled(Approval(), "user:ann") == ()
    assert approval.allowed(Approval(), ANN) == []
    assert approval.outcome(Approval()) == "none"


def test_a_vote_changed_while_those_who_take_over_are_not_known_grants_nothing_yet() -> None:
    terms = stage("percent", need=50, at_deadline="take_over", fallback=["user:eve", "user:dan"])
    desk = Desk(terms)
    desk.people["role:approver"] = ["user:ann", "user:ben", "user:cat", "user:fay"]
    desk.submit()
    desk.vote(ANN)
    desk.vote(BEN, "abstain")
    desk.answering = False
    desk.passes(DAY)

    desk.vote(BEN, "approve")

    assert desk.outcome == "none"
    desk.answer()
    assert desk.outcome == "granted"


def test_a_refusal_while_those_who_join_are_not_known_is_not_the_last_word() -> None:
    desk = Desk(stage("any", "user:ann", at_deadline="join", fallback=["user:eve"])).submit()
    desk.answering = False
    desk.passes(DAY)

    desk.vote(ANN, "refuse")

    assert desk.outcome == "none"
    desk.answer()
    desk.vote(EVE)
    assert desk.outcome == "granted"


def test_when_nobody_joins_after_all_the_refusal_stands() -> None:
    desk = Desk(stage("any", "user:ann", at_deadline="join", fallback=["user:req"])).submit()
    desk.answering = False
    desk.passes(DAY)
    desk.vote(ANN, "refuse")

    desk.answer()

    assert desk.outcome == "refused"
