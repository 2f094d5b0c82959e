"""What each fact makes of a ticket. Nothing here judges: the facts were judged when they were written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from longwatch.domain import case_engines
from longwatch.domain import case_fold_clocks as timed
from longwatch.domain import case_links_fold as between
from longwatch.domain.ageing import read_ageing
from longwatch.domain.case_process import Process
from longwatch.domain.case_questions import answered, ask, unasked
from longwatch.domain.case_state import Case, Hold, Item, Retry
from longwatch.domain.priority import Matrix
from longwatch.domain.ticket import Fact, instant, stamp

S = TypeVar("S", bound=Case)
Change = Callable[[Any, Fact], Any]


def evolve(process: Process, state: Case, fact: Fact) -> Case:
    """The state after the fact. Raises KeyError for a fact that no rule knows."""
    governed = case_engines.evolve(state, fact)
    if governed is not None:
        return governed
    change = process.changes.get(fact.type) or CHANGES[fact.type]
    changed: Case = change(state, fact)
    responds = changed.responded_at is None and fact.data.get("responds", False)
    return replace(changed, updated_at=fact.at, responded_at=fact.at if responds else changed.responded_at)


def opened(state: S, fact: Fact, **special: Any) -> S:
    """The ticket begins; `special` are the fields of its kind, as its state holds them."""
    data: dict[str, Any] = {**fact.data, **special}
    data["tags"] = tuple(data["tags"])
    data["links"] = between.first_links(data["number"], data["links"])
    data["linked"] = len(data["links"])
    data["stated_impact"], data["stated_urgency"] = data["impact"], data["urgency"]
    begun = replace(state, **data, opened_at=fact.at)
    return ask(ask(begun, "impact", {"ci": begun.ci}), "matrix", {})


def _touched(state: S, _: Fact) -> S:
    return replace(state, touched=True)


def _assigned(state: S, fact: Fact) -> S:
    data = fact.data
    hold = state.hold
    if hold is not None and hold.before == "new" and state.KIND == "incident":
        hold = replace(hold, before="assigned")
    moved = replace(state, status=data["status"], team=data["team"], assignee=data["person"], hold=hold)
    if "rung" in data:
        return ask(moved, "routing", routing(moved))
    return unasked(moved, "routing")


def routing(state: Case) -> dict[str, Any]:
    """What must be known to find the right team and person."""
    return {"ci": state.ci, "category": state.category, "priority": state.priority, "team": state.team}


def _started(state: S, fact: Fact) -> S:
    return replace(state, status=fact.data["status"])


def _held(state: S, fact: Fact) -> S:
    data = fact.data
    until = instant(data["until"]) if data["until"] else None
    before = state.hold.before if state.hold else state.status
    hold = Hold(data["reason"], until, fact.at, before, data.get("ticket"))
    return timed.held(replace(state, status=data["status"], hold=hold), fact.at, data["reason"])


def _resumed(state: S, fact: Fact) -> S:
    since = instant(fact.data["since"])
    return timed.resumed(replace(state, status=fact.data["status"], hold=None), since)


def _prioritised(state: S, fact: Fact) -> S:
    data = fact.data
    first, changed = not state.judged, state.priority != data["priority"]
    judged = replace(
        state, impact=data["impact"], urgency=data["urgency"], priority=data["priority"], judged=data["by"]
    )
    if first or changed:
        judged = ask_policy(judged)
    if first and judged.assignee is None and judged.status in judged.ROUTED:
        judged = ask(judged, "routing", routing(judged))
    return judged


def ask_policy(state: S) -> S:
    """The state that waits to be told which policy applies, from the instant its clocks need hours for."""
    since = state.opened_at if state.policy is None else state.updated_at
    assert since is not None
    return ask(state, "policy", {**state.policy_terms, "since": stamp(since)})


def _escalated(state: S, fact: Fact) -> S:
    return replace(state, level=fact.data["level"])


def _resolved(state: S, fact: Fact) -> S:
    data = fact.data
    done = replace(state, status=data["status"], resolved_at=fact.at, resolution=data["code"], hold=None)
    done = replace(done, resolution_text=data["text"])
    return timed.resolved(done, fact.at)


def _closed(state: S, fact: Fact) -> S:
    at = instant(fact.data["due"]) if fact.data["due"] else fact.at
    return replace(state, status=fact.data["status"], closed_at=at, closing=None)


def _reopened(state: S, fact: Fact) -> S:
    open_again = replace(
        state,
        status=fact.data["status"],
        resolved_at=None,
        closed_at=None,
        resolution=None,
        resolution_text=None,
        closing=None,
        reopen_count=state.reopen_count + 1,
    )
    return timed.reopened(open_again, fact.at)


def _cancelled(state: S, fact: Fact) -> S:
    gone = replace(state, status=fact.data["status"], cancelled_at=fact.at, hold=None, pending=(), retries=())
    return timed.stopped(gone, fact.at, "cancelled")


def _sealed(state: S, fact: Fact) -> S:
    return replace(state, sealed_at=instant(fact.data["due"]), pending=(), retries=(), hours={}, closing=None)


def _message(state: S, fact: Fact) -> S:
    if fact.data["public"] and fact.data["by"] == "staff":
        return replace(state, last_update_at=fact.at)
    return state


def _tagged(state: S, fact: Fact) -> S:
    return replace(state, tags=tuple(fact.data["tags"]))


def _noted(state: S, _: Fact) -> S:
    """It is in the journal; nothing of the state depends on it."""
    return state


def _ci_related(state: S, fact: Fact) -> S:
    return ask(replace(state, ci=fact.data["ci"], item=Item()), "impact", {"ci": fact.data["ci"]})


def _impact_read(state: S, fact: Fact) -> S:
    data = fact.data
    item = Item(data["name"], data["criticality"], data["owner_team"], tuple(data["affected"]), data.get("users"))
    service = state.service or data["service"]
    known = replace(answered(state, fact), item=item, service=service)
    return ask_policy(known) if state.policy is not None and service != state.service else known


def _matrix_read(state: S, fact: Fact) -> S:
    cells = tuple((row[0], row[1], row[2]) for row in fact.data["cells"])
    return replace(answered(state, fact), matrix=Matrix(fact.data["version"], cells))


def _policy_chosen(state: S, fact: Fact) -> S:
    chosen = timed.policy_chosen(answered(state, fact), fact)
    return _with_ageing(chosen, fact.data["ageing"]) if "ageing" in fact.data else chosen


def _with_ageing(state: S, rule: dict[str, Any]) -> S:
    """The same rule goes on; under another one its age is judged anew, at once."""
    ageing = read_ageing(rule)
    if (ageing.name, ageing.version) == (state.ageing.name, state.ageing.version):
        return state
    return replace(state, ageing=ageing, weight=0)


def _aged(state: S, fact: Fact) -> S:
    data = fact.data
    return replace(state, weight=data["weight"], ageing=replace(state.ageing, reached=data["step"]))


def _calendar_requested(state: S, fact: Fact) -> S:
    data = fact.data
    return ask(state, "calendar", {name: data[name] for name in ("calendar", "since", "until")})


def _calendar_read(state: S, fact: Fact) -> S:
    return timed.calendar_read(answered(state, fact), fact)


def _question_failed(state: S, fact: Fact) -> S:
    data = fact.data
    question = next(asked for asked in state.pending if asked.id == data["question"])
    again = instant(data["again"]) if data["again"] else None
    retry = Retry(question.kind, dict(question.data), data["tries"], data["error"], again)
    failed = answered(state, fact)
    return replace(failed, retries=(*failed.retries, retry))


def _question_asked(state: S, fact: Fact) -> S:
    """Asked again, with what is known by now; the count of tries is kept until an answer comes."""
    kind, data = fact.data["kind"], dict(fact.data["data"])
    before = state.retries
    return replace(ask(state, kind, data), retries=tuple(_waiting(retry, kind, data) for retry in before))


def _waiting(retry: Retry, kind: str, data: dict[str, Any]) -> Retry:
    same = (retry.kind, retry.data.get("calendar")) == (kind, data.get("calendar"))
    return replace(retry, at=None) if same else retry


CHANGES: dict[str, Change] = {
    "Opened": opened,
    "Touched": _touched,
    "Assigned": _assigned,
    "Started": _started,
    "Held": _held,
    "Resumed": _resumed,
    "PrioritySet": _prioritised,
    "Escalated": _escalated,
    "Resolved": _resolved,
    "Closed": _closed,
    "Reopened": _reopened,
    "Cancelled": _cancelled,
    "Sealed": _sealed,
    "MessageAdded": _message,
    "Tagged": _tagged,
    "RecordDone": _noted,
    "CiRelated": _ci_related,
    "ImpactRead": _impact_read,
    "MatrixRead": _matrix_read,
    "PolicyChosen": _policy_chosen,
    "AnswerSetAside": answered,
    "CalendarRequested": _calendar_requested,
    "CalendarRead": _calendar_read,
    "QuestionFailed": _question_failed,
    "QuestionAsked": _question_asked,
    "Aged": _aged,
    **between.CHANGES,
    **timed.CHANGES,
}
"""The types of fact that every ticket can hold, with what they change."""

__all__ = ["CHANGES", "Change", "answered", "ask", "ask_policy", "evolve", "opened", "routing", "unasked"]
