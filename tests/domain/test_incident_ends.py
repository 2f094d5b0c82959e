"""How an incident ends and comes back: resolved, confirmed, closed, reopened, cancelled, sealed."""

import pytest

from longwatch.domain.incident import incident
from longwatch.domain.ticket import Actor
from tests.domain.incident_desk import (
    AGENT,
    AGENT2,
    AUDITOR,
    LEAD,
    MONDAY,
    MONITORING,
    REQUESTER,
    STRANGER,
    Desk,
    closed,
    policy,
    ref,
    resolved,
    started,
    taken,
)

UNROUTED = {"team": None, "person": None, "reasons": []}


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
