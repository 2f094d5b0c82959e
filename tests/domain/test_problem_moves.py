"""The problem's moves from status to status, each as it happens and as it is refused."""

from datetime import timedelta

import pytest

from longwatch.domain.problem import problem
from longwatch.domain.problem_moves import MOVES
from longwatch.domain.ticket import Decider, Open, fold
from tests.domain.incident_desk import AGENT, DISPATCHER, LEAD, MONDAY, REQUESTER, TIMER, ref
from tests.domain.problem_desk import MANAGER, OWNER, RISK, ProblemDesk

SOLVED_BADLY = ("backed_out", "failed", "unauthorised", "rejected", "cancelled")


def test_a_problem_is_a_decider() -> None:
    decider: Decider = problem

    assert decider.State() == problem.State()
    assert decider.next_alarm(problem.State()) is None
    assert decider.questions(problem.State()) == ()


def test_the_state_is_the_fold_of_the_journal() -> None:
    desk = ProblemDesk().closed()

    assert fold(problem, desk.facts) == desk.state


def test_a_problem_is_logged_by_the_desk_and_never_by_a_requester() -> None:
    assert ProblemDesk().logged().status == "logged"
    assert "roles" in ProblemDesk().refusal(REQUESTER, "open", number="PRB-000001", title=ref(), source="portal").reason


def test_nothing_is_offered_while_it_is_still_being_logged() -> None:
    waiting = problem.State(number="PRB-000001", status="new", requester="user:petra")

    assert problem.allowed(waiting, MANAGER) == []
    assert "has not been opened yet" in str(problem.obstacle(waiting, MANAGER, "assess"))


def test_what_no_person_logged_is_told_to_those_who_manage_problems() -> None:
    desk = ProblemDesk().logged(TIMER, source="desk")

    told = [effect.to for effect in desk.effects if getattr(effect, "template", "") == "problem_logged"]

    assert told == [("role:problem-manager",)]


def test_assessing_judges_its_priority_and_its_category() -> None:
    desk = ProblemDesk().logged()

    desk.ask(DISPATCHER, "prioritise", impact=3)
    desk.ask(MANAGER, "assess", impact=1, urgency=1, category="storage")

    assert (desk.status, desk.state.priority, desk.state.category) == ("assessed", 1, "storage")
    assert desk.refusal(MANAGER, "assess", impact=1).field == "urgency"


def test_whoever_investigates_what_is_nobodys_has_it() -> None:
    desk = ProblemDesk().investigated()

    assert (desk.status, desk.state.assignee) == ("under_investigation", "user:agent")
    assert desk.clock("response").state == "met"


def test_the_cause_is_recorded_with_its_whys_in_order() -> None:
    desk = ProblemDesk().investigated()

    desk.send(
        AGENT, "record_cause", **{"text": ref("leak"), "why:2": ref("b"), "why:1": ref("a"), "contributing:1": ref("c")}
    )

    assert desk.state.cause is not None
    assert desk.state.cause.why == (ref("a"), ref("b"))
    assert desk.state.cause.contributing == (ref("c"),)


def test_no_more_than_five_whys_are_taken() -> None:
    desk = ProblemDesk().investigated()

    assert desk.refusal(AGENT, "record_cause", **{"text": ref(), "why:6": ref()}).field == "why"


def test_a_workaround_is_told_to_incidents_linked_now_and_later() -> None:
    desk = ProblemDesk().logged()

    desk.send(AGENT, "publish_workaround", text=ref("restart it"))
    desk.happens("INC-000002")

    assert desk.sent("workaround") == [
        ("INC-000001", {"event": "workaround", "ticket": "PRB-000001", "text": ref("restart it")}),
        ("INC-000002", {"event": "workaround", "ticket": "PRB-000001", "text": ref("restart it")}),
    ]
    assert "already" in desk.refusal(AGENT, "publish_workaround", text=ref("restart it")).reason


def test_a_known_error_needs_its_cause_and_may_bring_its_workaround() -> None:
    desk = ProblemDesk().investigated()
    assert desk.refusal(AGENT, "known_error", symptom=ref()).field == "cause"

    desk.send(AGENT, "known_error", symptom=ref(), cause=ref("leak"), workaround=ref("w"), cis=["db-1", "db-2", "db-1"])

    assert desk.status == "known_error"
    assert desk.state.known is not None
    assert desk.state.known.cis == ("db-1", "db-2")
    assert desk.state.workaround == ref("w")


def test_a_change_is_asked_for_once_and_its_number_comes_back() -> None:
    desk = ProblemDesk().known()

    desk.ask(AGENT, "raise_change")
    asked = [effect for effect in desk.effects if isinstance(effect, Open)]
    desk.opened("CHG-000007")
    desk.opened("CHG-000008")

    assert [(one.key, one.kind) for one in asked] == [("problem:PRB-000001:1", "change")]
    assert asked[0].data["links"] == [{"type": "resolves", "ticket": "PRB-000001"}]
    assert desk.status == "fix_in_progress"
    assert desk.state.change == "CHG-000007"


def test_a_change_that_is_there_may_be_named_instead() -> None:
    desk = ProblemDesk().known()

    desk.ask(AGENT, "raise_change", ticket="CHG-000003")

    assert desk.state.change == "CHG-000003"
    assert not [effect for effect in desk.effects if isinstance(effect, Open)]
    assert ("resolved_by", "CHG-000003") in [(link.type, link.ticket) for link in desk.state.links]
    assert ProblemDesk().known().refusal(AGENT, "raise_change", ticket="INC-000003").field == "ticket"


@pytest.mark.parametrize("outcome", ["successful", "successful_with_issues"])
def test_a_successful_change_resolves_the_problem_and_lifts_what_waited_for_it(outcome: str) -> None:
    desk = ProblemDesk().fixing()

    desk.ended(outcome)

    assert (desk.status, desk.state.resolution) == ("resolved", "fixed_by_change")
    assert ("INC-000001", "problem") in [(ticket, data["kind"]) for ticket, data in desk.sent("done")]


@pytest.mark.parametrize("outcome", SOLVED_BADLY)
def test_a_change_that_did_not_go_well_leads_back(outcome: str) -> None:
    desk = ProblemDesk().fixing()

    desk.ended(outcome)

    assert desk.status == "known_error"
    assert desk.last("ChangeFailed").data["outcome"] == outcome


def test_a_change_reworked_may_solve_it_after_all() -> None:
    desk = ProblemDesk().fixing()
    desk.ended("rejected")

    desk.ended("successful")

    assert desk.status == "resolved"


def test_a_change_it_does_not_wait_for_says_nothing() -> None:
    desk = ProblemDesk().fixing()

    desk.ended("successful", "CHG-000099")

    assert desk.status == "fix_in_progress"


def test_whoever_looks_for_the_cause_again_waits_for_no_change() -> None:
    desk = ProblemDesk().fixing()

    desk.ask(AGENT, "investigate")
    desk.ended("successful")

    assert desk.status == "under_investigation"


def test_it_is_resolved_by_hand_and_closes_after_the_quiet_period() -> None:
    desk = ProblemDesk().resolved()
    assert desk.status == "resolved"

    desk.wait(days=10)

    assert desk.status == "closed"
    assert desk.last("Closed").data["automatic"] is True


def test_whoever_answers_for_problems_closes_it_before() -> None:
    desk = ProblemDesk().resolved()
    assert "Ask someone who is" in desk.refusal(AGENT, "confirm").reason

    desk.ask(LEAD, "confirm")

    assert desk.status == "closed"


@pytest.mark.parametrize("life", ["resolved", "closed"])
def test_an_incident_that_happens_after_it_was_solved_reopens_it(life: str) -> None:
    desk = getattr(ProblemDesk(), life)().wait(hours=1)

    desk.happens()

    assert desk.status == "under_investigation"
    assert desk.last("Reopened").data["why"] == "recurrence"
    assert desk.state.recurrences == 1


def test_an_old_incident_linked_late_is_no_recurrence() -> None:
    desk = ProblemDesk().resolved().wait(hours=1)

    desk.happens(at=MONDAY - timedelta(days=1))

    assert desk.status == "resolved"


def test_a_recurrence_after_it_was_sealed_changes_nothing() -> None:
    desk = ProblemDesk().closed().wait(days=30)
    assert desk.state.sealed_at is not None

    assert desk.happens() == []


def test_a_duplicate_is_closed_and_linked_to_the_other() -> None:
    desk = ProblemDesk().investigated()
    assert desk.refusal(MANAGER, "duplicate", of="INC-000001").field == "of"

    desk.ask(MANAGER, "duplicate", of="PRB-000002")

    assert (desk.status, desk.state.resolution) == ("closed", "duplicate")
    assert desk.state.links[-1].ticket == "PRB-000002"


def test_what_cannot_be_reproduced_is_closed_and_a_recurrence_opens_it_again() -> None:
    desk = ProblemDesk().investigated()

    desk.ask(MANAGER, "not_reproducible", text=ref())
    assert (desk.status, desk.state.resolution) == ("closed", "not_reproducible")
    desk.wait(days=1).happens()

    assert desk.status == "under_investigation"


def test_what_a_major_incident_left_is_reviewed_before_it_closes() -> None:
    desk = ProblemDesk().resolved(major_review=True)
    assert "review first" in desk.refusal(MANAGER, "confirm").reason

    desk.wait(days=30)
    assert desk.status == "resolved"
    assert problem.waiting_for(desk.state)[0]["who"] == "role:problem-manager"
    desk.ask(MANAGER, "review", text=ref("what we learnt"))
    desk.wait(minutes=1)

    assert desk.status == "closed"
    assert desk.state.review == ref("what we learnt")


def test_it_is_held_where_it_is_and_whoever_goes_on_ends_the_hold() -> None:
    desk = ProblemDesk().logged()

    desk.ask(MANAGER, "hold", reason="awaiting_supplier")
    assert desk.status == "logged"
    assert "waiting for the supplier" in problem.waiting_for(desk.state)[0]["what"]
    desk.ask(AGENT, "investigate")

    assert desk.state.hold is None
    assert desk.refusal(AGENT, "resume").reason == "It is not on hold."


def test_a_hold_on_a_change_ends_with_it() -> None:
    desk = ProblemDesk().known()
    desk.ask(MANAGER, "hold", reason="awaiting_change", ticket="CHG-000005")

    desk.send(TIMER, "told", event="done", ticket="CHG-000005", kind="change")

    assert desk.state.hold is None
    assert desk.status == "known_error"


def test_it_is_cancelled_and_whatever_waited_for_it_goes_on() -> None:
    desk = ProblemDesk().investigated()

    desk.ask(MANAGER, "cancel", reason=ref())

    assert desk.status == "cancelled"
    assert [ticket for ticket, _ in desk.sent("done")] == ["INC-000001"]


def test_it_is_reopened_by_hand() -> None:
    desk = ProblemDesk().accepted()

    desk.ask(MANAGER, "reopen", reason=ref())

    assert desk.status == "under_investigation"
    assert desk.state.review_at is None


def test_only_those_asked_accept_a_risk() -> None:
    desk = ProblemDesk().known()
    desk.ask(MANAGER, "request_risk_acceptance", **RISK)

    assert "not among the approvers" in desk.refusal(AGENT, "vote", decision="approve", content="x").reason
    assert any(one.name == "vote" for one in problem.allowed(desk.state, OWNER))


def test_a_child_is_resolved_with_its_parent_and_asks_nobody_to_accept_it() -> None:
    desk = ProblemDesk().known()
    desk.ask(MANAGER, "request_risk_acceptance", **RISK)
    desk.ask(AGENT, "link", type="child_of", ticket="PRB-000009")

    desk.send(TIMER, "told", event="parent_resolved", ticket="PRB-000009", code="fixed", text=None)

    assert desk.status == "resolved"
    assert desk.state.approval.status == "recalled"


def test_every_status_of_the_table_is_reached() -> None:
    reached = {""}
    for _ in MOVES:
        reached |= {goal for table in MOVES.values() for source in table if source in reached for goal in table[source]}

    assert reached - {""} == set(problem.process.labels)
