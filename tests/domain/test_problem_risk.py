"""Accepting the risk of a problem: a vote, and a date of review."""

from datetime import timedelta

from longwatch.domain.problem import problem
from longwatch.domain.ticket import instant, stamp
from tests.domain.incident_desk import AGENT, MONDAY, ref
from tests.domain.problem_desk import LATER, MANAGER, RISK, ProblemDesk, acceptance

SOLVED_BADLY = ("backed_out", "failed", "unauthorised", "rejected", "cancelled")


def test_an_accepted_risk_closes_it_until_it_is_looked_at_again() -> None:
    desk = ProblemDesk().accepted()

    assert (desk.status, desk.state.resolution) == ("closed", "risk_accepted")
    assert problem.waiting_for(desk.state)[0]["until"] == LATER
    desk.wait_until(instant(LATER) + timedelta(minutes=1))

    assert desk.status == "known_error"
    assert desk.last("Reopened").data["why"] == "review date reached"
    assert desk.last("Reopened").actor == "system:timer"
    assert desk.state.approval.status == "recalled"


def test_a_risk_may_be_accepted_again_after_its_review() -> None:
    desk = ProblemDesk().accepted().wait_until(instant(LATER))

    desk.ask(MANAGER, "request_risk_acceptance", reason=ref(), review_at=stamp(desk.at + timedelta(days=30)))
    desk.vote()

    assert desk.status == "closed"


def test_what_was_accepted_may_happen() -> None:
    desk = ProblemDesk().accepted().wait(days=1)

    desk.happens()

    assert desk.status == "closed"


def test_a_refused_risk_leaves_it_as_it_was() -> None:
    desk = ProblemDesk().known()
    desk.ask(MANAGER, "request_risk_acceptance", **RISK)

    desk.vote(decision="refuse")

    assert desk.status == "known_error"
    assert desk.state.risk is None
    assert desk.last("RiskNotAccepted").data["why"] == "refused"


def test_a_risk_nobody_accepts_in_time_is_not_accepted() -> None:
    desk = ProblemDesk().known()
    desk.ask(MANAGER, "request_risk_acceptance", **RISK)

    desk.wait(days=4)

    assert (desk.status, desk.last("RiskNotAccepted").data["why"]) == ("known_error", "expired")
    assert desk.last("RiskNotAccepted").actor == "system:timer"


def test_whoever_asks_to_accept_a_risk_does_not_vote_on_it() -> None:
    both = acceptance(approvers=["user:owner", "user:petra"], rule="any")
    desk = ProblemDesk(approval_policy=both).known()
    desk.ask(MANAGER, "request_risk_acceptance", **RISK)

    assert "nobody votes on their own work" in desk.refusal(MANAGER, "vote", decision="approve", content="x").reason


def test_another_cause_voids_the_votes_on_its_risk() -> None:
    desk = ProblemDesk(approval_policy=acceptance(approvers=["user:owner", "user:lead"], rule="all")).known()
    desk.ask(MANAGER, "request_risk_acceptance", **RISK)
    desk.vote()

    desk.ask(AGENT, "record_cause", text=ref("another"))

    assert len(desk.last("ApprovalEdited").data["votes"]) == 1
    assert desk.state.approval.under_way


def test_what_goes_another_way_asks_nobody_to_accept_it() -> None:
    lives = {"resolve": {"code": "fixed", "text": ref()}, "raise_change": {}, "cancel": {"reason": ref()}}
    for action, data in lives.items():
        desk = ProblemDesk().known()
        desk.ask(MANAGER, "request_risk_acceptance", **RISK)

        desk.ask(MANAGER, action, **data)

        assert desk.state.approval.status == "recalled"
        assert desk.state.risk is None


def test_a_date_of_review_in_the_past_is_refused() -> None:
    desk = ProblemDesk().known()

    assert desk.refusal(MANAGER, "request_risk_acceptance", reason=ref(), review_at=stamp(MONDAY)).field == "review_at"
