"""What the facts make of a ticket's clocks, rungs and service hours."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from longwatch.domain import clocks as clocking
from longwatch.domain import ladder as climbing
from longwatch.domain.calendar import ALWAYS, OpenHours, read_hours
from longwatch.domain.case_state import (
    DEFAULT_CLOSE,
    DEFAULT_PAUSES,
    DEFAULT_WINDOW,
    Case,
    Policy,
    Span,
)
from longwatch.domain.clocks import RESOLUTION, RESPONSE, UPDATE, Clock
from longwatch.domain.ticket import Fact, instant

S = TypeVar("S", bound=Case)

AHEAD = timedelta(days=60)
"""How far past the farthest deadline service hours are kept."""

RESOLVED = "resolved"


def _each(state: S, change: Callable[[Clock], Clock], names: Iterable[str]) -> S:
    wanted = tuple(names)
    changed = tuple(change(clock) if clock.name in wanted else clock for clock in state.clocks)
    return replace(state, clocks=changed)


def _spanned(state: S, at: datetime, reason: str | None) -> S:
    """While no policy is known the pauses are noted, for the clocks to be set by them later."""
    if state.policy is not None:
        return state
    spans = state.spans
    if spans and spans[-1].end is None:
        spans = (*spans[:-1], replace(spans[-1], end=at))
    return replace(state, spans=spans if reason is None else (*spans, Span(at, None, reason)))


def held(state: S, at: datetime, reason: str) -> S:
    """Nobody can work on it: the clocks that stand still for this reason do."""
    if reason not in state.pauses:
        return _spanned(_each(state, lambda clock: clocking.resume(clock, at), (UPDATE, RESOLUTION)), at, reason)
    names = tuple(name for name in clocking.CLOCKS if stands_still(state, name, reason))
    stopped = _each(state, lambda clock: clocking.pause(clock, state.hours, at, reason), names)
    return _spanned(stopped, at, reason)


def stands_still(state: Case, name: str, reason: str | None) -> bool:
    """Whether a clock stands still for a reason: update and resolution as the policy says, response seldom."""
    return reason in (state.pauses_response if name == RESPONSE else state.pauses)


def resumed(state: S, at: datetime) -> S:
    """Work can go on: what was stopped counts again."""
    stopped = (clock.name for clock in state.clocks if clock.reason in state.pauses_response)
    names = (UPDATE, RESOLUTION, *stopped)
    return _spanned(_each(state, lambda clock: clocking.resume(clock, at), names), at, None)


def resolved(state: S, at: datetime) -> S:
    """Resolved: every clock stands still (the facts say which are met), and the time to closing begins."""
    still = _each(state, lambda clock: clocking.pause(clock, state.hours, at, RESOLVED), clocking.CLOCKS)
    return replace(_spanned(still, at, RESOLVED), closing=_closing(state.policy, at))


def closing_anew(state: S, at: datetime) -> S:
    """The time from resolved to closed begins now: something else held the closing until here."""
    return replace(state, closing=_closing(state.policy, at))


def _closing(policy: Policy | None, at: datetime) -> Clock:
    if policy is None:
        return clocking.begin("closing", DEFAULT_CLOSE, ALWAYS.calendar, at)
    return clocking.begin("closing", policy.close_work, policy.close_calendar, at)


def stopped(state: S, at: datetime, reason: str) -> S:
    """The clocks stand still for good."""
    return _each(state, lambda clock: clocking.pause(clock, state.hours, at, reason), clocking.CLOCKS)


def reopened(state: S, at: datetime) -> S:
    """Open again: resolution goes on from its ledger, update begins anew, response only if none was given yet."""
    again = _each(state, lambda clock: clocking.reopen(clock, at), (RESOLUTION,))
    again = _each(again, lambda clock: clocking.restart(clock, at), (UPDATE,))
    again = _each(again, lambda clock: clock if clock.ended_at else clocking.reopen(clock, at), (RESPONSE,))
    ladder = again.ladder
    for clock in again.clocks:
        if clock.ended_at is None:
            ladder = climbing.armed_again(ladder, clock)
    return _spanned(replace(again, ladder=ladder), at, None)


def policy_chosen(state: S, fact: Fact) -> S:
    """Clocks as the policy promises: set by the journal so far the first time, carried over afterwards."""
    data, at = fact.data, fact.at
    close = data["close_after"]
    policy = Policy(
        data["policy"],
        data["version"],
        tuple(data.get("pauses") or DEFAULT_PAUSES),
        close["work"] if close else DEFAULT_CLOSE,
        close["calendar"] if close else ALWAYS.calendar,
        DEFAULT_WINDOW if data["reopen_window"] is None else data["reopen_window"],
    )
    first = state.policy is None
    hours = {**state.hours, **{name: _merged(state, name, data["calendars"][name]) for name in data["calendars"]}}
    chosen = replace(state, policy=policy, hours=hours)
    targets = {target["clock"]: (target["work"], target["calendar"]) for target in data["targets"]}
    clocks = _set_up(chosen, targets) if first else _carried_over(state, chosen, targets, at)
    known = tuple(clock.name for clock in state.clocks)
    chosen = _with_ladder(replace(chosen, clocks=clocks, spans=()), fact, known)
    if chosen.closing is not None and chosen.resolved_at is not None:
        chosen = replace(chosen, closing=_closing(policy, chosen.resolved_at))
    return trimmed(chosen, (chosen.opened_at or at) if first else _earliest(chosen, at), at)


def _merged(state: Case, name: str, answer: dict[str, object]) -> OpenHours:
    fresh = read_hours(name, answer)
    known = state.hours.get(name)
    return fresh if known is None else known.followed_by(fresh)


def _set_up(state: Case, targets: dict[str, tuple[int, str]]) -> tuple[Clock, ...]:
    assert state.opened_at is not None
    return tuple(_since_opening(state, name, *targets[name]) for name in clocking.CLOCKS if name in targets)


def _since_opening(state: Case, name: str, target: int, calendar: str) -> Clock:
    """A clock as it would stand had its promise been known from the first instant."""
    assert state.opened_at is not None
    start = (state.last_update_at or state.opened_at) if name == UPDATE else state.opened_at
    clock = clocking.begin(name, target, calendar, start)
    for span in state.spans:
        if span.reason != RESOLVED and not stands_still(state, name, span.reason):
            continue
        clock = clocking.pause(clock, state.hours, max(span.begin, start), span.reason)
        clock = clock if span.end is None else clocking.resume(clock, max(span.end, start))
    if name == RESPONSE and state.responded_at is not None:
        return clocking.pause(clock, state.hours, state.responded_at, "responded")
    return clock


def _carried_over(before: Case, state: Case, targets: dict[str, tuple[int, str]], at: datetime) -> tuple[Clock, ...]:
    """Known clocks take the new target; one that is promised no longer stands still, a new one begins now."""
    clocks = []
    for name in clocking.CLOCKS:
        clock = before.clock(name)
        if clock is None and name in targets:
            clocks.append(_newcomer(state, clocking.begin(name, *targets[name], at), at))
        elif clock is not None and name in targets:
            moved = clocking.retarget(clock, before.hours, at, *targets[name])
            clocks.append(clocking.resume(moved, at) if clock.reason == NOT_PROMISED else moved)
        elif clock is not None:
            clocks.append(clocking.pause(clock, before.hours, at, NOT_PROMISED))
    return tuple(clocks)


NOT_PROMISED = "not_promised"


def _newcomer(state: Case, clock: Clock, at: datetime) -> Clock:
    waits_for = state.waits_for
    if waits_for is not None and stands_still(state, clock.name, waits_for):
        return clocking.pause(clock, state.hours, at, waits_for)
    return clock if state.resolved_at is None else clocking.pause(clock, state.hours, at, RESOLVED)


def _with_ladder(state: S, fact: Fact, known: tuple[str, ...]) -> S:
    """The same ladder goes on; another one begins a new round, without the rungs of what has ended already."""
    fresh = climbing.read_ladder(fact.data["policy"], fact.data["ladder"])
    if (state.ladder.source, state.ladder.version) == (fresh.source, fresh.version):
        return replace(state, ladder=_newly_armed(state, known))
    counting = tuple(clock.name for clock in state.clocks if clock.ended_at is None)
    dead = tuple(rung.id for rung in fresh.rungs if rung.clock not in counting)
    rounds = _each(state, lambda clock: replace(clock, round=clock.round + 1), counting)
    return replace(rounds, ladder=climbing.called_off(fresh, dead))


def _newly_armed(state: Case, known: tuple[str, ...]) -> climbing.Ladder:
    """A clock that was not promised before has all its rungs ahead."""
    ladder = state.ladder
    for clock in state.clocks:
        if clock.name not in known:
            ladder = climbing.armed_again(ladder, clock)
    return ladder


def _earliest(state: Case, at: datetime) -> datetime:
    """From when service hours are still needed."""
    running = (clock.since for clock in (*state.clocks, state.closing) if clock is not None)
    return min((since for since in running if since is not None), default=at)


def trimmed(state: S, since: datetime, at: datetime) -> S:
    """Service hours only of calendars in use, from `since` to 60 days past the farthest deadline.

    The calendar it closes by is in use from the beginning: its days are counted from the resolution, unasked.
    """
    closing = state.policy.close_calendar if state.policy else None
    running = [clock for clock in (*state.clocks, state.closing) if clock is not None and clock.ended_at is None]
    kept = {}
    for name in sorted(state.hours):
        own = [clock for clock in running if clock.calendar == name]
        dues = [clocking.due(clock, state.hours) for clock in own]
        farthest = state.hours[name].until if None in dues else max((due for due in dues if due), default=at) + AHEAD
        if own or name == closing:
            kept[name] = state.hours[name].clip(since, max(farthest, at + AHEAD))
    return replace(state, hours=kept)


def calendar_read(state: S, fact: Fact) -> S:
    """The calendar as it is now, from when it was asked for: what was counted before stays counted as it was."""
    name, at = fact.data["calendar"], fact.at
    hours = {**state.hours, name: _merged(state, name, fact.data["hours"])}
    read = replace(state, hours=hours)

    def banked(clock: Clock) -> Clock:
        return clocking.bank(clock, hours, at) if clock.calendar == name else clock

    closing = None if read.closing is None else banked(read.closing)
    read = replace(_each(read, banked, clocking.CLOCKS), closing=closing)
    return trimmed(read, _earliest(read, at), at)


def _clock_ended(state: S, fact: Fact) -> S:
    at = instant(fact.data["ended"])
    return _each(state, lambda clock: clocking.end(clock, state.hours, at, fact.data["by"]), (fact.data["clock"],))


def _clock_restarted(state: S, fact: Fact) -> S:
    waits_for = state.waits_for
    fresh = _each(state, lambda clock: clocking.restart(clock, fact.at), (fact.data["clock"],))
    clock = fresh.clock(fact.data["clock"])
    assert clock is not None
    again = replace(fresh, ladder=climbing.armed_again(fresh.ladder, clock))
    if waits_for is None or waits_for not in state.pauses:
        return again
    return _each(again, lambda one: clocking.pause(one, state.hours, fact.at, waits_for), (clock.name,))


def _clock_breached(state: S, fact: Fact) -> S:
    due = instant(fact.data["due"])
    return _each(state, lambda clock: clocking.breach(clock, due), (fact.data["clock"],))


def _rung_accounted(state: S, fact: Fact) -> S:
    return replace(state, ladder=climbing.accounted(state.ladder, fact.data["rung"], fact.data["n"]))


def _rungs_cancelled(state: S, fact: Fact) -> S:
    ids = tuple(rung["rung"] for rung in fact.data["rungs"])
    return replace(state, ladder=climbing.called_off(state.ladder, ids))


CHANGES: dict[str, Callable[[Any, Fact], Any]] = {
    "ClockMet": _clock_ended,
    "ClockEnded": _clock_ended,
    "ClockRestarted": _clock_restarted,
    "ClockBreached": _clock_breached,
    "RungRun": _rung_accounted,
    "RungOvertaken": _rung_accounted,
    "RungsCancelled": _rungs_cancelled,
}
