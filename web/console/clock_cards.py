"""The clocks of a ticket as cards: time left, share used, and "why this deadline?" answered line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from longwatch.domain import clocks as clocking
from longwatch.domain.calendar import OpenHours
from longwatch.domain.clocks import SECOND, Clock, Stretch
from web.console import words
from web.console.people import Viewer
from web.console.times import Chip, Moment, deadline, moment, short, span

MOST_DAYS = 4
"""Opening hours named in an explanation; the rest is summed up."""


@dataclass(frozen=True)
class ClockCard:
    """A clock of the service level, with the reasons behind its deadline."""

    label: str
    chip: Chip
    due: Moment | None
    spent: int
    why: tuple[str, ...] = ()


def clock_cards(state: Any, who: Viewer) -> list[ClockCard]:
    """All clocks the ticket's policy promises, in its order."""
    return [_card(clock, state, who) for clock in getattr(state, "clocks", ())]


def _card(clock: Clock, state: Any, who: Viewer) -> ClockCard:
    due = clocking.due(clock, state.hours)
    spent = clocking.elapsed(clock, state.hours, who.now)
    used = min(100, spent * 100 // clock.target_work) if clock.target else 0
    chip = _chip(clock, due, state.opened_at, who)
    shown = moment(due, who.now, who.zone) if due else None
    return ClockCard(words.CLOCKS[clock.name], chip, shown, used, tuple(_why(clock, state, due, who)))


def _chip(clock: Clock, due: datetime | None, since: datetime, who: Viewer) -> Chip:
    if clock.state == "breached" and clock.since is not None:
        return deadline(due or clock.breached_at, since, who.now, who.zone)
    badge = words.CLOCK_STATES.get(clock.state)
    if badge is not None:
        return Chip(badge.label, badge.tone, icon=badge.icon)
    return deadline(due, since, who.now, who.zone)


def _why(clock: Clock, state: Any, due: datetime | None, who: Viewer) -> Iterator[str]:
    hours = clocking.open_hours(clock, state.hours)
    yield _promise(clock, state, hours)
    for stretch in clock.ledger:
        yield _ledger(stretch, who)
    if clock.since is not None:
        counted = clocking.elapsed(clock, state.hours, who.now) - clock.banked
        yield f"It counts since {short(clock.since, who.zone)}: {span(counted / SECOND)} so far."
        yield from _open_time(hours, clock, due, who)
    elif clock.ended_at is not None:
        yield f"It ended {short(clock.ended_at, who.zone)}: {clock.reason or 'done'}."
    else:
        yield f"It stands still since {_at(clock.idle_since, who)}: {_pause(clock.reason)}."
    if due is not None:
        yield f"So it {'was' if due <= who.now else 'is'} due {short(due, who.zone)}."
    elif clock.since is not None:
        yield "The calendar in hand does not reach its end yet; more of it is being read."


def _promise(clock: Clock, state: Any, hours: OpenHours) -> str:
    policy = f"Policy {state.policy.name} (version {state.policy.version})" if state.policy else "The policy"
    round_the_clock = clock.calendar in ("always", "24x7")
    calendar = "round the clock" if round_the_clock else f"of working time, calendar {clock.calendar}"
    edition = "" if round_the_clock else f" (version {hours.version})"
    return f"{policy} promises {span(clock.target)} {calendar}{edition}."


def _ledger(stretch: Stretch, who: Viewer) -> str:
    times = f"from {short(stretch.begin, who.zone)} to {short(stretch.end, who.zone)}"
    if stretch.reason in (clocking.COUNTED, clocking.EARLIER):
        return f"{span(stretch.work / SECOND)} counted {times}."
    return f"It stood still {times}: {_pause(stretch.reason)}."


def _pause(reason: str) -> str:
    waits = words.HOLD_REASONS.get(reason)
    return f"waiting for {waits}" if waits else words.readable(reason or "stopped").lower()


def _open_time(hours: OpenHours, clock: Clock, due: datetime | None, who: Viewer) -> Iterator[str]:
    """The opening hours between now and the deadline, so that nights and week-ends explain themselves."""
    if due is None or due <= who.now or clock.calendar in ("always", "24x7"):
        return
    ahead = [(max(begin, who.now), min(end, due)) for begin, end in hours.intervals if end > who.now and begin < due]
    if len(ahead) == 1 and ahead[0] == (who.now, due):
        return
    for begin, end in ahead[:MOST_DAYS]:
        yield f"Open {short(begin, who.zone)} to {_hour(end, who)}: {span((end - begin).total_seconds())} count."
    if len(ahead) > MOST_DAYS:
        rest = sum((end - begin).total_seconds() for begin, end in ahead[MOST_DAYS:])
        yield f"And {len(ahead) - MOST_DAYS} more opening times with {span(rest)}."


def _at(at: datetime | None, who: Viewer) -> str:
    return short(at, who.zone) if at else "its beginning"


def _hour(at: datetime, who: Viewer) -> str:
    return at.astimezone(who.zone).strftime("%H:%M")
