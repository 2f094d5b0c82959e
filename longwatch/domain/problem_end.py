"""How a problem ends: resolved, a duplicate, not reproducible, its risk accepted by those who may; and comes back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from longwatch.domain import approval, case_people
from longwatch.domain import case_input as given
from longwatch.domain.approval import Excluded, policy_data, read_policy
from longwatch.domain.case_draft import TIMER, Draft
from longwatch.domain.case_links import known
from longwatch.domain.case_links_rules import kind_of, unfit
from longwatch.domain.case_moves import INVERSE
from longwatch.domain.case_process import Answer, Deadline
from longwatch.domain.problem_moves import RESOLUTION_CODES
from longwatch.domain.problem_state import DUPLICATE, NOT_REPRODUCIBLE, RISK_ACCEPTED, State
from longwatch.domain.ticket import Actor, Question, Refused, stamp

POLICY = "risk-acceptance"
"""The approval policy by which the risk of leaving a problem is accepted."""


def problem_of(draft: Draft) -> State:
    """The problem as it stands in the draft."""
    assert isinstance(draft.state, State)
    return draft.state


def resolve(draft: Draft) -> None:
    """The cause is gone: how (a code) and in what words. It closes when nothing recurs in the quiet period."""
    data = draft.command.data
    code = given.word(data, "code", RESOLUTION_CODES)
    text = given.ref(data, "text", "what was done")
    recall_risk(draft)
    case_people.close_work(draft, "resolve", code=code, text=text, automatic=False)


def _leave(draft: Draft, code: str, text: Any) -> None:
    """It ends without a solution, at once."""
    case_people.close_work(draft, "resolve", code=code, text=text, automatic=False)
    draft.record("Closed", automatic=False, due=None, status=draft.status_after("confirm"))


def duplicate(draft: Draft) -> None:
    """Another problem stands for it; whatever is to be done is done there."""
    state, of = problem_of(draft), given.number(draft.command.data, "of")
    if kind_of(of) != "problem" or of == state.number:
        raise Refused("Please name another problem.", "of")
    reason = unfit(state, "duplicate_of", of, INVERSE)
    if reason is not None:
        raise Refused(reason, "of")
    recall_risk(draft)
    if known(state, "duplicate_of", of) is None:
        draft.record("Linked", type="duplicate_of", ticket=of)
    _leave(draft, DUPLICATE, None)


def not_reproducible(draft: Draft) -> None:
    """Nobody can make it happen; a recurrence opens it again."""
    text = given.ref(draft.command.data, "text", "what was tried")
    recall_risk(draft)
    _leave(draft, NOT_REPRODUCIBLE, text)


def review(draft: Draft) -> None:
    """The major problem review: what went well, what did not, and what is done so that it does not happen again."""
    draft.record("ReviewRecorded", text=given.ref(draft.command.data, "text", "what was learnt"))


def request_risk_acceptance(draft: Draft) -> None:
    """Others are asked to leave it as it is: why, and when it is looked at again."""
    data = draft.command.data
    reason = given.ref(data, "reason", "why it may stay as it is")
    review_at = given.optional_instant(data, "review_at")
    if review_at is None or review_at <= draft.at:
        raise Refused("Please say when it is looked at again, a date in the future.", "review_at")
    draft.record("RiskAcceptanceAsked", reason=reason, review_at=stamp(review_at), by=draft.command.actor.id)


def recall_risk(draft: Draft) -> None:
    """Nobody need accept what goes another way now."""
    state = problem_of(draft)
    if state.approval.under_way:
        draft.add(approval.recall(state.approval, draft.command))
    if state.risk is not None:
        draft.record("RiskNotAccepted", why="recalled", reason=None)


def _check_policy(_: State, __: Question, answer: Mapping[str, Any]) -> dict[str, Any]:
    return policy_data(read_policy(answer))


def _begin_approval(draft: Draft, question: Question, found: dict[str, Any]) -> None:
    """Who must agree is known. Whoever asks has no voice."""
    draft.record("ApprovalPolicyPinned", question=question.id, policy=found["name"], version=found["version"])
    state = problem_of(draft)
    assert state.risk is not None
    asked = approval.begin(
        state.approval,
        draft.command,
        read_policy(found),
        content=content_of(state),
        excluded=[Excluded(state.risk.by, "who asks for it")],
        owners=(state.risk.by, "role:problem-manager"),
    )
    draft.add(asked)


def content_of(state: State) -> str:
    """The hash of what is up for acceptance."""
    return approval.content_of(voted_on(state))


def voted_on(state: State) -> dict[str, Any]:
    """What is up for acceptance: the risk, and all that is known of the problem."""
    risk, cause, error = state.risk, state.cause, state.known
    assert risk is not None
    known_of = None if error is None else [error.symptom, list(error.cis)]
    return {
        "problem": [state.number, state.title, state.description],
        "risk": [risk.reason, stamp(risk.review_at)],
        "cause": None if cause is None else [cause.text, list(cause.why), list(cause.contributing)],
        "known": known_of,
        "workaround": state.workaround,
    }


def follow(draft: Draft) -> None:
    """Accepted: it is closed until it is looked at again. Not accepted: it goes on as it was."""
    state = problem_of(draft)
    if state.risk is None:
        return
    if state.resolved_at is not None:  # with its parent, or the one it repeats
        recall_risk(draft)
        return
    if state.approval.under_way:
        draft.add(approval.edited(state.approval, draft.command, content_of(state)))
        return
    outcome = approval.outcome(state.approval)
    if outcome == "granted":
        draft.record("RiskAccepted", review_at=stamp(state.risk.review_at))
        _leave(draft, RISK_ACCEPTED, state.risk.reason)
    elif outcome in ("refused", "expired", "recalled") and _decided_now(draft):
        record = draft.record_of_time if outcome == "expired" else draft.record
        record("RiskNotAccepted", why=outcome, reason=state.approval.reason)


def _decided_now(draft: Draft) -> bool:
    """An approval that ended before this risk was put up says nothing of it."""
    ends = ("ApprovalRefused", "ApprovalExpired", "ApprovalRecalled")
    return any(fact.type in ends for fact in draft.facts)


def cancel(draft: Draft) -> None:
    """Withdrawn; nobody need accept its risk any more."""
    recall_risk(draft)
    case_people.cancel(draft)


def reopen(draft: Draft) -> None:
    """It is not over. An acceptance of its risk holds no longer."""
    _unaccept(draft, draft.command.actor)
    case_people.reopen(draft)


def _unaccept(draft: Draft, actor: Actor) -> None:
    held = problem_of(draft).approval
    if held.status == "granted":
        draft.add(approval.recall(held, replace(draft.command, actor=actor)))


def due(state: State) -> Iterable[Deadline]:
    """When an accepted risk is looked at again."""
    return () if state.review_at is None else (Deadline(state.review_at, "review"),)


def _look_again(draft: Draft, _: Deadline) -> None:
    """The date has come: it is open again, to be accepted anew or solved."""
    _unaccept(draft, Actor(TIMER, "system"))
    wanted = "known_error" if problem_of(draft).known is not None else "under_investigation"
    status = draft.status_after("review date reached", wanted)
    draft.record_of_time("Reopened", reason=None, why="review date reached", status=status)


def _reviewed(state: State, _: Actor) -> str | None:
    return "A major incident led to it. Record its review first." if state.owes_review else None


def _askable(state: State, actor: Actor) -> str | None:
    return "Others are asked to accept it already." if state.risk is not None else _reviewed(state, actor)


DEMANDS: dict[str, Callable[[Any, Actor], str | None]] = {
    "confirm": _reviewed,
    "not_reproducible": _reviewed,
    "request_risk_acceptance": _askable,
}

SETTLES = {"review": _look_again}

ANSWERS: dict[str, Answer] = {
    "approval_policy": Answer(_check_policy, _begin_approval, about="who must accept the risk"),
}

DOES: dict[str, Callable[[Draft], None]] = {
    "resolve": resolve,
    "duplicate": duplicate,
    "not_reproducible": not_reproducible,
    "review": review,
    "request_risk_acceptance": request_risk_acceptance,
    "cancel": cancel,
    "reopen": reopen,
}
