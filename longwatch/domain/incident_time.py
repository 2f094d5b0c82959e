"""What time does to an incident: its deadlines, and what follows when they have passed.

Deadlines in the past are judged before the command of a later instant, so that each command meets the incident as it
stood when the command was accepted. Rungs alone wait for the alarm: after an outage nobody is paged for what was
answered meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from longwatch.domain import clocks as clocking
from longwatch.domain import ladder as climbing
from longwatch.domain.incident_answers import TOP_UP, counting
from longwatch.domain.incident_draft import Draft
from longwatch.domain.incident_fold import ask_policy, routing
from longwatch.domain.incident_state import DEFAULT_WINDOW, Retry, State
from longwatch.domain.ticket import stamp


@dataclass(frozen=True)
class Deadline:
    """When something falls due, what kind of thing, and which one."""

    at: datetime
    kind: str  # hold | breach | close | seal | rung | retry | calendar
    name: str = ""


_BY_ITSELF = ("hold", "breach", "close", "seal")


def deadlines(state: State) -> tuple[Deadline, ...]:
    """Everything the incident will do by itself, soonest first."""
    if not state.status or state.sealed_at is not None:
        return ()
    return tuple(
        sorted(
            (*_holds(state), *_breaches(state), *_ends(state), *_rungs(state), *_retries(state), *_top_ups(state)),
            key=lambda deadline: deadline.at,
        )
    )


def nearest(state: State) -> Deadline | None:
    """The soonest of them."""
    return next(iter(deadlines(state)), None)


def _holds(state: State) -> list[Deadline]:
    return [Deadline(state.hold.until, "hold", state.hold.reason)] if state.hold and state.hold.until else []


def _breaches(state: State) -> list[Deadline]:
    dues = ((clock.name, clocking.overdue(clock, state.hours)) for clock in state.clocks)
    return [Deadline(due, "breach", name) for name, due in dues if due is not None]


def _ends(state: State) -> list[Deadline]:
    """Closing by itself, and the end of the reopen window."""
    if state.closing is not None:
        due = clocking.due(state.closing, state.hours)
        return [] if due is None else [Deadline(due, "close")]
    ended = state.closed_at or state.cancelled_at
    window = DEFAULT_WINDOW if state.policy is None else state.policy.reopen_window
    return [] if ended is None else [Deadline(ended + timedelta(seconds=window), "seal")]


def _rungs(state: State) -> list[Deadline]:
    coming = climbing.upcoming(state.ladder, state.clocks, state.hours)
    return [Deadline(one.due, "rung", one.rung.id) for one in coming if one.due is not None]


def _retries(state: State) -> list[Deadline]:
    return [Deadline(retry.at, "retry", retry.kind) for retry in state.retries if retry.at is not None]


def _top_ups(state: State) -> list[Deadline]:
    waiting = [question.data.get("calendar") for question in state.pending]
    waiting += [retry.data.get("calendar") for retry in state.retries]
    names = [name for name in sorted(state.hours) if name not in waiting and counting(state, name)]
    return [Deadline(state.hours[name].until - TOP_UP, "calendar", name) for name in names]


def settle(draft: Draft) -> None:
    """Everything that time alone had decided by the command's instant, in the order it came due."""
    while (due := _first_passed(draft)) is not None:
        _SETTLE[due.kind](draft, due)


def _first_passed(draft: Draft) -> Deadline | None:
    passed = (due for due in deadlines(draft.state) if due.kind in _BY_ITSELF and due.at <= draft.at)
    return next(passed, None)


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


_SETTLE = {"hold": _lift, "breach": _breach, "close": _close, "seal": _seal}


def ring(draft: Draft) -> None:
    """The alarm: what is due and still holds is done; what was overtaken by events is not."""
    _climb(draft)
    for retry in draft.state.retries:
        if retry.at is not None and retry.at <= draft.at:
            _ask_again(draft, retry)


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
    """Steps that change the incident; messages follow from the rung itself."""
    state = draft.state
    team, level = step.get("team"), step.get("level")
    if isinstance(team, str) and team != state.team:
        status = "assigned" if state.status == "new" else state.status
        draft.record_of_time(
            "Assigned", team=team, person=None, automatic=True, reasons=[f"rung {rung}"], status=status, rung=rung
        )
    if isinstance(level, int) and level > state.level:
        draft.record_of_time("Escalated", level=level, reason=None, automatic=True, rung=rung)


def _ask_again(draft: Draft, retry: Retry) -> None:
    """The same question with what is known by now."""
    draft.record_of_time("QuestionAsked", kind=retry.kind, data=_fresh(draft, retry), tries=retry.tries)


def _fresh(draft: Draft, retry: Retry) -> dict[str, object]:
    state = draft.state
    match retry.kind:
        case "impact":
            return {"ci": state.ci}
        case "policy":
            return dict(ask_policy(state).pending[-1].data)
        case "routing":
            return routing(state)
        case "calendar":
            return {**retry.data, "since": stamp(draft.at)}
        case _:
            return {}
