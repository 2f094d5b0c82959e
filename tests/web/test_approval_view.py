"""An approval beside its ticket: stages, votes with their reasons, who is missing, and what is the viewer's."""

import pytest

from longwatch.domain.ticket import Actor
from tests.domain.approval_desk import ANN, BEN, CAT, DAN, DAY, EVE, Desk, stage
from tests.web.test_times import WARSAW
from web.console.approval_view import ApprovalPanel, approval_panel, comments_in, people_in
from web.console.conversation import Reader
from web.console.people import Names, Viewer

PEOPLE = {"ann": "Ann", "ben": "Ben", "cat": "Cat", "eve": "Eve", "req": "Rita"}


def panel(desk: Desk, who: Actor = ANN) -> ApprovalPanel:
    viewer = Viewer(who, who.id, desk.at, WARSAW)
    found = approval_panel("REQ-1", desk.approval, Reader(viewer, Names(people=PEOPLE), {"b1": "Too dear."}))
    assert found is not None
    return found


def names(rows: object) -> list[str]:
    return [row.person.name for row in rows]  # type: ignore[attr-defined]


def test_nothing_is_drawn_where_nothing_was_put_up() -> None:
    desk = Desk()

    assert approval_panel("REQ-1", desk.approval, Reader(Viewer(ANN, "", desk.at, WARSAW), Names(), {})) is None


def test_an_open_stage_says_who_is_asked_and_how_long() -> None:
    shown = panel(Desk(stage("n_of", need=2)).submit())

    [cab] = shown.stages
    assert (shown.badge.label, cab.badge.label, cab.text) == ("Votes are awaited",) * 2 + ("0 of 2 approvals",)
    assert cab.rule.startswith("Everyone who is approver: 2 of them must approve.")
    assert cab.due is not None
    assert cab.due.runs
    assert names(cab.silent) == ["Ann", "Ben", "Cat"]
    assert [(row.person.name if row.person else "", row.reason) for row in shown.excluded] == [
        ("Rita", "the requester"),
        ("imp", "the implementer"),
    ]


def test_votes_show_who_spoke_for_whom_and_why() -> None:
    desk = Desk(stage("all", {"name": "role:approver", "weight": 2}, veto="all")).submit()
    desk.send(ANN, "delegate", to="user:eve", text=None)
    desk.vote(EVE)
    desk.vote(BEN, "refuse")

    [cab] = panel(desk).stages

    ann, ben = cab.votes
    assert (ann.person.name if ann.person else "", ann.by.name if ann.by else "") == ("Ann", "Eve")
    assert (ben.badge.label, ben.comment) == ("Refuses", "Too dear.")
    assert ben.why == "as approver, weight 2, a refusal alone ends it"
    assert names(cab.silent) == ["Cat"]
    assert cab.due is None


@pytest.mark.parametrize(
    ("who", "theirs"), [(ANN, ("as approver", False)), (BEN, ("as approver", True)), (DAN, ("", False))]
)
def test_the_viewer_is_told_what_is_theirs_to_do(who: Actor, theirs: tuple[str, bool]) -> None:
    desk = Desk(stage("all")).submit()
    desk.vote(ANN)

    shown = panel(desk, who)

    assert (shown.mine, shown.owes) == theirs


def test_a_delegate_is_asked_for_the_one_they_stand_in_for() -> None:
    desk = Desk(stage("all")).submit()
    desk.send(ANN, "delegate", to="user:eve", text=None)

    assert panel(desk, EVE).mine == "for Ann"


def test_later_stages_wait_their_turn_and_a_late_one_says_so() -> None:
    late = stage("any", "user:cat", id="board", title="Board", at_deadline="take_over", fallback=["user:eve"])
    desk = Desk(stage(), late).submit()
    before = [one.badge.label for one in panel(desk).stages]
    desk.vote(ANN)
    desk.passes(DAY)

    cab, board = panel(desk).stages

    assert before == ["Votes are awaited", "Not open yet"]
    assert (cab.badge.label, board.fallback, names(board.silent)) == ("Approved", True, ["Eve"])


def test_what_is_stuck_says_why() -> None:
    shown = panel(Desk(stage("n_of", need=4)).submit())

    assert (shown.badge.label, shown.stages[0].badge.label) == ("Stuck", "Stuck")
    assert "4 approvals are needed" in shown.reason


def test_an_emergency_says_how_many_people_it_takes() -> None:
    desk = Desk(stage(), emergency=True).submit()
    desk.vote(ANN)

    assert panel(desk).people == "1 of at least 2 different people approved"


def test_everybody_and_every_comment_is_looked_up() -> None:
    desk = Desk(stage("all")).submit()
    desk.send(ANN, "delegate", to="user:eve", text=None)
    desk.vote(CAT, "refuse")

    people = people_in(desk.approval)

    assert {"user:ann", "user:ben", "user:cat", "user:eve", "user:req", "user:imp"} <= set(people)
    assert comments_in(desk.approval) == ["b1"]
