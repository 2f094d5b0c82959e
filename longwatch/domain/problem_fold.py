"""What the facts of a problem alone make of it."""

from dataclasses import replace

from longwatch.domain import case_fold
from longwatch.domain.case_fold import Change
from longwatch.domain.case_questions import answered, ask, unasked
from longwatch.domain.problem_end import POLICY
from longwatch.domain.problem_state import Cause, Known, Risk, State
from longwatch.domain.ticket import Fact, instant


def _assessed(state: State, fact: Fact) -> State:
    return replace(state, status=fact.data["status"], category=fact.data["category"])


def _cause(state: State, fact: Fact) -> State:
    data = fact.data
    return replace(state, cause=Cause(dict(data["text"]), tuple(data["why"]), tuple(data["contributing"])))


def _workaround(state: State, fact: Fact) -> State:
    return replace(state, workaround=dict(fact.data["text"]))


def _known_error(state: State, fact: Fact) -> State:
    """A cause that comes along takes the place of the recorded one's words; its whys stay."""
    data = fact.data
    known = replace(state, status=data["status"], known=Known(dict(data["symptom"]), tuple(data["cis"])))
    if data["cause"] is None:
        return known
    text = dict(data["cause"])
    return replace(known, cause=Cause(text) if known.cause is None else replace(known.cause, text=text))


def _change_raised(state: State, fact: Fact) -> State:
    data = fact.data
    return replace(state, status=data["status"], change=data["ticket"], raised=state.raised + 1, before=data["before"])


def _change_opened(state: State, fact: Fact) -> State:
    return replace(state, change=fact.data["ticket"])


def _change_failed(state: State, fact: Fact) -> State:
    return replace(state, status=fact.data["status"])


def _risk_asked(state: State, fact: Fact) -> State:
    data = fact.data
    risk = Risk(dict(data["reason"]), instant(data["review_at"]), data["by"])
    return ask(replace(state, risk=risk), "approval_policy", {"policy": POLICY})


def _policy_pinned(state: State, fact: Fact) -> State:
    return answered(state, fact)


def _risk_over(state: State, _: Fact) -> State:
    return replace(unasked(state, "approval_policy"), risk=None)


def _risk_accepted(state: State, fact: Fact) -> State:
    return replace(state, risk=None, review_at=instant(fact.data["review_at"]))


def _reviewed(state: State, fact: Fact) -> State:
    return replace(state, review=dict(fact.data["text"]))


def _recurred(state: State, _: Fact) -> State:
    return replace(state, recurrences=state.recurrences + 1)


def _started(state: State, fact: Fact) -> State:
    """Whoever looks for the cause again no longer waits for the change."""
    return replace(state, status=fact.data["status"], change=None)


def _reopened(state: State, fact: Fact) -> State:
    again: State = case_fold.CHANGES["Reopened"](state, fact)
    return replace(again, review_at=None, change=None)


CHANGES: dict[str, Change] = {
    "Assessed": _assessed,
    "CauseRecorded": _cause,
    "WorkaroundPublished": _workaround,
    "KnownErrorRecorded": _known_error,
    "ChangeRaised": _change_raised,
    "ChangeOpened": _change_opened,
    "ChangeFailed": _change_failed,
    "RiskAcceptanceAsked": _risk_asked,
    "ApprovalPolicyPinned": _policy_pinned,
    "RiskNotAccepted": _risk_over,
    "RiskAccepted": _risk_accepted,
    "ReviewRecorded": _reviewed,
    "RecurrenceSeen": _recurred,
    "Started": _started,
    "Reopened": _reopened,
}
