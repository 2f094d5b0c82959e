"""The incident's moves from status to status, each as it happens and as it is refused."""

import pytest

from longwatch.domain import incident
from longwatch.domain.ticket import Actor, Decider, fold, stamp
from tests.domain.incident_desk import (
    AGENT,
    AGENT2,
    AUDITOR,
    DISPATCHER,
    LEAD,
    MONDAY,
    MONITORING,
    REQUESTER,
    STRANGER,
    Desk,
    policy,
    ref,
)

UNROUTED = {"team": None, "person": None, "reasons": []}


def taken() -> Desk:
    desk = Desk().open()
    desk.send(AGENT, "take")
    return desk


def started() -> Desk:
    desk = taken()
    desk.send(AGENT, "start")
    return desk


def resolved() -> Desk:
    desk = started()
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    return desk


def closed() -> Desk:
    desk = resolved()
    desk.send(REQUESTER, "confirm")
    return desk


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


@pytest.mark.parametrize("status", ["new", "assigned", "in_progress", "on_hold"])
def test_an_incident_is_resolved_from_every_open_status(status: str) -> None:
    desk = Desk(routing=UNROUTED).open()
    if status != "new":
        desk.send(AGENT, "take")
    if status in ("in_progress", "on_hold"):
        desk.send(AGENT, "start")
    if status == "on_hold":
        desk.send(AGENT, "hold", reason="awaiting_supplier")
    assert desk.state.status == status

    desk.send(AGENT, "resolve", code="workaround", text=ref())

    assert desk.state.status == "resolved"
    assert desk.state.resolution == "workaround"
    assert desk.state.hold is None
    assert desk.state.resolved_at == desk.at


def test_a_resolution_needs_a_code_and_words() -> None:
    desk = started()

    assert desk.refusal(AGENT, "resolve", text=ref()).field == "code"
    assert desk.refusal(AGENT, "resolve", code="It's fine!", text=ref()).field == "code"
    assert desk.refusal(AGENT, "resolve", code="fixed").field == "text"


def test_the_requester_confirms_and_the_incident_is_closed() -> None:
    desk = closed()

    assert desk.state.status == "closed"
    assert desk.state.closed_at == desk.at
    assert desk.last("Closed").data["automatic"] is False


def test_nobody_elses_requester_confirms() -> None:
    assert "do not allow" in resolved().refusal(STRANGER, "confirm").reason


def test_without_objection_an_incident_closes_after_three_working_days() -> None:
    desk = resolved()

    desk.wait(days=2)
    assert desk.state.status == "resolved"

    desk.wait(days=2)
    assert desk.state.status == "closed"
    assert desk.last("Closed").data["due"] == "2026-11-25T17:00:00.000000Z"


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_an_incident_is_reopened_with_its_number_and_counted(status: str) -> None:
    desk = resolved() if status == "resolved" else closed()

    desk.send(REQUESTER, "reopen", reason=ref())

    assert desk.state.status == "assigned"
    assert desk.state.assignee == "user:agent"
    assert desk.state.reopen_count == 1
    assert (desk.state.resolved_at, desk.state.closed_at) == (None, None)


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_a_reply_to_what_was_thought_done_reopens_it(status: str) -> None:
    desk = resolved() if status == "resolved" else closed()

    desk.send(REQUESTER, "message", public=True, body=ref("again"))

    assert desk.state.status == "assigned"
    assert desk.last("Reopened").data["reason"] == ref("again")


def test_what_was_nobodys_is_new_again_when_reopened() -> None:
    desk = Desk(routing=UNROUTED).open()
    desk.send(AGENT, "resolve", code="fixed", text=ref())

    desk.send(REQUESTER, "reopen", reason=ref())

    assert desk.state.status == "new"


def test_reopening_needs_a_reason() -> None:
    assert resolved().refusal(REQUESTER, "reopen").field == "reason"


def test_after_the_reopen_window_the_incident_is_sealed() -> None:
    desk = closed()

    desk.wait(days=9)
    assert not incident.sealed(desk.state)

    desk.wait(days=2)
    assert incident.sealed(desk.state)
    assert incident.next_alarm(desk.state) is None
    assert incident.waiting_for(desk.state) == []
    assert desk.state.status == "closed"


def test_a_sealed_incident_refuses_everything_and_says_what_to_do() -> None:
    desk = closed().wait(days=11)

    for actor, action in [(REQUESTER, "message"), (REQUESTER, "reopen"), (AGENT, "tag")]:
        assert "Open a new incident and link it" in desk.refusal(actor, action).reason
    assert incident.allowed(desk.state, AGENT) == []


def test_a_reply_accepted_after_the_window_is_refused_though_the_alarm_never_rang() -> None:
    desk = closed()
    desk.at = MONDAY.replace(month=12, day=20)

    assert "closed for good" in desk.refusal(REQUESTER, "message", public=True, body=ref()).reason


def test_staff_cancel_an_open_incident() -> None:
    desk = started()

    desk.send(AGENT, "cancel", reason=ref())

    assert desk.state.status == "cancelled"
    assert "new incident" in desk.refusal(REQUESTER, "reopen", reason=ref()).reason


def test_a_cancelled_incident_is_sealed_when_its_window_ends() -> None:
    desk = started()
    desk.send(AGENT, "cancel", reason=ref())
    desk.send(REQUESTER, "message", public=True, body=ref())
    assert desk.state.status == "cancelled"

    desk.wait(days=11)

    assert incident.sealed(desk.state)


def test_requesters_withdraw_their_own_until_somebody_works_on_it() -> None:
    desk = Desk().open()
    desk.send(REQUESTER, "cancel", reason=ref())
    assert desk.state.status == "cancelled"

    assert "Write a message" in taken().refusal(REQUESTER, "cancel", reason=ref()).reason


def test_what_is_cancelled_stays_so() -> None:
    desk = started()
    desk.send(AGENT, "cancel", reason=ref())

    for action in ("take", "start", "hold", "resume", "resolve", "confirm", "reopen", "cancel", "assign"):
        assert "is cancelled" in desk.refusal(AGENT, action).reason


def test_a_resolved_incident_is_not_worked_on_without_reopening() -> None:
    desk = resolved()

    for action in ("take", "start", "hold", "resolve", "assign", "escalate", "prioritise"):
        assert "Reopen it first" in desk.refusal(AGENT, action).reason


def test_an_auditor_changes_nothing() -> None:
    desk = started()

    for action in ("take", "message", "resolve", "cancel", "tag"):
        assert "do not allow" in desk.refusal(AUDITOR, action).reason


def test_an_unknown_action_is_refused_by_name() -> None:
    assert "no action called 'explode'" in started().refusal(LEAD, "explode").reason


def test_major_incidents_are_refused_with_what_to_do_instead() -> None:
    assert "escalate to a lead" in started().refusal(LEAD, "declare_major").reason
    assert incident.State().major == "none"


def test_a_message_is_kept_by_reference_and_changes_nothing_else() -> None:
    desk = started()

    desk.send(AGENT2, "message", public=False, body=ref("note"))

    assert desk.last("MessageAdded").data["body"] == ref("note")
    assert desk.last("MessageAdded").data["by"] == "staff"
    assert desk.state.status == "in_progress"


def test_requesters_write_in_public_only() -> None:
    assert started().refusal(REQUESTER, "message", public=False, body=ref()).field == "public"


def test_a_message_needs_words_and_says_who_may_read_it() -> None:
    assert started().refusal(AGENT, "message", public=True).field == "body"
    assert started().refusal(AGENT, "message", body=ref()).field == "public"


def test_tags_are_replaced_sorted_and_once_each() -> None:
    desk = started()

    desk.send(AGENT, "tag", tags=["vpn", "home", "vpn"])

    assert desk.state.tags == ("home", "vpn")
    assert "already" in desk.refusal(AGENT, "tag", tags=["home", "vpn"]).reason
    assert desk.refusal(AGENT, "tag", tags="vpn").field == "tags"
    assert desk.refusal(AGENT, "tag", tags=["x" * 41]).field == "tags"
    assert "at most 20" in desk.refusal(AGENT, "tag", tags=[f"t{n}" for n in range(21)]).reason


def test_an_incident_is_linked_to_another_ticket_once() -> None:
    desk = started()

    desk.send(AGENT, "link", type="caused_by", ticket="CHG-000004")

    assert [(one.type, one.ticket) for one in desk.state.links] == [("caused_by", "CHG-000004")]
    assert "already" in desk.refusal(AGENT, "link", type="caused_by", ticket="CHG-000004").reason
    assert "itself" in desk.refusal(AGENT, "link", type="related", ticket="INC-000001").reason
    assert desk.refusal(AGENT, "link", type="cousin", ticket="CHG-000004").field == "type"
    assert desk.refusal(AGENT, "link", type="related", ticket="four").field == "ticket"


def test_escalation_goes_up_one_level_or_to_the_one_named() -> None:
    desk = started()

    desk.send(AGENT, "escalate", reason=ref())
    assert desk.state.level == 1

    desk.send(AGENT, "escalate", reason=ref(), level=3)
    assert desk.state.level == 3
    assert "goes up" in desk.refusal(AGENT, "escalate", reason=ref(), level=2).reason
    assert desk.refusal(AGENT, "escalate").field == "reason"


def test_escalation_ends_at_the_highest_level() -> None:
    desk = started()
    desk.send(AGENT, "escalate", reason=ref(), level=5)

    assert "highest level" in desk.refusal(AGENT, "escalate", reason=ref()).reason


def test_the_journal_never_runs_backwards() -> None:
    desk = started().wait(hours=1)
    desk.send(AGENT, "tag", tags=["a"])

    desk.send(AGENT, "tag", at=MONDAY, tags=["b"])

    assert desk.last("Tagged").at == desk.at


def test_the_machines_are_not_refused_after_the_end() -> None:
    desk = closed().wait(days=11)

    for action, data in [("alarm", {"name": "seal"}), ("answered", {"question": "x"}), ("calendar_changed", {})]:
        assert desk.send(Actor("system:timer", kind="system"), action, **data) == []


def test_monitoring_takes_no_part_in_what_people_do() -> None:
    assert "do not allow" in started().refusal(MONITORING, "resolve", code="fixed", text=ref()).reason


def test_a_policy_without_an_end_keeps_the_houses_times() -> None:
    desk = Desk(policy=lambda _, since, until: policy(since, until, close_after=None, reopen_window=None)).open()
    desk.send(AGENT, "resolve", code="fixed", text=ref())

    desk.wait(days=7)
    assert desk.state.status == "closed"

    desk.wait(days=14)
    assert incident.sealed(desk.state)
