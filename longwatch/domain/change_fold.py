"""What the facts of a change alone make of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from longwatch.domain import case_fold
from longwatch.domain.case_fold import Change
from longwatch.domain.case_questions import answered, ask
from longwatch.domain.change_answers import ask_model, ask_risk
from longwatch.domain.change_state import STANDARD, State
from longwatch.domain.ticket import Fact, instant, stamp


def _opened(state: State, fact: Fact) -> State:
    data = fact.data
    special = {
        "author": fact.actor,
        "cis": tuple(data["cis"]),
        "ci": data["ci"] or next(iter(data["cis"]), None),
        "begin": _instant(data["begin"]),
        "end": _instant(data["end"]),
    }
    return _looked_up(case_fold.opened(state, fact, **special))


def _instant(text: str | None) -> datetime | None:
    return instant(text) if text else None


def _looked_up(state: State) -> State:
    """What the risk follows from, and what the model says, is asked for as soon as there is something to ask about."""
    if state.cis:
        state = ask(state, "risk", ask_risk(state))
    return ask(state, "change_model", ask_model(state)) if state.type == STANDARD else state


def _edited(state: State, fact: Fact) -> State:
    data = dict(fact.data)
    for name in ("begin", "end"):
        if name in data:
            data[name] = _instant(data[name])
    if "cis" in data:
        data["cis"] = tuple(data["cis"])
        data["ci"] = state.ci if state.ci in data["cis"] else next(iter(data["cis"]), None)
    moved = replace(state, **data)
    if (moved.cis, moved.answers) != (state.cis, state.answers):
        moved = replace(moved, risk=None)
    if (moved.begin, moved.end) != (state.begin, state.end):
        moved = replace(moved, window_opened=False)
    return moved if moved.cis == state.cis else _looked_up(moved)


def _guard_asked(state: State, fact: Fact) -> State:
    """Of work about to start what is left of the window is judged."""
    purpose = fact.data["purpose"]
    if state.begin is None or state.end is None:
        return state
    begin = max(state.begin, fact.at) if purpose == "start" else state.begin
    about = {"begin": stamp(begin), "end": stamp(state.end), "cis": list(state.cis), "ticket": state.number}
    asked = ask(state, "guard", {**about, "team": state.team, "assignee": state.assignee, "for": purpose})
    asked = replace(asked, wants="" if purpose == "plan" else purpose, again_at=None)
    if purpose == "schedule":
        asked = ask(replace(asked, fits=None), "change_model", ask_model(asked))
    return asked


def _guard_judged(state: State, fact: Fact) -> State:
    data = fact.data
    again = _instant(data["again"]) if data["blocked"] and state.wants else None
    wants = state.wants if data["blocked"] or state.wants == "schedule" else ""
    judged = {"verdict": data["verdict"], "judged_for": data["purpose"], "judged_at": fact.at}
    return replace(answered(state, fact), **judged, again_at=again, wants=wants)


def _model_read(state: State, fact: Fact) -> State:
    data = fact.data
    fits = None if data["misfits"] is None else tuple(data["misfits"])
    steps = state.steps if data["steps"] is None else data["steps"]
    return replace(answered(state, fact), terms=data["terms"], fits=fits, steps=steps)


def _not_wanted(state: State, _: Fact) -> State:
    return replace(state, wants="", again_at=None)


def _risk_read(state: State, fact: Fact) -> State:
    return replace(answered(state, fact), basis=fact.data["basis"])


def _assessed(state: State, fact: Fact) -> State:
    data = fact.data
    return replace(state, status=data["status"], risk=data["risk"], answers=dict(data["answers"]))


def _submitted(state: State, fact: Fact) -> State:
    submitted = replace(state, status=fact.data["status"])
    unowned = state.assignee is None and state.team is None and state.judged
    return ask(submitted, "routing", case_fold.routing(submitted)) if unowned else submitted


def _moved(state: State, fact: Fact) -> State:
    return replace(state, status=fact.data["status"], wants="", again_at=None)


def _authority_asked(state: State, fact: Fact) -> State:
    name = fact.data["policy"]
    return replace(ask(state, "approval_policy", {"policy": name}), authority=name)


def _authorised(state: State, fact: Fact) -> State:
    return replace(_moved(state, fact), authorised_at=fact.at, window_opened=False)


def _unauthorised(state: State, fact: Fact) -> State:
    return replace(_moved(state, fact), authorised_at=None)


def _started(state: State, fact: Fact) -> State:
    by = fact.data.get("ratify_by")
    begun = replace(_moved(state, fact), started_at=fact.at)
    return begun if by is None else replace(begun, ratified="pending", ratify_by=instant(by))


def _implemented(state: State, fact: Fact) -> State:
    return replace(_moved(state, fact), implemented_at=fact.at, proposed=fact.data["proposed"])


def _reviewed(state: State, fact: Fact) -> State:
    return replace(state, outcome=fact.data["outcome"], review=fact.data["text"])


def _caused(state: State, fact: Fact) -> State:
    return replace(state, caused={**state.caused, fact.data["ticket"]: fact.data["open"]})


def _set(**values: Any) -> Change:
    def change(state: State, _: Fact) -> State:
        return replace(state, **values)

    return change


CHANGES: dict[str, Change] = {
    "Opened": _opened,
    "Edited": _edited,
    "GuardAsked": _guard_asked,
    "GuardJudged": _guard_judged,
    "ModelRead": _model_read,
    "ModelMisfits": _not_wanted,
    "RiskBasisRead": _risk_read,
    "RiskAssessed": _assessed,
    "Submitted": _submitted,
    "AuthorityAsked": _authority_asked,
    "AuthorityRead": answered,
    "AuthorizationOpened": _moved,
    "AuthorizationReopened": _unauthorised,
    "Authorised": _authorised,
    "Scheduled": _authorised,
    "Rejected": _unauthorised,
    "AuthorizationLapsed": _unauthorised,
    "Reworked": _moved,
    "WindowOpened": _set(window_opened=True),
    "WindowMissed": _unauthorised,
    "WindowOverrun": _set(overrun=True),
    "ImplementationStarted": _started,
    "BackingOut": _moved,
    "Implemented": _implemented,
    "Ratified": _set(ratified="ratified", ratify_by=None),
    "RatificationMissed": _set(ratified="missed", ratify_by=None),
    "Reviewed": _reviewed,
    "IncidentCaused": _caused,
}
