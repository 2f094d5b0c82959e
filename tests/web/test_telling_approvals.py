"""The facts of approvals told as sentences: every one has words, and those of a whole life break none of them."""

import json

import pytest

from longwatch.domain import approval
from tests.domain.approval_desk import ANN, BEN, CAT, DAY, EVE, REQ, WHY, Desk, stage
from tests.web.test_times import NOON, WARSAW
from web.console import words
from web.console.conversation import Reader
from web.console.people import Names, Viewer
from web.console.telling import tell
from web.console.telling_approvals import PHRASES

PEOPLE = {"ann": "Ann", "ben": "Ben", "cat": "Cat", "eve": "Eve", "req": "Rita"}
READER = Reader(Viewer(ANN, "Ann", NOON, WARSAW), Names(people=PEOPLE), {"b1": "Too dear."})


def told(desk: Desk, fact: str) -> list[str]:
    records = [json.loads(line.text) for line in desk.draft.lines]
    return [tell(record, READER) for record in records if record["type"] == fact]


def test_every_fact_of_an_approval_has_words_or_stays_in_the_journal() -> None:
    assert set(approval.FACTS) - set(words.EVENTS) - words.BACKGROUND == set()
    assert set(PHRASES) <= set(approval.FACTS)


def test_the_life_of_an_approval_reads_as_a_story() -> None:
    desk = Desk(stage("all"), stage("any", "user:cat", id="board")).submit()
    desk.send(ANN, "delegate", to="user:eve", text=None)
    desk.vote(EVE)
    desk.vote(BEN, "abstain")
    desk.vote(CAT)
    desk.vote(CAT, "refuse")
    desk.submit()

    assert told(desk, "ApprovalStarted") == [
        "put it up for approval (policy usual, version 3)",
        "put it up for approval (policy usual, version 3, round 2)",
    ]
    assert told(desk, "ApproversFound")[0] == "asked for the votes of Ann, Ben, Cat"
    assert told(desk, "VoteDelegated") == ["lets Eve vote"]
    assert told(desk, "VoteCast") == ["approved it for Ann", "abstained", "approved it", "refused it: “Too dear.”"]
    assert told(desk, "ApprovalRefused")[0].startswith("saw the approval refused: ")


def test_edits_deadlines_and_recalls_say_whose_votes_fell_and_who_comes() -> None:
    late = stage("n_of", need=2, reminder=3600, at_deadline="join", fallback=["user:eve"])
    desk = Desk(late).submit()
    desk.vote(ANN)
    desk.edit("v2")
    desk.passes(DAY + 1)
    desk.send(REQ, "recall", text=WHY)

    assert told(desk, "ApprovalEdited") == [
        "edited what is voted on; the approval begins again. The votes of Ann fell",
    ]
    assert told(desk, "ApprovalReminded") == ["reminded Ann, Ben, Cat to vote"]
    assert told(desk, "FallbackCalled") == ["saw the time of the stage cab pass: Eve join"]
    assert told(desk, "ApprovalRecalled") == ["recalled the approval: “Too dear.”"]


@pytest.mark.parametrize("error", ["Nobody answers", "More than 50"])
def test_approvers_that_cannot_be_found_are_told_with_why(error: str) -> None:
    desk = Desk(answering=False).submit()
    desk.answer(error=error)

    assert told(desk, "ApproversNotFound") == [f"could not find the approvers: {error}"]


def test_who_has_no_voice_is_named_with_why() -> None:
    desk = Desk(stage("any", "role:approver", "user:req")).submit()

    asked = "asked for the votes of Ann, Ben, Cat. Without a voice: Rita: the requester"
    assert told(desk, "ApproversFound") == [asked]
