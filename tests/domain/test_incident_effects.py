"""Who is told what."""

from longwatch.domain.case_effects import recipients
from longwatch.domain.incident_state import State
from longwatch.domain.ticket import Notify
from tests.domain.incident_desk import AGENT, AGENT2, DISPATCHER, REQUESTER, Desk, ref


def told(desk: Desk, template: str) -> list[tuple[str, ...]]:
    return [one.to for one in desk.effects if isinstance(one, Notify) and one.template == template]


def routed() -> Desk:
    return Desk(routing={"team": "l1", "person": "user:agent", "reasons": ["least loaded"]}).open()


def test_the_person_assigned_is_told_and_the_team_if_there_is_none() -> None:
    assert told(routed(), "assigned") == [("user:agent",)]
    assert told(Desk().open(), "assigned") == [("team:l1",)]


def test_whoever_takes_an_incident_need_not_be_told() -> None:
    desk = Desk().open()

    desk.send(AGENT, "take")
    desk.send(AGENT2, "take")

    assert told(desk, "assigned") == [("team:l1",)]


def test_the_requester_is_told_of_replies_resolution_and_cancellation() -> None:
    desk = routed()
    desk.send(AGENT, "message", public=True, body=ref("hello"))
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    cancelled = routed()
    cancelled.send(AGENT, "cancel", reason=ref())

    assert told(desk, "reply") == [("user:requester",)]
    assert told(desk, "resolved") == [("user:requester",)]
    assert told(cancelled, "cancelled") == [("user:requester",)]


def test_internal_notes_are_told_to_nobody() -> None:
    desk = routed()
    before = len(desk.effects)

    desk.send(AGENT2, "message", public=False, body=ref())

    assert len(desk.effects) == before


def test_the_owner_is_told_of_the_requesters_message_and_of_a_reopening() -> None:
    desk = routed()
    desk.send(REQUESTER, "message", public=True, body=ref())
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.send(REQUESTER, "reopen", reason=ref())

    assert told(desk, "message") == [("user:agent",)]
    assert told(desk, "reopened") == [("user:agent",)]


def test_whoever_withdraws_an_incident_need_not_be_told() -> None:
    desk = Desk().open()
    desk.send(REQUESTER, "cancel", reason=ref())

    assert told(desk, "cancelled") == []


def test_a_breach_is_told_to_the_lead_and_the_owner() -> None:
    assert told(routed().wait(minutes=20), "breach") == [("role:lead", "user:agent")]


def test_an_escalation_is_told_to_the_lead() -> None:
    desk = routed()
    desk.send(DISPATCHER, "escalate", reason=ref())

    assert told(desk, "escalated") == [("role:lead",)]


def test_the_owner_is_told_when_a_hold_lifts_itself_and_not_when_they_lift_it() -> None:
    desk = routed()
    desk.send(AGENT, "start")
    desk.send(AGENT, "hold", reason="awaiting_supplier")
    desk.send(AGENT, "resume")
    assert told(desk, "hold_lifted") == []

    desk.send(AGENT, "hold", reason="planned_until", until="2026-11-24T09:00:00Z")
    desk.wait(days=2)
    assert told(desk, "hold_lifted") == [("user:agent",)]


def test_a_message_names_the_ticket_and_its_title_by_reference() -> None:
    notify = next(one for one in routed().effects if isinstance(one, Notify))

    assert notify.data["number"] == "INC-000001"
    assert notify.data["title"] == ref()
    assert notify.data["priority"] == 3


def test_recipients_stand_for_whoever_they_are_and_are_told_once() -> None:
    state = State(assignee="user:agent", team="l1", requester=None)

    assert recipients(state, ("assignee", "requester", "team", "user:agent", "role:lead")) == (
        "user:agent",
        "team:l1",
        "role:lead",
    )
    assert recipients(State(), ("assignee", "team")) == ("role:dispatcher",)
