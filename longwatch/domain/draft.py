"""A round in the making: commands decided one after another, nothing of it counting before the journal has it.

The same code decides in the ticket's loop, in the pre-check of a web request and in a what-if over recorded commands.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from longwatch.domain.ticket import (
    GENESIS,
    Actor,
    Command,
    Decider,
    Json,
    Line,
    Question,
    Refused,
    later_of,
    read_line,
    write_line,
)

DESK = Actor("system:desk", "system")
"""Who answers what the rules ask."""


@dataclass(frozen=True)
class Outcome:
    """What became of a command: applied | refused | stale | parked | unknown, and the ticket's version after it."""

    command: str
    outcome: str
    reason: str | None = None
    field: str | None = None
    version: int | None = None


@dataclass
class Draft:
    """A ticket's state with the lines and outcomes gathered since it was last recorded."""

    rules: Decider
    ticket: str
    state: Any
    seq: int = 0
    head: str = GENESIS
    last_at: datetime | None = None
    check: Callable[[Any], object] = bool  # raises when a state cannot be recorded; the command is then parked
    lines: list[Line] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def take(self, command: Command) -> Outcome:
        """Decides a command of a person or machine and keeps its outcome."""
        if command.expected_version is not None and command.expected_version != self.seq:
            outcome = Outcome(command.id, "stale", _stale(command.expected_version, self.seq), None, self.seq)
        else:
            outcome = self._judged(command)
        self.outcomes.append(outcome)
        return outcome

    def own(self, command: Command) -> str | None:
        """Decides a command of the loop itself (an alarm, an answer); returns why it could not be decided, if so."""
        outcome = self._judged(command)
        return outcome.reason

    def answer(self, question: Question, answer: Json, at: datetime) -> str | None:
        """Decides what the desk answers to a question of the rules; returns why it could not be decided, if so."""
        data = {"question": question.id, "kind": question.kind, "answer": answer}
        return self.own(Command(f"answer:{question.id}", "answered", at, DESK, data))

    def step(self, command: Command) -> int:
        """Decides a command and adds its facts; returns how many. Raises what the rules raise, adding nothing then."""
        dated = later_of(command, self.last_at)
        facts = self.rules.decide(self.state, dated)
        state, seq, head, lines = self.state, self.seq, self.head, []
        for fact in facts:
            line = write_line(self.ticket, seq + 1, command.id, fact, head)
            state, seq, head = self.rules.evolve(state, fact), line.seq, line.hash
            lines.append(line)
        if facts:
            self.check(state)
            self.state, self.seq, self.head, self.last_at = state, seq, head, facts[-1].at
            self.lines.extend(lines)
        return len(facts)

    def adopt(self, lines: Iterable[Line]) -> None:
        """Takes over lines that already stand in the journal. Raises ValueError if they do not follow from here."""
        for line in lines:
            if line.seq != self.seq + 1 or line.prev != self.head:
                raise ValueError(f"line {line.seq} of {self.ticket} does not follow line {self.seq}")
            fact = read_line(line)
            self.state = self.rules.evolve(self.state, fact)
            self.seq, self.head, self.last_at = line.seq, line.hash, fact.at

    def _judged(self, command: Command) -> Outcome:
        try:
            self.step(command)
        except Refused as refusal:
            return Outcome(command.id, "refused", refusal.reason, refusal.field, self.seq)
        except Exception as error:  # noqa: BLE001 - a fault of ours: it is parked, seen, and harms only itself
            return Outcome(command.id, "parked", f"{type(error).__name__}: {error}", None, self.seq)
        return Outcome(command.id, "applied", None, None, self.seq)


def _stale(expected: int, actual: int) -> str:
    return f"The ticket has changed since you saw it: you saw version {expected}, it is now {actual}."
