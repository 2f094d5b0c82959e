"""The escalation ladder: what is to happen when a clock has counted so far.

A rung stands at a share of its clock's target (percent) or at working seconds after the clock began, and may repeat a
stated number of times. Each occurrence that comes due is accounted for once: it runs, it is overtaken by a higher rung
of the same clock (after an outage only the highest runs), or it is cancelled with the reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from longwatch.domain.clocks import CLOCKS, SECOND, Clock, Hours, reached

MOST_REPEATS = 50
MOST_RUNGS = 50


@dataclass(frozen=True)
class Rung:
    """One rung. `share` in percent or `after` in working seconds; repeats `times` times every `every` working seconds.

    `done` occurrences are accounted for; `over` means that none is to come until the rung is armed again.
    """

    id: str
    clock: str
    share: int | None = None
    after: int | None = None
    do: tuple[dict[str, Any], ...] = ()
    every: int = 0
    times: int = 0
    done: int = 0
    over: bool = False


@dataclass(frozen=True)
class Ladder:
    """The rungs a policy sets up. `source` names the policy, `version` is the ladder's own."""

    source: str = ""
    version: int = 0
    rungs: tuple[Rung, ...] = ()


@dataclass(frozen=True)
class Occurrence:
    """A rung coming due: the n-th time (from 0) in this round of its clock. `due` None: not within the known hours."""

    rung: Rung
    clock: Clock
    n: int
    due: datetime | None

    @property
    def threshold(self) -> int:
        """Working microseconds its clock has counted when it comes due."""
        return threshold(self.rung, self.clock, self.n)

    def named(self) -> dict[str, Any]:
        """What identifies it in facts."""
        return {"rung": self.rung.id, "clock": self.clock.name, "round": self.clock.round, "n": self.n}


def threshold(rung: Rung, clock: Clock, n: int) -> int:
    """Working microseconds after which the n-th occurrence comes due."""
    first = clock.target_work * rung.share // 100 if rung.share is not None else (rung.after or 0) * SECOND
    return first + n * rung.every * SECOND


def upcoming(ladder: Ladder, clocks: Iterable[Clock], hours: Hours) -> tuple[Occurrence, ...]:
    """The next occurrence of every armed rung, in the ladder's order."""
    by_name = {clock.name: clock for clock in clocks}
    armed = (rung for rung in ladder.rungs if not rung.over and rung.clock in by_name)
    return tuple(_occurrence(rung, by_name[rung.clock], rung.done, hours) for rung in armed)


def fallen_due(ladder: Ladder, clocks: Iterable[Clock], hours: Hours, at: datetime) -> tuple[Occurrence, ...]:
    """Every occurrence that has come due by `at` and is not accounted for, in the ladder's order."""
    return tuple(late for first in upcoming(ladder, clocks, hours) for late in _due_from(first, hours, at))


def _due_from(first: Occurrence, hours: Hours, at: datetime) -> Iterator[Occurrence]:
    for n in range(first.n, first.rung.times + 1):
        late = _occurrence(first.rung, first.clock, n, hours)
        if late.due is None or late.due > at:
            return
        yield late


def _occurrence(rung: Rung, clock: Clock, n: int, hours: Hours) -> Occurrence:
    return Occurrence(rung, clock, n, reached(clock, hours, threshold(rung, clock, n)))


def judge(late: Iterable[Occurrence]) -> tuple[list[Occurrence], list[tuple[Occurrence, str]]]:
    """Which of the occurrences due run, and which are overtaken, each with the id of the rung that overtook it.

    Of each clock only the highest runs; several at the same height all run.
    """
    run: list[Occurrence] = []
    overtaken: list[tuple[Occurrence, str]] = []
    ordered = sorted(late, key=lambda occurrence: (occurrence.clock.name, occurrence.threshold))
    for _, group in groupby(ordered, key=lambda occurrence: occurrence.clock.name):
        of_clock = list(group)
        highest = of_clock[-1]
        run += [one for one in of_clock if one.threshold == highest.threshold]
        overtaken += [(one, highest.rung.id) for one in of_clock if one.threshold < highest.threshold]
    return run, overtaken


def accounted(ladder: Ladder, rung_id: str, n: int) -> Ladder:
    """The ladder after the n-th occurrence of a rung ran or was overtaken."""
    return _changed(ladder, (rung_id,), lambda rung: replace(rung, done=n + 1, over=n + 1 > rung.times))


def called_off(ladder: Ladder, rung_ids: Iterable[str]) -> Ladder:
    """The ladder without what was still to come of these rungs."""
    return _changed(ladder, rung_ids, lambda rung: replace(rung, over=True))


def armed_again(ladder: Ladder, clock: Clock) -> Ladder:
    """The rungs of a clock that counts on: those that lie ahead of what it has counted may come due once more."""
    own = tuple(rung.id for rung in ladder.rungs if rung.clock == clock.name)
    return _changed(ladder, own, lambda rung: _ahead(rung, clock))


def _ahead(rung: Rung, clock: Clock) -> Rung:
    """A clock that began anew has nothing behind it; one that goes on skips what it has passed."""
    first = 0 if not clock.ledger else rung.done
    ahead = (n for n in range(first, rung.times + 1) if not clock.ledger or threshold(rung, clock, n) > clock.banked)
    n = next(ahead, None)
    return replace(rung, over=True) if n is None else replace(rung, done=n, over=False)


def _changed(ladder: Ladder, rung_ids: Iterable[str], change: Any) -> Ladder:
    wanted = tuple(rung_ids)
    rungs = tuple(change(rung) if rung.id in wanted else rung for rung in ladder.rungs)
    return replace(ladder, rungs=rungs)


def read_ladder(source: str, answer: Mapping[str, Any]) -> Ladder:
    """The ladder an answer holds. Raises ValueError, KeyError or TypeError when it is not one."""
    rungs = tuple(_read_rung(rung) for rung in answer.get("rungs", ()))
    ids = [rung.id for rung in rungs]
    if len(rungs) > MOST_RUNGS or len(dict.fromkeys(ids)) != len(ids):
        raise ValueError(f"a ladder has at most {MOST_RUNGS} rungs, each with a name of its own")
    return Ladder(source, int(answer.get("version", 0)), rungs)


def _read_rung(data: Mapping[str, Any]) -> Rung:
    repeat = data.get("repeat") or {"every": 0, "times": 0}
    rung = Rung(
        str(data["id"]),
        data["clock"],
        None if data.get("share") is None else int(data["share"]),
        None if data.get("after") is None else int(data["after"]),
        tuple(_read_step(step) for step in data.get("do", ())),
        int(repeat["every"]),
        int(repeat["times"]),
    )
    if rung.clock not in CLOCKS or (rung.share is None) == (rung.after is None):
        raise ValueError(f"rung {rung.id} needs a clock and either a share or a time after")
    if min(rung.share or 0, rung.after or 0, rung.every, rung.times) < 0 or rung.times > MOST_REPEATS:
        raise ValueError(f"rung {rung.id} repeats at most {MOST_REPEATS} times, and nothing in it is negative")
    if rung.times and not rung.every:
        raise ValueError(f"rung {rung.id} repeats without a time between")
    return rung


def _read_step(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step is one of notify, page (recipients), team (a name), level (a number from 0), propose_major (yes)."""
    (act, value), *more = step.items()
    lists = act in ("notify", "page") and all(isinstance(to, str) for to in value)
    moves = (act == "team" and isinstance(value, str)) or (act == "level" and int(value) >= 0)
    if more or not (lists or moves or (act == "propose_major" and value is True)):
        raise ValueError(f"a rung cannot {act}")
    return {act: list(value) if lists else int(value) if act == "level" else value}


def ladder_data(ladder: Ladder) -> dict[str, Any]:
    """The ladder as facts hold it, `read_ladder`'s inverse."""
    return {"version": ladder.version, "rungs": [_rung_data(rung) for rung in ladder.rungs]}


def _rung_data(rung: Rung) -> dict[str, Any]:
    height = {"after": rung.after} if rung.share is None else {"share": rung.share}
    repeat = {"every": rung.every, "times": rung.times} if rung.times else None
    return {"id": rung.id, "clock": rung.clock, **height, "do": [dict(step) for step in rung.do], "repeat": repeat}
