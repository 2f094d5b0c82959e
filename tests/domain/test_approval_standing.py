"""What an approval shows and tells: buttons, standing, what it waits for, notices."""

import pytest

from longwatch.domain import approval
from longwatch.domain.ticket import Command, Refused
from tests.domain import approval_host as host
from tests.domain.approval_desk import ANN, BEN, DAN, DESK, REQ, Desk, stage


def test_the_buttons_are_those_of_the_gate() -> None:
    desk = Desk(stage("n_of", need=2)).submit()
    desk.vote(ANN)

    names = {actor.id: [one.name for one in approval.allowed(desk.approval, actor)] for actor in (ANN, BEN, DAN, REQ)}

    assert names["user:ann"] == ["vote", "withdraw_vote"]
    assert names["user:ben"] == ["vote", "delegate"]
    assert names["user:dan"] == []
    assert names["user:req"] == ["recall"]


def test_an_action_it_does_not_know_is_refused() -> None:
    with pytest.raises(Refused, match="no action called 'applaud'"):
        approval.decide(approval.Approval(), Command("c", "applaud", Desk().at, ANN, {}))


def test_the_standing_says_who_is_missing_and_how_many() -> None:
    desk = Desk(stage("n_of", need=2)).submit()
    desk.vote(ANN)

    shown = host.whole(desk.draft.state)["stages"][0]

    assert (shown["text"], shown["missing"], shown["of"]) == ("1 of 2 approvals", 1, "2 of them")
    assert [one["person"] for one in shown["silent"]] == ["user:ben", "user:cat"]
    assert shown["silent"][0]["entitled"] == ["by role:approver"]


def test_it_says_what_it_waits_for() -> None:
    desk = Desk(stage("n_of", need=2)).submit()
    desk.vote(ANN)

    waiting = approval.waiting_for(desk.approval)

    assert waiting == [
        {
            "what": "Waits for the approval CAB: 1 of 2 approvals.",
            "until": "2026-11-24T09:00:00.000000Z",
            "who": "user:ben, user:cat",
        }
    ]


def test_the_approvers_are_told_with_the_reason_and_the_owners_when_it_is_decided() -> None:
    desk = Desk().submit()

    desk.vote(ANN)

    assert desk.told("approval_asked") == [("user:ann",), ("user:ben",), ("user:cat",)]
    assert desk.told("approval_decided") == [("user:req", "role:change-manager")]
    asked = next(note for note in desk.effects if note.template == "approval_asked")
    assert asked.data["why"] == ["by role:approver"]
    assert asked.data["number"] == "REQ-000001"


def test_an_answer_that_nobody_waits_for_changes_nothing() -> None:
    desk = Desk().submit()

    followed = desk.send(DESK, "answered", question="approvers:1", kind="approvers", answer={"people": {}})

    assert followed == 0
