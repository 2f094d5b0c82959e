"""What people ask of a change before it is made, and what follows from it. The gate has been passed when called."""

from collections.abc import Callable
from typing import Any

from longwatch.domain import approval, case_people
from longwatch.domain import case_input as given
from longwatch.domain import change_input as planned
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_opening import open_case
from longwatch.domain.change_course import ask_guard, change_of, content, recall_for
from longwatch.domain.change_state import NORMAL, STANDARD, TEXTS, TYPES, State
from longwatch.domain.risk import assess as weigh
from longwatch.domain.risk import read_closure, read_experience, risk_data
from longwatch.domain.risk_questionnaire import read_questionnaire
from longwatch.domain.schedule import Window, window_data
from longwatch.domain.ticket import Refused, stamp


def open_(draft: Draft) -> None:
    """Plan a change: its type, and as much of the plan as is known."""
    data = draft.command.data
    type_ = given.choice({"type": data.get("type") or NORMAL}, "type", TYPES)
    model = given.optional_name(data, "model")
    if (type_ == STANDARD) is (model is None):
        raise Refused("A standard change is made from a change model, and no other is. Name the model.", "model")
    cis = planned.items(data) or [ci for ci in (given.optional_name(data, "ci"),) if ci]
    window = planned.window(data, draft.at, begun=False)
    open_case(draft, type=type_, model=model, cis=cis, **_window(window), **_rest(data))
    _look_around(draft)


def _window(window: Window | None) -> dict[str, Any]:
    return {"begin": None, "end": None} if window is None else window_data(window)


def _rest(data: Any) -> dict[str, Any]:
    return {
        "texts": planned.texts(data),
        "answers": planned.answers(data),
        "steps": planned.steps(data),
        "auto_start": given.flag(data, "auto_start"),
    }


def edit(draft: Draft) -> None:
    """Change the plan. What others agreed to or are asked to agree to is up for their vote again."""
    data, state = draft.command.data, change_of(draft)
    changes = _changes(draft, state)
    if not changes:
        raise Refused("Nothing of it is different.", None)
    if state.model is not None and any(name in data for name in ("tasks", "type")):
        raise Refused(f"The tasks are those of the model {state.model}.", "tasks")
    before, weighed = content(state), state.risk is not None
    draft.record("Edited", **changes)
    state = change_of(draft)
    if content(state) == before:
        return
    if state.status in ("authorization", "scheduled"):
        _voided(draft, state, weighed=weighed)
    _look_around(draft)


def _voided(draft: Draft, state: State, *, weighed: bool) -> None:
    """What is voted on, or was authorised, is another plan now: voted on anew, or weighed anew where the risk is."""
    if weighed and state.risk is None:
        draft.add(recall_for(draft, state))
        draft.record("AuthorizationLapsed", why="edited", status=draft.status_after("approval lapsed"))
        return
    draft.add(approval.edited(state.approval, draft.command, content(state)))
    if state.status == "scheduled":
        wanted = "draft" if state.type == STANDARD else "authorization"
        draft.record("AuthorizationReopened", status=draft.status_after("edited after authorisation", wanted))


def _changes(draft: Draft, state: State) -> dict[str, Any]:
    data = draft.command.data
    found: dict[str, Any] = {}
    if "begin" in data or "end" in data:
        kept = {"begin": stamp(state.begin) if state.begin else None, "end": stamp(state.end) if state.end else None}
        found |= _window(planned.window({**kept, **data}, draft.at, begun=False))
    if "cis" in data:
        found["cis"] = planned.items(data)
    found |= {name: given.ref(data, name, "words") for name in ("title", "description") if data.get(name)}
    if any(name in data for name in TEXTS):
        found["texts"] = {**state.texts, **planned.texts(data)}
    if "answers" in data:
        found["answers"] = {**state.answers, **planned.answers(data)}
    if "tasks" in data:
        found["steps"] = planned.steps(data)
    if "auto_start" in data:
        found["auto_start"] = given.flag(data, "auto_start")
    return {name: value for name, value in found.items() if value != _known(state, name)}


def _known(state: State, name: str) -> Any:
    value = getattr(state, name)
    if name in ("begin", "end"):
        return stamp(value) if value else None
    return list(value) if isinstance(value, tuple) else value


def _look_around(draft: Draft) -> None:
    """Planned: what stands in the way of the window is looked for, and shown."""
    state = change_of(draft)
    if state.begin is not None and state.cis:
        ask_guard(draft, state.wants or "plan")


def submit(draft: Draft) -> None:
    """The plan is whole. A normal change is to be assessed; an emergency goes before its authority at once.

    A standard one is scheduled as soon as its model is known to cover it and nothing stands in the way.
    """
    state = change_of(draft)
    _complete(state)
    if state.begin is not None and state.end is not None and state.end <= draft.at:
        raise Refused("Its window is over. Plan another one.", "begin")
    if state.type == STANDARD:
        ask_guard(draft, "schedule")
    elif state.emergency:
        ask_guard(draft, "authorise")
    else:
        draft.record("Submitted", status=draft.status_after("submit"))


def _complete(state: State) -> None:
    """Raises Refused naming the first thing that is missing."""
    if not state.cis:
        raise Refused("Please name the configuration items that are changed.", "cis")
    if state.begin is None:
        raise Refused("Please say when it is to be made.", "begin")
    missing = next((name for name in TEXTS if name not in state.texts), None)
    if missing is not None and state.model is None:
        raise Refused(f"Please write its {_IN_WORDS[missing]}.", missing)


_IN_WORDS = {
    "plan": "plan",
    "backout": "back-out plan",
    "test": "test: how you will know that it worked",
    "communication": "communication: who is told, and when",
}


def assess(draft: Draft) -> None:
    """Its risk: the questionnaire, what it touches, and how such changes went. It picks the change authority."""
    state = change_of(draft)
    if state.basis is None:
        raise Refused("What its risk follows from is still being looked up. Try again in a moment.")
    answers = {**state.answers, **planned.answers(draft.command.data)}
    basis = state.basis
    risk = weigh(
        read_questionnaire(basis["questionnaire"]), answers, read_closure(basis), read_experience(basis), state.type
    )
    draft.record("RiskAssessed", risk=risk_data(risk), answers=answers, status=draft.status_after("assess"))


def request_authorization(draft: Draft) -> None:
    """Put it before its change authority, once nothing stands in the way of its window."""
    state = change_of(draft)
    if state.risk is None:
        raise Refused("Assess its risk first.")
    if state.end is not None and state.end <= draft.at:
        raise Refused("Its window is over. Plan another one.", "begin")
    ask_guard(draft, "authorise")


def rework(draft: Draft) -> None:
    """Plan it anew after it was rejected."""
    draft.record("Reworked", status=draft.status_after("rework"))


def cancel(draft: Draft) -> None:
    """Withdrawn before it was made; nobody votes on it any more."""
    state = change_of(draft)
    if state.approval.under_way or state.approval.status == "granted":
        draft.add(recall_for(draft, state))
    case_people.cancel(draft)


def take(draft: Draft) -> None:
    """Make it mine. Who approved it may not implement it."""
    _not_an_approver(change_of(draft), draft.command.actor.id)
    case_people.take(draft)


def assign(draft: Draft) -> None:
    """To a team, a person, or both. Who approved it may not implement it."""
    person = given.optional_name(draft.command.data, "person")
    if person is not None:
        _not_an_approver(change_of(draft), person)
    case_people.assign(draft)


def _not_an_approver(state: State, person: str) -> None:
    if person in approval.approved_by(state.approval):
        name = person.removeprefix("user:")
        raise Refused(f"{name} approved this change and cannot implement it. Choose somebody else.", "person")


DOES: dict[str, Callable[[Draft], None]] = {
    "open": open_,
    "edit": edit,
    "submit": submit,
    "assess": assess,
    "request_authorization": request_authorization,
    "rework": rework,
    "cancel": cancel,
    "take": take,
    "assign": assign,
}
