"""No ticket waits for nothing: each says what for, until when, and whose turn it is."""

from datetime import timedelta

import pytest

from longwatch.domain.incident import incident
from longwatch.domain.ticket import stamp
from tests.domain.incident_desk import AGENT, MONDAY, REQUESTER, TARGETS, Desk, policy, ref


def first(desk: Desk) -> dict[str, object]:
    return incident.waiting_for(desk.state)[0]


def said(desk: Desk) -> str:
    return " ".join(one["what"] for one in incident.waiting_for(desk.state))


def test_before_it_is_opened_it_waits_for_nothing() -> None:
    assert incident.waiting_for(incident.State()) == []


def test_a_new_incident_waits_for_the_answers_it_asked_for() -> None:
    desk = Desk().open(answer=False)

    assert "somebody to take it" in said(desk)
    assert "the priority matrix" in said(desk)


def test_an_unowned_incident_waits_for_its_team_until_the_response_is_due() -> None:
    assert first(Desk().open()) == {
        "what": "Waits for someone of l1 to take it.",
        "until": stamp(MONDAY + timedelta(minutes=15)),
        "who": "team:l1",
    }


def test_an_owned_incident_waits_for_its_owner() -> None:
    desk = Desk().open()
    desk.send(AGENT, "take")
    assert first(desk)["who"] == "user:agent"

    desk.send(AGENT, "start")
    assert first(desk)["until"] == stamp(MONDAY + timedelta(hours=4))


def test_a_held_incident_says_what_holds_it() -> None:
    desk = Desk().open()
    desk.send(AGENT, "start")
    desk.send(AGENT, "hold", reason="awaiting_requester")

    assert first(desk) == {
        "what": "Is on hold, waiting for the requester's answer.",
        "until": None,
        "who": "user:requester",
    }


def test_a_resolved_incident_waits_for_confirmation_and_says_when_it_closes_by_itself() -> None:
    desk = Desk().open()
    desk.send(AGENT, "resolve", code="fixed", text=ref())

    assert first(desk)["who"] == "user:requester"
    assert first(desk)["until"] == "2026-11-25T17:00:00.000000Z"


def test_a_closed_incident_waits_for_the_end_of_its_reopen_window() -> None:
    desk = Desk().open()
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.send(REQUESTER, "confirm")

    assert first(desk)["until"] == stamp(MONDAY + timedelta(days=10))


def test_a_cancelled_incident_waits_to_be_sealed() -> None:
    desk = Desk().open()
    desk.send(AGENT, "cancel", reason=ref())

    assert "cancelled" in str(first(desk)["what"])


def test_the_next_escalation_and_the_update_owed_are_foretold() -> None:
    assert "Escalates by rung r50" in said(Desk().open())
    assert "Owes the requester a public update." in said(Desk().open())


@pytest.mark.parametrize("targets", [[], TARGETS[:1]])
def test_a_policy_without_times_is_said_to_have_none(targets: list[dict[str, object]]) -> None:
    desk = Desk(policy=lambda _, since, until: policy(since, until, targets=targets)).open()

    assert ("promises no times" in said(desk)) is (not targets)
