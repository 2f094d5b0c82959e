"""The incident's moves from status to status, each as it happens and as it is refused."""

import pytest

from longwatch.domain.incident import incident
from longwatch.domain.ticket import Actor, Decider, fold, stamp
from tests.domain.incident_desk import (
    AGENT,
    AGENT2,
    DISPATCHER,
    MONDAY,
    REQUESTER,
    STRANGER,
    Desk,
    closed,
    ref,
    started,
    taken,
)

UNROUTED = {"team": None, "person": None, "reasons": []}


def test_an_incident_is_a_decider() -> None:
    decider: Decider = incident

    assert decider.State() == incident.State()
    assert decider.next_alarm(incident.State()) is None
    assert decider.questions(incident.State()) == ()
    assert not decider.sealed(incident.State())


def test_the_state_is_the_fold_of_the_journal() -> None:
    desk = closed()

    assert fold(incident, desk.facts) == desk.state


def test_an_opened_incident_is_new_and_keeps_what_it_was_opened_with() -> None:
    desk = Desk().open(
        answer=False,
        description=ref("b2"),
        expected_result=ref("b3"),
        category="network",
        ci="web-1",
        service="Shop",
        tags=["b", "a", "b"],
        links=[{"type": "follows", "ticket": "INC-000007"}],
        impact=1,
        urgency=3,
    )
    state = desk.state

    assert state.status == "new"
    assert (state.number, state.requester, state.source) == ("INC-000001", "user:requester", "portal")
    assert state.title == ref()
    assert state.expected_result == ref("b3")
    assert (state.category, state.ci, state.service, state.tags) == ("network", "web-1", "Shop", ("a", "b"))
    assert [(link.type, link.ticket) for link in state.links] == [("follows", "INC-000007")]
    assert state.opened_at == MONDAY


def test_an_incident_is_opened_once() -> None:
    assert "open already" in Desk().open().refusal(AGENT, "open", number="INC-000001", title=ref(), source="api").reason


def test_nothing_happens_to_an_incident_that_was_not_opened() -> None:
    assert "has not been opened" in Desk().refusal(AGENT, "take").reason


def test_requesters_open_incidents_in_their_own_name() -> None:
    desk = Desk()

    refused = desk.refusal(
        STRANGER, "open", number="INC-000001", title=ref(), source="portal", requester="user:requester"
    )
    desk.open(STRANGER)

    assert refused.field == "requester"
    assert desk.state.requester == "user:stranger"


def test_staff_open_incidents_for_others() -> None:
    assert Desk().open(AGENT, requester="user:requester", source="phone").state.requester == "user:requester"


def test_a_rule_assigns_a_new_incident_with_its_reasons() -> None:
    answer = {"team": "l1", "person": "user:agent", "reasons": ["owner of web-1", "least loaded"]}
    desk = Desk(routing=answer).open()

    assert desk.state.status == "assigned"
    assert (desk.state.team, desk.state.assignee) == ("l1", "user:agent")
    assert desk.last("Assigned").data["automatic"] is True
    assert desk.last("Assigned").data["reasons"] == ["owner of web-1", "least loaded"]


def test_an_incident_no_rule_knows_stays_new_for_the_dispatchers() -> None:
    desk = Desk(routing=UNROUTED).open()

    assert desk.state.status == "new"
    assert desk.last("AnswerSetAside").data["reason"] == "no rule names a team"
    assert incident.waiting_for(desk.state)[0]["who"] == "role:dispatcher"


def test_whoever_takes_an_incident_owns_it() -> None:
    desk = taken()

    assert desk.state.status == "assigned"
    assert (desk.state.assignee, desk.state.team) == ("user:agent", "l1")


def test_taking_an_incident_of_another_team_moves_it_to_the_takers_team() -> None:
    desk = taken()

    desk.send(AGENT2, "take")

    assert (desk.state.assignee, desk.state.team) == ("user:agent2", "l2")


def test_taking_what_is_yours_already_is_refused() -> None:
    assert taken().refusal(AGENT, "take").reason == "It is yours already."


def test_a_person_is_quicker_than_the_rules() -> None:
    desk = Desk(routing=None).open()

    desk.send(AGENT, "take")

    assert desk.state.assignee == "user:agent"
    assert all(question.kind != "routing" for question in incident.questions(desk.state))


def test_a_dispatcher_assigns_to_a_team_and_a_person() -> None:
    desk = Desk(routing=UNROUTED).open()

    desk.send(DISPATCHER, "assign", team="l2", person="user:agent2")

    assert (desk.state.status, desk.state.team, desk.state.assignee) == ("assigned", "l2", "user:agent2")


def test_assigning_to_a_team_alone_leaves_the_person_to_the_team() -> None:
    desk = started()

    desk.send(AGENT, "assign", team="l2")

    assert (desk.state.team, desk.state.assignee) == ("l2", None)


def test_assigning_to_a_person_alone_keeps_the_team() -> None:
    desk = taken()

    desk.send(DISPATCHER, "assign", person="user:other")

    assert (desk.state.team, desk.state.assignee) == ("l1", "user:other")


@pytest.mark.parametrize("status", ["in_progress", "on_hold"])
def test_a_change_of_owner_without_a_change_of_status_is_recorded(status: str) -> None:
    desk = started()
    if status == "on_hold":
        desk.send(AGENT, "hold", reason="awaiting_supplier")

    desk.send(AGENT, "assign", team="l2", person="user:agent2")

    assert desk.state.status == status
    assert desk.state.assignee == "user:agent2"


def test_an_incident_may_go_from_team_to_team_and_back_many_times() -> None:
    desk = started()

    for _ in range(6):
        desk.send(DISPATCHER, "assign", team="l2")
        desk.send(DISPATCHER, "assign", team="l1")

    assert desk.state.team == "l1"
    assert len(desk.all("Assigned")) == 14


def test_assigning_to_nobody_or_to_the_same_is_refused() -> None:
    desk = taken()

    assert "team or a person" in desk.refusal(DISPATCHER, "assign").reason
    assert "already" in desk.refusal(DISPATCHER, "assign", team="l1", person="user:agent").reason


def test_the_owner_starts_work() -> None:
    assert started().state.status == "in_progress"


def test_starting_what_is_nobodys_makes_it_yours() -> None:
    desk = Desk(routing=UNROUTED).open()

    desk.send(AGENT, "start")

    assert (desk.state.status, desk.state.assignee, desk.state.team) == ("in_progress", "user:agent", "l1")


def test_starting_someone_elses_work_is_refused_with_what_to_do() -> None:
    assert "Take it first" in taken().refusal(AGENT2, "start").reason


@pytest.mark.parametrize(
    "reason", ["awaiting_requester", "awaiting_supplier", "awaiting_change", "awaiting_problem", "planned_until"]
)
def test_an_incident_is_held_for_each_reason_and_resumed(reason: str) -> None:
    desk = started()

    desk.send(AGENT, "hold", reason=reason, until="2026-11-25T09:00:00Z", text=ref())
    assert desk.state.status == "on_hold"
    assert desk.state.hold is not None
    assert desk.state.hold.reason == reason

    desk.send(AGENT, "resume")
    assert desk.state.status == "in_progress"
    assert desk.state.hold is None


def test_a_hold_for_no_known_reason_is_refused() -> None:
    refused = started().refusal(AGENT, "hold", reason="lunch")

    assert refused.field == "reason"
    assert "awaiting_supplier" in refused.reason


def test_planned_work_needs_a_date_in_the_future() -> None:
    desk = started()

    assert "until when" in desk.refusal(AGENT, "hold", reason="planned_until").reason
    assert "passed" in desk.refusal(AGENT, "hold", reason="planned_until", until=stamp(MONDAY)).reason
    assert desk.refusal(AGENT, "hold", reason="planned_until", until="tomorrow").field == "until"


def test_a_hold_may_change_its_reason_and_still_returns_to_where_it_was() -> None:
    desk = started()
    desk.send(AGENT, "hold", reason="awaiting_requester")

    desk.send(AGENT, "hold", reason="awaiting_supplier")
    desk.send(AGENT, "resume")

    assert desk.state.status == "in_progress"


def test_a_hold_of_a_new_incident_returns_to_new_unless_it_was_assigned_meanwhile() -> None:
    desk = Desk(routing=UNROUTED).open()
    desk.send(AGENT, "hold", reason="awaiting_supplier")
    desk.send(AGENT, "resume")
    assert desk.state.status == "new"

    desk.send(AGENT, "hold", reason="awaiting_supplier")
    desk.send(AGENT, "assign", team="l2")
    desk.send(AGENT, "resume")
    assert desk.state.status == "assigned"


def test_a_planned_hold_lifts_itself_at_its_date() -> None:
    desk = started()
    desk.send(AGENT, "hold", reason="planned_until", until="2026-11-24T10:00:00Z")

    desk.wait(days=2)

    resumed = desk.last("Resumed")
    assert resumed.data["why"] == "date"
    assert resumed.data["since"] == "2026-11-24T10:00:00.000000Z"
    assert desk.state.status == "in_progress"


def test_the_requesters_reply_lifts_the_hold_that_waited_for_it() -> None:
    desk = started()
    desk.send(AGENT, "hold", reason="awaiting_requester")

    desk.send(REQUESTER, "message", public=True, body=ref())

    assert desk.state.status == "in_progress"
    assert desk.last("Resumed").data["why"] == "replied"


@pytest.mark.parametrize("writer", [AGENT, AGENT2])
def test_only_the_requesters_reply_lifts_the_hold(writer: Actor) -> None:
    desk = started()
    desk.send(AGENT, "hold", reason="awaiting_requester")

    desk.send(writer, "message", public=True, body=ref())

    assert desk.state.status == "on_hold"


def test_a_reply_does_not_lift_a_hold_for_another_reason() -> None:
    desk = started()
    desk.send(AGENT, "hold", reason="awaiting_supplier")

    desk.send(REQUESTER, "message", public=True, body=ref())

    assert desk.state.status == "on_hold"
