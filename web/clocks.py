"""The clocks of a ticket as pages and the API tell them: state, deadline, what was counted, and why, line by line."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from longwatch.domain import clocks
from longwatch.domain.clocks import COUNTED, EARLIER, SECOND, Clock, Hours, Stretch
from longwatch.domain.ticket import stamp

MINUTE, HOUR = 60, 3600


def promises_of(state: Any) -> list[dict[str, Any]]:
    """Every clock without what passes with time: for lists."""
    return [promise_of(clock, state) for clock in getattr(state, "clocks", ())]


def promise_of(clock: Clock, state: Any) -> dict[str, Any]:
    """What was promised, whether it was kept, and until when it is to be."""
    due = clocks.due(clock, state.hours)
    return {
        "clock": clock.name,
        "state": clock.state,
        "due": stamp(due) if due else None,
        "since": stamp(clock.since) if clock.since else None,
        "target": clock.target,
        "calendar": clock.calendar,
    }


def clocks_of(state: Any, at: datetime) -> list[dict[str, Any]]:
    """Every clock at an instant; instants as stamps, times in whole seconds of working time.

    `elapsed` is what was counted of `target` so far, `left` the rest. `why` explains the deadline in sentences,
    `lines` in figures: every stretch up to it, whose seconds add up to the target.
    """
    return [clock_of(clock, state, at) for clock in getattr(state, "clocks", ())]


def clock_of(clock: Clock, state: Any, at: datetime) -> dict[str, Any]:
    """One clock at an instant."""
    spent = clocks.elapsed(clock, state.hours, at) // SECOND
    return {
        **promise_of(clock, state),
        "elapsed": spent,
        "left": clock.target - spent,
        "why": list(why(clock, state, at)),
        "lines": clocks.why(clock, state.hours),
    }


def why(clock: Clock, state: Any, at: datetime) -> Iterator[str]:
    """Why this deadline: the promise, each stretch that counted or did not, and where that leads."""
    policy = state.policy
    by = f" by policy {policy.name}, version {policy.version}" if policy else ""
    yield f"{clock.name.capitalize()} is promised within {span(clock.target)} of {hours_name(clock)}{by}."
    for entry in clock.ledger:
        yield _stretch(entry)
    yield from _now(clock, state.hours, at)


def _stretch(entry: Stretch) -> str:
    stretch = f"{moment(entry.begin)} to {moment(entry.end)}"
    if entry.reason in (COUNTED, EARLIER):
        return f"{stretch}: {span(entry.work // SECOND)} counted."
    return f"{stretch}: not counted ({entry.reason.replace('_', ' ')})."


def _now(clock: Clock, hours: Hours, at: datetime) -> Iterator[str]:
    due = clocks.due(clock, hours)
    spent = clocks.elapsed(clock, hours, at) // SECOND
    if clock.since is not None:
        fresh = spent - clock.banked // SECOND
        yield f"{moment(clock.since)} until now: {span(fresh)} counted, {span(spent)} in all."
    if clock.state == "met":
        yield f"Met at {moment(clock.ended_at or at)}: {span(spent)} of {span(clock.target)} used."
    elif clock.state == "breached":
        yield f"Breached: the time was up at {moment(clock.breached_at or at)}."
    elif clock.since is None:
        yield f"It stands still ({clock.reason.replace('_', ' ') or 'stopped'}); {span(clock.target - spent)} are left."
    elif due is not None:
        yield f"{span(clock.target - spent)} are left, so it is due at {moment(due)}."


def hours_name(clock: Clock) -> str:
    """The calendar of a clock in words."""
    return (
        "time round the clock" if clock.calendar in ("always", "24x7") else f"working time (calendar {clock.calendar})"
    )


def span(seconds: int) -> str:
    """A length of time in words, to the minute; to the second below one."""
    if abs(seconds) < MINUTE:
        return f"{seconds} s"
    hours, rest = divmod(abs(seconds), HOUR)
    parts = [f"{hours} h"] * bool(hours) + [f"{rest // MINUTE} min"] * bool(rest // MINUTE)
    return ("-" if seconds < 0 else "") + " ".join(parts)


def moment(at: datetime) -> str:
    """An instant in words, UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
