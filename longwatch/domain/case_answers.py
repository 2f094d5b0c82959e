"""What the desk's own parts answer to a ticket's questions, and what is decided by it.

A question that could not be answered leaves the ticket usable: it goes on with P3 and without clocks, says so, and
asks again, later each time.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from longwatch.domain import case_engines, case_words
from longwatch.domain import case_input as given
from longwatch.domain import clocks as clocking
from longwatch.domain.ageing import ageing_data, read_ageing
from longwatch.domain.calendar import OpenHours, read_hours
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_fold import ask_policy, routing
from longwatch.domain.case_process import Answer as Taken
from longwatch.domain.case_state import DEFAULT_PAUSES, Case
from longwatch.domain.clocks import CLOCKS, RESOLUTION, RESPONSE
from longwatch.domain.ladder import ladder_data, read_ladder
from longwatch.domain.priority import SCALE, judge_impact, judge_urgency, read_matrix
from longwatch.domain.ticket import Question, instant, stamp

Answer = Mapping[str, Any]

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(days=1)
MOST_TRIES = 30
MOST_AFFECTED = 200

TOP_UP = timedelta(days=14)
"""Service hours are asked for this long before those in hand end."""

FARTHEST = timedelta(days=2 * 365)
"""A deadline that far ahead is not looked for: the calendar may never be open at all."""


class Unusable(Exception):  # noqa: N818 - says what the answer is
    """The answer is not one; the sentence says why."""


def answered(draft: Draft) -> None:
    """An answer to a pending question. One that nobody waits for any more changes nothing."""
    data, state = draft.command.data, draft.state
    facts = case_engines.answered(state, draft.command)
    if facts is not None:
        draft.add(facts)
        return
    question = next((asked for asked in state.pending if asked.id == data.get("question")), None)
    if question is None:
        return
    taken = _taken(draft, question.kind)
    try:
        found = _understood(taken, draft.state, question, data.get("answer"))
    except Unusable as trouble:
        _failed(draft, question, str(trouble))
        return
    taken.follow(draft, question, found)


def _taken(draft: Draft, kind: str) -> Taken:
    return draft.process.answers.get(kind) or ANSWERS[kind]


def _understood(taken: Taken, state: Case, question: Question, answer: Any) -> dict[str, Any]:
    """The answer as it goes into the journal. Raises Unusable with the reason."""
    if not isinstance(answer, Mapping):
        raise Unusable("There was no answer.")
    if "error" in answer:
        raise Unusable(str(answer["error"]))
    try:
        return taken.read(state, question, answer)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError) as trouble:
        raise Unusable(f"The answer is malformed: {trouble!r}") from trouble


def _failed(draft: Draft, question: Question, error: str) -> None:
    tries = 1 + sum(retry.tries for retry in draft.state.retries if _same(retry.kind, retry.data, question))
    wait = min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT)
    again = stamp(draft.at + wait) if tries < MOST_TRIES else None
    draft.record(
        "QuestionFailed", question=question.id, kind=question.kind, error=error[:500], tries=tries, again=again
    )
    failed = _taken(draft, question.kind).failed
    if failed is not None:
        failed(draft)


def _same(kind: str, data: Mapping[str, Any], question: Question) -> bool:
    return (kind, data.get("calendar")) == (question.kind, question.data.get("calendar"))


def _check_impact(state: Case, _: Question, answer: Answer) -> dict[str, Any]:
    criticality = answer.get("criticality")
    if criticality not in (None, *SCALE):
        raise Unusable(f"A criticality of {criticality} is not known; it runs from 1 (high) to 3.")
    return {
        "ci": _text(answer.get("ci")),
        "name": _text(answer.get("name")),
        "criticality": criticality,
        "owner_team": _text(answer.get("owner_team")),
        "service": _text(answer.get("service")),
        "affected": [str(ci) for ci in list(answer.get("affected") or ())[:MOST_AFFECTED]],
        **({"users": _users(answer.get("users"))} if state.counts_users else {}),
    }


def _users(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise Unusable(f"{value!r} is not a number of people.")
    return value


def _impact(draft: Draft, question: Question, found: dict[str, Any]) -> None:
    draft.record("ImpactRead", question=question.id, **found)
    _judge(draft)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _check_matrix(_: Case, __: Question, answer: Answer) -> dict[str, Any]:
    matrix = read_matrix(int(answer["version"]), answer["cells"])
    return {"version": matrix.version, "cells": [list(row) for row in matrix.cells]}


def _matrix(draft: Draft, question: Question, found: dict[str, Any]) -> None:
    draft.record("MatrixRead", question=question.id, **found)
    _judge(draft)


def _judge(draft: Draft) -> None:
    """Once both are known, or known not to be had."""
    if not any(question.kind in ("impact", "matrix") for question in draft.state.pending):
        judge_priority(draft, draft.state.judged or "desk")


def judge_priority(draft: Draft, by: str, impact: int | None = None, urgency: int | None = None) -> None:
    """Priority = impact x urgency; recorded when it is new. A person's judgement is not the desk's to change."""
    state = draft.state
    criticality, users = state.item.criticality, state.item.users if state.counts_users else None
    by_rule = judge_impact(state.stated_impact, criticality, users), judge_urgency(state.stated_urgency, state.severity)
    if by == "person":
        impact = impact or state.impact or by_rule[0]
        urgency = urgency or state.urgency or by_rule[1]
    else:
        impact, urgency = by_rule
    priority = state.matrix.priority(impact, urgency)
    if (by, impact, urgency, priority) != (state.judged, state.impact, state.urgency, state.priority):
        draft.record(
            "PrioritySet",
            impact=impact,
            urgency=urgency,
            priority=priority,
            by=by,
            criticality=criticality,
            matrix=state.matrix.version,
            **({"users": users} if state.counts_users else {}),
        )


def _policy(draft: Draft, question: Question, chosen: dict[str, Any]) -> None:
    fresh = (chosen["policy"], chosen["ladder"]["version"])
    if fresh != (draft.state.ladder.source, draft.state.ladder.version):
        draft.call_off(CLOCKS, "policy")
    first = draft.state.policy is None
    draft.record("PolicyChosen", question=question.id, **chosen)
    if first:
        _catch_up(draft)
    if draft.state.resolved_at is not None:
        draft.call_off(CLOCKS, "resolved")


def _catch_up(draft: Draft) -> None:
    """What happened before the clocks were known is judged by them now."""
    state = draft.state
    for clock in state.clocks:
        passed = clocking.overdue(clock, state.hours)
        if passed is not None and passed <= draft.at:
            draft.record_of_time("ClockBreached", clock=clock.name, due=stamp(passed))
    if state.responded_at is not None:
        draft.end_clock(RESPONSE, "responded")
    if state.resolved_at is not None:
        draft.end_clock(RESOLUTION, "resolved")


def _check_policy(_: Case, question: Question, answer: Answer) -> dict[str, Any]:
    since = instant(question.data["since"])
    calendars = {name: _checked_hours(name, answer["calendars"][name], since) for name in sorted(answer["calendars"])}
    targets = [_checked_target(target, calendars) for target in answer["targets"]]
    close = answer.get("close_after")
    if close is not None:
        close = {"work": _seconds(close["work"]), "calendar": _known_calendar(close["calendar"], calendars)}
    window = answer.get("reopen_window")
    ageing = {"ageing": ageing_data(read_ageing(answer["ageing"]))} if answer.get("ageing") else {}
    ladder = read_ladder(str(answer["policy"]), answer.get("ladder") or {})
    return {
        "policy": str(answer["policy"]),
        "version": int(answer["version"]),
        "targets": targets,
        "ladder": ladder_data(ladder),
        "calendars": calendars,
        "pauses": [str(reason) for reason in answer.get("pauses") or DEFAULT_PAUSES],
        "close_after": close,
        "reopen_window": None if window is None else _seconds(window),
        **ageing,
    }


def _checked_target(target: Answer, calendars: Mapping[str, Any]) -> dict[str, Any]:
    if target["clock"] not in CLOCKS:
        raise Unusable(f"There is no clock called {target['clock']}.")
    calendar = _known_calendar(target["calendar"], calendars)
    return {"clock": target["clock"], "work": _seconds(target["work"]), "calendar": calendar}


def _known_calendar(name: str, calendars: Mapping[str, Any]) -> str:
    if name not in calendars and name != "always":
        raise Unusable(f"The hours of calendar {name} are missing.")
    return name


def _seconds(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise Unusable(f"{value!r} is not a time in whole seconds above nothing.")
    return value


def _checked_hours(name: str, answer: Answer, since: datetime) -> dict[str, Any]:
    """Hours that reach back to `since`, as they go into the journal."""
    hours = read_hours(name, answer)
    if hours.since > since:
        raise Unusable(f"The hours of {name} begin too late: {stamp(since)} was asked for.")
    return _as_data(hours.clip(since, hours.until))


def _as_data(hours: OpenHours) -> dict[str, Any]:
    return {
        "version": hours.version,
        "since": stamp(hours.since),
        "until": stamp(hours.until),
        "intervals": [[stamp(begin), stamp(end)] for begin, end in hours.intervals],
    }


def _check_routing(_: Case, __: Question, answer: Answer) -> dict[str, Any]:
    reasons = [str(reason) for reason in list(answer.get("reasons") or ())]
    return {"team": _text(answer.get("team")), "person": _text(answer.get("person")), "reasons": reasons}


def _routing(draft: Draft, question: Question, found: dict[str, Any]) -> None:
    """Whoever the rules name, unless a person was quicker or the rules name nobody new."""
    state = draft.state
    team, person = found["team"] or state.team, found["person"]
    unowned = state.status in state.ROUTED and state.assignee is None and state.team is None
    wanted = unowned or state.status == "new" or (state.assignee is None and team == state.team and person is not None)
    if state.assignee is not None or not wanted or (team is None and person is None):
        reason = "no rule names a team" if team is None and person is None else "it was assigned meanwhile"
        draft.record("AnswerSetAside", question=question.id, kind=question.kind, reason=reason)
        return
    status = draft.status_after("assigned by rule") if draft.possible("assigned by rule") else state.status
    draft.record(
        "Assigned",
        question=question.id,
        team=team,
        person=person,
        automatic=True,
        reasons=found["reasons"],
        status=status,
    )


def _check_calendar(_: Case, question: Question, answer: Answer) -> dict[str, Any]:
    name = question.data["calendar"]
    hours = _checked_hours(name, answer, instant(question.data["since"]))
    if instant(hours["until"]) < instant(question.data["until"]):
        raise Unusable(f"The hours of {name} end too early: {question.data['until']} was asked for.")
    return {"calendar": name, "hours": hours}


def _calendar(draft: Draft, question: Question, found: dict[str, Any]) -> None:
    draft.record("CalendarRead", question=question.id, **found)


def _fresh_policy(state: Case) -> dict[str, Any]:
    return dict(ask_policy(state).pending[-1].data)


ANSWERS: dict[str, Taken] = {
    "impact": Taken(_check_impact, _impact, lambda state: {"ci": state.ci}, _judge),
    "matrix": Taken(_check_matrix, _matrix, lambda _: {}, _judge),
    "policy": Taken(_check_policy, _policy, _fresh_policy),
    "routing": Taken(_check_routing, _routing, routing),
    "calendar": Taken(_check_calendar, _calendar),
    **case_words.ANSWERS,
}
"""How the answers that every ticket needs are taken."""


def calendar_changed(draft: Draft) -> None:
    """A calendar was edited: clocks that count by it need its hours anew, from now on."""
    name = given.name(draft.command.data, "calendar", "which calendar was edited")
    if name in draft.state.hours and draft.state.sealed_at is None:
        request_calendar(draft, name)


def top_up(draft: Draft) -> None:
    """Ask for more service hours before those in hand end, and whenever a deadline lies beyond them."""
    state = draft.state
    if state.sealed_at is not None:
        return
    asked = [question.data.get("calendar") for question in state.pending]
    failed = [retry.data.get("calendar") for retry in state.retries]
    for name in sorted(state.hours):
        if name not in asked and name not in failed and _short(state, name, draft.at):
            request_calendar(draft, name)


def counting(state: Case, name: str) -> list[clocking.Clock]:
    """The clocks that count by a calendar now."""
    clocks = (*state.clocks, state.closing)
    return [clock for clock in clocks if clock is not None and clock.since is not None and clock.calendar == name]


def _short(state: Case, name: str, at: datetime) -> bool:
    hours, clocks = state.hours[name], counting(state, name)
    if not clocks:
        return False
    if at >= hours.until - TOP_UP:
        return True
    return hours.until < at + FARTHEST and any(clocking.due(clock, state.hours) is None for clock in clocks)


def request_calendar(draft: Draft, name: str) -> None:
    """Ask for a calendar's hours from now until well past the farthest deadline."""
    state = draft.state
    dues = [clocking.due(clock, state.hours) for clock in counting(state, name)]
    until = max([draft.at, *(due for due in dues if due is not None)]) + timedelta(days=90)
    if None in dues:
        until = max(until, state.hours[name].until + timedelta(days=180))
    draft.record_of_time("CalendarRequested", calendar=name, since=stamp(draft.at), until=stamp(until))
