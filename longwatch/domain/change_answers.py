"""What the desk answers to a change's own questions, and what is decided by it."""

from collections.abc import Mapping
from typing import Any

from longwatch.domain.approval import policy_data, read_policy
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_process import Answer
from longwatch.domain.change_course import change_of, go_on, put_before
from longwatch.domain.change_model import Use, misfits, model_data, read_model
from longwatch.domain.change_state import LOOK_AGAIN, State
from longwatch.domain.risk_questionnaire import read_questionnaire
from longwatch.domain.schedule import Window, window_of
from longwatch.domain.schedule_judge import judge, verdict_data
from longwatch.domain.schedule_scope import around_of
from longwatch.domain.tasks import plan_data, read_plan
from longwatch.domain.ticket import Question, stamp

Found = dict[str, Any]


def _read_guard(state: State, question: Question, answer: Mapping[str, Any]) -> Found:
    verdict = judge(
        window_of(question.data),
        around_of(answer),
        ticket=state.number,
        assignee=state.assignee,
        team=state.team,
        emergency=state.emergency,
    )
    return {
        "purpose": question.data["for"],
        "verdict": verdict_data(verdict),
        "blocked": verdict.blocked,
        "again": stamp(verdict.again) if verdict.again else None,
        "unknown": [str(ci) for ci in answer.get("unknown") or ()],
    }


def _guard(draft: Draft, question: Question, found: Found) -> None:
    """Judged. Blocked, it waits until it is judged again; else it goes on."""
    if found["blocked"] and found["again"] is None:
        found = {**found, "again": stamp(draft.at + LOOK_AGAIN)}
    draft.record("GuardJudged", question=question.id, **found)
    if not found["blocked"]:
        go_on(draft, found["purpose"])


def _read_model(state: State, question: Question, answer: Mapping[str, Any]) -> Found:
    model = read_model(answer["model"])
    steps = dict(plan_data(read_plan(model.tasks))) if model.tasks else None
    found: Found = {"terms": model_data(model), "steps": steps, "misfits": None}
    if not question.data.get("begin"):
        return found
    times = answer.get("open_times")
    use = Use(
        window_of(question.data),
        around_of({"subjects": answer["subjects"], "freezes": (), "maintenance": (), "planned": ()}).subjects,
        state.team,
        state.updated_at or window_of(question.data).begin,
        None if times is None else tuple(_window(one) for one in times),
    )
    return {**found, "misfits": [one.reason for one in misfits(model, use)]}


def _window(data: Mapping[str, Any]) -> Window:
    return window_of(data)


def _model(draft: Draft, question: Question, found: Found) -> None:
    """The model is pinned as it is now. One that does not cover the change authorises nothing."""
    draft.record("ModelRead", question=question.id, **found)
    state = change_of(draft)
    if state.wants == "schedule" and found["misfits"]:
        draft.record("ModelMisfits", reasons=found["misfits"])
    elif state.wants == "schedule" and state.verdict is not None and state.again_at is None and not _asked(state):
        go_on(draft, "schedule")


def _asked(state: State) -> bool:
    return any(question.kind == "guard" for question in state.pending)


def _read_risk(_: State, __: Question, answer: Mapping[str, Any]) -> Found:
    read_questionnaire(answer["questionnaire"])
    names = ("questionnaire", "affected", "gravest", "closed", "per_mille", "items", "unknown")
    return {"basis": {name: answer.get(name) for name in names}}


def _risk(draft: Draft, question: Question, found: Found) -> None:
    draft.record("RiskBasisRead", question=question.id, **found)


def _read_policy(_: State, __: Question, answer: Mapping[str, Any]) -> Found:
    return {"policy": policy_data(read_policy(answer))}


def _policy(draft: Draft, question: Question, found: Found) -> None:
    """Pinned as it is now; then those who must agree are asked."""
    state = change_of(draft)
    fits = state.status in ("draft", "assessment") or (state.status == "implementation" and state.ratified == "pending")
    if not fits or state.approval.under_way:
        draft.record("AnswerSetAside", question=question.id, kind=question.kind, reason="it went another way meanwhile")
        return
    policy = read_policy(found["policy"])
    draft.record("AuthorityRead", question=question.id, policy=policy.name, version=policy.version)
    put_before(draft, policy)


def ask_model(state: State) -> Found:
    """What must be known to tell whether the model covers the change."""
    window = {"begin": stamp(state.begin), "end": stamp(state.end)} if state.begin and state.end else {}
    return {"model": state.model, "cis": list(state.cis), **window}


def ask_risk(state: State) -> Found:
    """What must be known to weigh its risk."""
    return {"cis": list(state.cis), "model": state.model}


ANSWERS: dict[str, Answer] = {
    "guard": Answer(_read_guard, _guard, about="what stands in the way of its window"),
    "change_model": Answer(_read_model, _model, ask_model, about="what its change model says"),
    "risk": Answer(_read_risk, _risk, ask_risk, about="what its risk follows from"),
    "approval_policy": Answer(_read_policy, _policy, about="who must agree to it"),
}
