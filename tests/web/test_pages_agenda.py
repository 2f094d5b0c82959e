"""The agenda of the change advisory board: every change up for a decision, by planned start, with all it takes."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from longwatch.domain.ticket import Actor, stamp
from tests.web.conftest import WebDesk
from tests.web.person import Person
from tests.web.planned_changes import WILD, planned, put_up
from tests.web.test_times import NOON, WARSAW
from web.console.change_brief import Picture, brief
from web.console.people import Names, Viewer

WHO = Viewer(Actor("user:carl", roles=("change-manager",)), "Carl", NOON, WARSAW)


def test_changes_stand_in_the_order_of_their_planned_start(desk: WebDesk) -> None:
    late, soon = put_up(desk, "Later", 9), put_up(desk, "Sooner", 2)
    planned(desk, "Only a draft")

    page = Person(desk.client(), "change-manager").go("/approvals/agenda")

    assert re.findall(r'href="/approvals/(CHG-\d+)"', page) == [soon, late]
    assert "Only a draft" not in page


def test_each_shows_risk_with_reasons_items_and_what_else_is_affected(desk: WebDesk) -> None:
    put_up(desk, "Reindex orders", cis=["db-1"], answers=WILD)

    page = Person(desk.client(), "change-manager").go("/approvals/agenda")

    for words in ("risk, ", "Was it rehearsed? No (+20)", "Orders database", "Technical review", "Also affected"):
        assert words in page
    assert "left</span>" in page


def test_changes_at_the_same_time_on_the_same_item_stand_in_each_others_way(desk: WebDesk) -> None:
    put_up(desk, "First")
    put_up(desk, "Second")

    page = Person(desk.client(), "change-manager").go("/approvals/agenda")

    assert "In its way" in page


def test_who_still_has_to_vote_is_named_with_how_often(desk: WebDesk) -> None:
    put_up(desk, "One")
    put_up(desk, "Two", 5)

    page = Person(desk.client(), "change-manager").go("/approvals/agenda")

    assert "Votes are missing from" in page
    assert "Lena Lead (2)" in page


def test_one_authority_has_a_page_of_its_own(desk: WebDesk) -> None:
    calm, wild = put_up(desk, "Calm"), put_up(desk, "Wild", 5, cis=["db-1"], answers=WILD)
    authority = desk.api().ticket(wild)["change"]["risk"]["authority"]
    carl = Person(desk.client(), "change-manager")

    every, one = carl.go("/approvals/agenda"), carl.go(f"/approvals/agenda?authority={authority}")

    assert f'href="/approvals/agenda?authority={authority}"' in every
    assert wild in one
    assert calm not in one


def test_what_is_decided_leaves_the_agenda(desk: WebDesk) -> None:
    number = put_up(desk, "Calm")
    lena = Person(desk.client(), "lead")
    lena.go(f"/approvals/{number}")

    lena.send(f"/approvals/{number}/vote", decision="approve")

    assert desk.api().ticket(number)["status"] == "scheduled"
    assert "Nothing is up for a decision" in lena.go("/approvals/agenda")


@pytest.mark.parametrize(("login", "status"), [("approver", 200), ("auditor", 200), ("agent", 403), ("requester", 403)])
def test_the_agenda_is_for_those_who_decide_and_inspect(desk: WebDesk, login: str, status: int) -> None:
    person = Person(desk.client(), login)

    person.go("/approvals/agenda")

    assert person.status == status


def test_an_approver_finds_only_what_they_are_asked(desk: WebDesk) -> None:
    number = put_up(desk, "For leads and managers")

    assert number not in Person(desk.client(), "approver").go("/approvals/agenda")


def test_the_approvers_page_of_a_change_shows_plan_risk_and_surroundings(desk: WebDesk) -> None:
    number = put_up(desk, "Reindex orders", cis=["db-1"])

    page = Person(desk.client(), "lead").go(f"/approvals/{number}")

    for words in ("Implementation plan", "Copy it.\nSwitch over.", "Back-out plan", "Switch back.", "Orders database"):
        assert words in page
    assert "Risk and surroundings" in page
    assert "Anna Agent (the author)" in page


def test_nobody_authorises_a_plan_that_was_edited_meanwhile(desk: WebDesk) -> None:
    number = put_up(desk, "Reindex orders")
    lena = Person(desk.client(), "lead")
    lena.go(f"/approvals/{number}")
    edited = desk.api("agent").post(f"/tickets/{number}/actions/edit", {"plan": "Copy it.\nHope."})

    page = lena.send(f"/approvals/{number}/vote", decision="approve")

    assert edited.status_code == 200, edited.get_json()
    assert lena.status == 409
    assert "It has changed since you opened it." in page
    assert desk.api().ticket(number)["status"] == "authorization"
    assert "Hope.</ins>" in page


def state(**changes: Any) -> SimpleNamespace:
    empty = dict.fromkeys(("begin", "end", "model", "risk", "verdict", "judged_at"))
    return SimpleNamespace(**{**empty, "type": "emergency", "cis": (), **changes})


def test_a_change_of_which_little_is_known_is_told_in_brief_too() -> None:
    told = brief(state(), Picture(), Names(), WHO)

    assert (told.type, told.window, told.risk, told.judged) == ("Emergency", "not planned yet", None, None)


def test_what_blocks_and_what_only_warns_are_told_apart() -> None:
    until = datetime(2026, 11, 23, 9, tzinfo=UTC)
    freeze = {"reason": "Year end is a freeze.", "blocking": True, "until": stamp(until)}
    busy = {"reason": "Kim is busy.", "blocking": False, "until": None}

    told = brief(state(verdict={"obstacles": [freeze, busy], "more": 3}, judged_at=NOON), Picture(), Names(), WHO)

    rows = [(one.badge.label, one.reason, one.until.short if one.until else "") for one in told.in_the_way]
    assert rows == [
        ("Blocks it", "Year end is a freeze.", "Mon 23 Nov, 10:00 CET"),
        ("Look at it", "Kim is busy.", ""),
    ]
    assert told.more_in_the_way == 3


def test_affected_items_beyond_those_named_are_counted() -> None:
    assert Picture(["a", "b"], 5).more == 3
    assert Picture(["a"], 1).more == 0
