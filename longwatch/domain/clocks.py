"""The service level clocks of a ticket: response, update and resolution.

A clock counts working time of its calendar towards a target. It is `running`, `paused`, `met` (stopped in time) or
`breached` (the target passed; it may still be counting). What it has counted is the sum of its pause ledger and of
the stretch it is counting now, exact to the microsecond, and no change of policy takes any of it away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from longwatch.domain.calendar import ALWAYS, NotCovered, OpenHours
from longwatch.domain.ticket import stamp

RESPONSE, UPDATE, RESOLUTION = CLOCKS = ("response", "update", "resolution")

SECOND = 1_000_000
"""Microseconds in a second: the ledger counts in microseconds, targets are given in seconds."""

_TICK = timedelta(microseconds=1)

COUNTED = ""
"""The reason of a ledger entry in which the clock was counting."""

EARLIER = "earlier"
"""The reason of the entry that sums up the oldest ones of a ledger grown long."""

MOST_ENTRIES = 60
"""Entries a ledger keeps apart. No working time is lost in summing up, only where exactly it lay."""

Hours = Mapping[str, OpenHours]


@dataclass(frozen=True)
class Stretch:
    """An entry of the pause ledger: from, to, working time counted in it (microseconds) and why it did not count."""

    begin: datetime
    end: datetime
    work: int
    reason: str
    calendar: str
    version: int


@dataclass(frozen=True)
class Clock:
    """One promise. `target` is working seconds; `since` is when the stretch being counted began, None while it stands.

    `idle_since` and `reason` say since when and why it is not counting. `ended_at` is when it was met, or stopped
    late. `breached_at` is the deadline that passed. `round` rises each time its rungs may come due afresh.
    """

    name: str
    target: int
    calendar: str
    state: str = "running"
    since: datetime | None = None
    ledger: tuple[Stretch, ...] = ()
    idle_since: datetime | None = None
    reason: str = ""
    ended_at: datetime | None = None
    breached_at: datetime | None = None
    breaches: int = 0
    round: int = 0

    @property
    def target_work(self) -> int:
        """The target in microseconds of working time."""
        return self.target * SECOND

    @property
    def banked(self) -> int:
        """Working time in the ledger, in microseconds."""
        return sum(stretch.work for stretch in self.ledger)


def work_of(span: timedelta) -> int:
    """A span in microseconds."""
    return span // _TICK


def open_hours(clock: Clock, hours: Hours) -> OpenHours:
    """The hours the clock counts by; round the clock when its calendar was never read."""
    return hours.get(clock.calendar, ALWAYS)


def begin(name: str, target: int, calendar: str, at: datetime) -> Clock:
    """A clock that counts from `at`."""
    return Clock(name, target, calendar, since=at)


def elapsed(clock: Clock, hours: Hours, at: datetime) -> int:
    """Working microseconds counted by `at`."""
    if clock.since is None or at <= clock.since:
        return clock.banked
    return clock.banked + work_of(open_hours(clock, hours).known_difference(clock.since, at))


def bank(clock: Clock, hours: Hours, at: datetime) -> Clock:
    """The same clock with what it counted so far written into its ledger; it counts on from `at`.

    Entries of one calendar that touch become one, so that reading the calendar anew leaves no trace.
    """
    if clock.since is None or at <= clock.since:
        return clock
    known = open_hours(clock, hours)
    work = work_of(known.known_difference(clock.since, at))
    entry = Stretch(clock.since, at, work, COUNTED, known.calendar, known.version)
    return replace(clock, ledger=_appended(clock.ledger, entry), since=at)


def _appended(ledger: tuple[Stretch, ...], entry: Stretch) -> tuple[Stretch, ...]:
    last = ledger[-1] if ledger else None
    if last and (last.end, last.reason, last.calendar) == (entry.begin, entry.reason, entry.calendar):
        merged = replace(last, end=entry.end, work=last.work + entry.work, version=entry.version)
        return (*ledger[:-1], merged)
    return _summed_up((*ledger, entry))


def _summed_up(ledger: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    if len(ledger) <= MOST_ENTRIES:
        return ledger
    first, second, *rest = ledger
    both = Stretch(first.begin, second.end, first.work + second.work, EARLIER, second.calendar, second.version)
    return (both, *rest)


def pause(clock: Clock, hours: Hours, at: datetime, reason: str) -> Clock:
    """The clock stands still from `at`. A clock that is not counting only takes the new reason."""
    if clock.ended_at is not None:
        return clock
    if clock.since is None:
        return replace(clock, reason=reason)
    state = "breached" if clock.state == "breached" else "paused"
    return replace(bank(clock, hours, at), state=state, since=None, idle_since=max(at, clock.since), reason=reason)


def resume(clock: Clock, at: datetime) -> Clock:
    """The clock counts again from `at`; the pause goes into the ledger."""
    if clock.since is not None or clock.ended_at is not None:
        return clock
    state = "breached" if clock.state == "breached" else "running"
    return replace(_idle_noted(clock, at), state=state, since=at, idle_since=None, reason="")


def _idle_noted(clock: Clock, at: datetime) -> Clock:
    if clock.idle_since is None or at <= clock.idle_since:
        return clock
    entry = Stretch(clock.idle_since, at, 0, clock.reason or "stopped", clock.calendar, 0)
    return replace(clock, ledger=_appended(clock.ledger, entry))


def end(clock: Clock, hours: Hours, at: datetime, reason: str) -> Clock:
    """What was promised is done: met, or stopped late if the target had passed."""
    still = pause(clock, hours, at, reason)
    state = "breached" if clock.state == "breached" else "met"
    return replace(still, state=state, ended_at=at, reason=reason)


def breach(clock: Clock, due: datetime) -> Clock:
    """The target has passed at `due`. A counting clock counts on."""
    return replace(clock, state="breached", breached_at=due, breaches=clock.breaches + 1)


def reopen(clock: Clock, at: datetime) -> Clock:
    """An ended clock counts on from its ledger; its rungs that lie ahead may come due again."""
    return replace(resume(replace(clock, ended_at=None), at), round=clock.round + 1)


def restart(clock: Clock, at: datetime) -> Clock:
    """The clock begins again at nothing (the update clock, at each public message of the staff)."""
    return replace(begin(clock.name, clock.target, clock.calendar, at), breaches=clock.breaches, round=clock.round + 1)


def retarget(clock: Clock, hours: Hours, at: datetime, target: int, calendar: str) -> Clock:
    """Another policy: a new target and calendar, what was counted carried over.

    A response already given was given under the promise of that time, and stays as it is. A breach that the new target
    takes back leaves the clock running; the journal and `breaches` keep it.
    """
    if clock.name == RESPONSE and clock.ended_at is not None:
        return clock
    banked = replace(bank(clock, hours, at), target=target, calendar=calendar)
    if clock.state != "breached" or banked.banked >= target * SECOND:
        return banked
    if clock.ended_at is not None:
        return replace(banked, state="met", breached_at=None)
    return replace(banked, state="paused" if clock.since is None else "running", breached_at=None)


def reached(clock: Clock, hours: Hours, work: int) -> datetime | None:
    """The instant at which the clock has counted `work` microseconds.

    None when it stands still before that, or the hours in hand do not reach so far.
    """
    known, left = open_hours(clock, hours), work
    for entry in clock.ledger:
        if entry.reason in (COUNTED, EARLIER) and entry.work >= left:
            return _inside(entry, known, left)
        left -= entry.work
    if clock.since is None:
        return None
    try:
        return known.add(max(clock.since, known.since), timedelta(microseconds=max(left, 0)))
    except NotCovered:
        return None


def _inside(entry: Stretch, known: OpenHours, work: int) -> datetime:
    """Where in a ledger entry the work was done: exact while its hours are in hand, else its end."""
    if entry.calendar != known.calendar or entry.reason == EARLIER:
        return entry.end
    try:
        return min(known.add(entry.begin, timedelta(microseconds=max(work, 0))), entry.end)
    except NotCovered:
        return entry.end


def due(clock: Clock, hours: Hours) -> datetime | None:
    """The deadline: when the target is, or was, reached. None when met, standing still, or beyond the known hours."""
    if clock.state == "breached":
        return clock.breached_at
    return None if clock.state == "met" else reached(clock, hours, clock.target_work)


def overdue(clock: Clock, hours: Hours) -> datetime | None:
    """The deadline that is still to be judged: None once the clock is met, breached or ended."""
    if clock.state not in ("running", "paused") or clock.ended_at is not None:
        return None
    return due(clock, hours)


MOST_LINES = 60
"""Lines a deadline is explained in; what lies between is summed up in one."""

COUNTING = "counting"

Line = dict[str, str | int]


def why(clock: Clock, hours: Hours) -> list[Line]:
    """The deadline explained line by line: from, to (stamps), working seconds, reason and calendar.

    First what the ledger holds (counted, or stood still and why), then, while the clock counts, each open stretch up
    to the deadline. The seconds of the lines add up to the target when the deadline lies ahead.
    """
    lines: list[Line] = []
    counted = 0
    for begin_, end_, work, reason, calendar in (*_past(clock), *_future(clock, hours)):
        seconds = (counted + work) // SECOND - counted // SECOND
        counted += work
        lines.append(
            {
                "from": stamp(begin_),
                "to": stamp(end_),
                "seconds": seconds,
                "reason": reason or COUNTING,
                "calendar": calendar,
            }
        )
    return lines


_Part = tuple[datetime, datetime, int, str, str]


def _past(clock: Clock) -> list[_Part]:
    return [(entry.begin, entry.end, entry.work, entry.reason, entry.calendar) for entry in clock.ledger]


def _future(clock: Clock, hours: Hours) -> list[_Part]:
    """The open stretches from where it counts now to the deadline, the middle ones in one line if they are many."""
    until = due(clock, hours)
    if clock.since is None or until is None or until <= clock.since:
        return []
    opened = open_hours(clock, hours).within(clock.since, until)
    parts = [(begin_, end_, work_of(end_ - begin_), COUNTED, clock.calendar) for begin_, end_ in opened]
    if len(parts) <= MOST_LINES:
        return parts
    kept = MOST_LINES // 2
    middle = parts[kept:-kept]
    summed = (middle[0][0], middle[-1][1], sum(part[2] for part in middle), COUNTED, clock.calendar)
    return [*parts[:kept], summed, *parts[-kept:]]
