"""What time does to a ticket: its deadlines, and what follows when they have passed.

Deadlines in the past are judged before the command of a later instant, so that each command meets the ticket as it
stood when the command was accepted. Rungs alone wait for the alarm: after an outage nobody is paged for what was
answered meanwhile.
"""

from datetime import timedelta

from longwatch.domain import case_engines
from longwatch.domain import clocks as clocking
from longwatch.domain import ladder as climbing
from longwatch.domain.case_answers import ANSWERS, TOP_UP, counting
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_process import Deadline, Process
from longwatch.domain.case_state import DEFAULT_WINDOW, Case, Retry
from longwatch.domain.ticket import stamp


def deadlines(process: Process, state: Case) -> tuple[Deadline, ...]:
    """Everything the ticket will do by itself, soonest first."""
    if not state.status or state.sealed_at is not None:
        return ()
    own = (*process.due(state), *case_engines.deadlines(state))
    shared = (*_holds(state), *_breaches(state), *_ends(state), *_rungs(state), *_retries(state), *_top_ups(state))
    slow = (*_merges(state), *_ages(state))
    return tuple(sorted((*shared, *slow, *own), key=lambda deadline: deadline.at))


def nearest(process: Process, state: Case) -> Deadline | None:
    """The soonest of them."""
    return next(iter(deadlines(process, state)), None)


def _holds(state: Case) -> list[Deadline]:
    return [Deadline(state.hold.until, "hold", state.hold.reason)] if state.hold and state.hold.until else []


def _breaches(state: Case) -> list[Deadline]:
    dues = ((clock.name, clocking.overdue(clock, state.hours)) for clock in state.clocks)
    return [Deadline(due, "breach", name) for name, due in dues if due is not None]


def _ends(state: Case) -> list[Deadline]:
    """Closing by itself, and the end of the reopen window."""
    if state.closing is not None:
        due = clocking.due(state.closing, state.hours)
        return [] if due is None or not state.may_close else [Deadline(due, "close")]
    ended = state.ended_at
    window = DEFAULT_WINDOW if state.policy is None else state.policy.reopen_window
    return [] if ended is None else [Deadline(ended + timedelta(seconds=window), "seal")]


def _rungs(state: Case) -> list[Deadline]:
    coming = climbing.upcoming(state.ladder, state.clocks, state.hours)
    return [Deadline(one.due, "rung", one.rung.id) for one in coming if one.due is not None]


def _retries(state: Case) -> list[Deadline]:
    return [Deadline(retry.at, "retry", retry.kind) for retry in state.retries if retry.at is not None]


def _top_ups(state: Case) -> list[Deadline]:
    waiting = [question.data.get("calendar") for question in state.pending]
    waiting += [retry.data.get("calendar") for retry in state.retries]
    names = [name for name in sorted(state.hours) if name not in waiting and counting(state, name)]
    return [Deadline(state.hours[name].until - TOP_UP, "calendar", name) for name in names]


def _merges(state: Case) -> list[Deadline]:
    """A ticket that does not answer whether another may be merged into it has ended, or never was."""
    until = state.merging.until
    return [] if until is None else [Deadline(until, "merge")]


def _ages(state: Case) -> list[Deadline]:
    if state.resolved_at is not None or state.ended_at is not None or state.opened_at is None:
        return []
    due = state.ageing.next_at(state.opened_at)
    return [] if due is None else [Deadline(due, "age")]


def settle(draft: Draft) -> None:
    """Everything that time alone had decided by the command's instant, in the order it came due."""
    while (due := _first_passed(draft)) is not None:
        (draft.process.settles.get(due.kind) or _SETTLE[due.kind])(draft, due)
        draft.process.after(draft)


def _first_passed(draft: Draft) -> Deadline | None:
    by_itself = (*_SETTLE, *draft.process.settles)
    dues = deadlines(draft.process, draft.state)
    return next((due for due in dues if due.kind in by_itself and due.at <= draft.at), None)


def _lift(draft: Draft, due: Deadline) -> None:
    hold = draft.state.hold
    assert hold is not None
    status = draft.status_after("date reached", hold.before)
    draft.record_of_time("Resumed", reason=hold.reason, why="date", since=stamp(max(due.at, hold.since)), status=status)


def _breach(draft: Draft, due: Deadline) -> None:
    draft.record_of_time("ClockBreached", clock=due.name, due=stamp(due.at))


def _close(draft: Draft, due: Deadline) -> None:
    status = draft.status_after("no objection")
    draft.record_of_time("Closed", automatic=True, due=stamp(due.at), status=status)


def _seal(draft: Draft, due: Deadline) -> None:
    draft.record_of_time("Sealed", due=stamp(due.at), status=draft.state.status)


def _unanswered(draft: Draft, _: Deadline) -> None:
    into = draft.state.merging.into
    draft.record_of_time(
        "MergeSetAside", into=into, reason=f"{into} did not answer in time; it may have ended for good."
    )


def _age(draft: Draft, due: Deadline) -> None:
    ageing = draft.state.ageing
    weight = ageing.steps[ageing.reached].weight
    draft.record_of_time("Aged", step=ageing.reached + 1, weight=weight, due=stamp(due.at), rule=ageing.name)


def _pass(draft: Draft, due: Deadline) -> None:
    draft.add(case_engines.settle(draft.state, due, draft.command))


_SETTLE = {
    "hold": _lift,
    "breach": _breach,
    "close": _close,
    "seal": _seal,
    "merge": _unanswered,
    "age": _age,
    **dict.fromkeys(case_engines.BY_ITSELF, _pass),
}


def ring(draft: Draft) -> None:
    """The alarm: what is due and still holds is done; what was overtaken by events is not."""
    _climb(draft)
    for retry in draft.state.retries:
        if retry.at is not None and retry.at <= draft.at:
            _ask_again(draft, retry)
    for facts in case_engines.ring(draft.state, draft.command):
        draft.add(facts)
    for due in deadlines(draft.process, draft.state):
        if due.at <= draft.at and due.kind in draft.process.rings:
            draft.process.rings[due.kind](draft, due)


def _climb(draft: Draft) -> None:
    """Of each clock the highest rung due runs; those below are overtaken by it."""
    state = draft.state
    late = climbing.fallen_due(state.ladder, state.clocks, state.hours, draft.at)
    run, overtaken = climbing.judge(late)
    for one, by in overtaken:
        draft.record_of_time("RungOvertaken", **_named(one), by=by)
    for one in run:
        draft.record_of_time("RungRun", **_named(one), do=[dict(step) for step in one.rung.do])
        for step in one.rung.do:
            _step(draft, one.rung.id, step)


def _named(one: climbing.Occurrence) -> dict[str, object]:
    return {**one.named(), "due": stamp(one.due) if one.due else None}


def _step(draft: Draft, rung: str, step: dict[str, object]) -> None:
    """Steps that change the ticket; messages follow from the rung itself."""
    for act in step:
        if act in draft.process.steps:
            draft.process.steps[act](draft, rung)
    state = draft.state
    team, level = step.get("team"), step.get("level")
    if isinstance(team, str) and team != state.team:
        status = draft.status_after("assigned by rule") if draft.possible("assigned by rule") else state.status
        draft.record_of_time(
            "Assigned", team=team, person=None, automatic=True, reasons=[f"rung {rung}"], status=status, rung=rung
        )
    if isinstance(level, int) and level > state.level:
        draft.record_of_time("Escalated", level=level, reason=None, automatic=True, rung=rung)


def _ask_again(draft: Draft, retry: Retry) -> None:
    """The same question with what is known by now."""
    draft.record_of_time("QuestionAsked", kind=retry.kind, data=_fresh(draft, retry), tries=retry.tries)


def _fresh(draft: Draft, retry: Retry) -> dict[str, object]:
    if retry.kind == "calendar":
        return {**retry.data, "since": stamp(draft.at)}
    fresh = {**ANSWERS, **draft.process.answers}[retry.kind].fresh
    return dict(retry.data) if fresh is None else fresh(draft.state)
