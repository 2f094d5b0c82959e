"""One decision in the making: the command, the facts written so far, and the state they lead to."""

from collections.abc import Iterable
from typing import Any

from longwatch.domain import clocks as clocking
from longwatch.domain import ladder as climbing
from longwatch.domain.case_fold import evolve
from longwatch.domain.case_moves import possible, target
from longwatch.domain.case_process import Process
from longwatch.domain.case_state import Case
from longwatch.domain.ticket import Command, Fact, stamp

TIMER = "system:timer"
"""Who speaks when a deadline passes."""


class Draft:
    """Facts are judged one after another, each on the state the ones before it made; nothing outlives the decision."""

    def __init__(self, process: Process, state: Case, command: Command) -> None:
        self.process = process
        self.state = state
        self.command = command
        self.at = command.at
        self.facts: list[Fact] = []

    def record(self, type_: str, /, **data: Any) -> None:
        """One more fact of the one who asked."""
        self._append(Fact(type_, self.at, self.command.actor.id, data))

    def record_of_time(self, type_: str, /, **data: Any) -> None:
        """One more fact that nobody asked for: time made it."""
        self._append(Fact(type_, self.at, TIMER, data))

    def add(self, facts: Iterable[Fact]) -> None:
        """Facts that an engine within the ticket has judged, such as its approval."""
        for fact in facts:
            self._append(fact)

    def _append(self, fact: Fact) -> None:
        self.facts.append(fact)
        self.state = evolve(self.process, self.state, fact)

    def possible(self, action: str) -> bool:
        """Whether the table of moves has the action for the status it has now."""
        return possible(self.process.moves, self.state.status, action)

    def status_after(self, action: str, wanted: str | None = None) -> str:
        """The status the action leads to from here, by the table of moves."""
        return target(self.process.moves, self.state.status, action, wanted)

    def end_clock(self, name: str, by: str) -> None:
        """What the clock promised is done: met, or ended late; its rungs are called off."""
        clock = self.state.clock(name)
        if clock is None or clock.ended_at is not None:
            return
        done = {clocking.RESPONSE: self.state.responded_at, clocking.RESOLUTION: self.state.resolved_at}
        ended = done.get(name) or self.at
        counted = clocking.elapsed(clock, self.state.hours, ended)
        self.call_off((name,), by)
        type_ = "ClockEnded" if clock.state == "breached" else "ClockMet"
        self.record(type_, clock=name, ended=stamp(ended), elapsed=counted // clocking.SECOND, by=by)

    def call_off(self, names: tuple[str, ...], reason: str, *, only_due: bool = False) -> None:
        """The rungs of these clocks are cancelled: those that came due unnoticed, and (unless told) those ahead."""
        state = self.state
        clocks = [clock for clock in state.clocks if clock.name in names]
        late = climbing.fallen_due(state.ladder, clocks, state.hours, self.at)
        seen = [(one.rung.id, one.n) for one in late]
        ahead = () if only_due else climbing.upcoming(state.ladder, clocks, state.hours)
        gone = [*late, *(one for one in ahead if (one.rung.id, one.n) not in seen)]
        if gone:
            rungs = [{**one.named(), "due": stamp(one.due) if one.due else None} for one in gone]
            self.record("RungsCancelled", rungs=rungs, reason=reason)
