"""Importance that ages: a rule of the house adds weight to a ticket in queues when it has been open for stated times.

Ages are counted from the opening, round the clock: somebody who waits does so at night too. The weight is a fact at the
instant it changes, so that it can be proved why one ticket stood before another, and lists sort by a column.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MOST_STEPS = 20
MOST_WEIGHT = 400
"""A priority is worth 100: at most what lifts the least important ticket to the most important."""


@dataclass(frozen=True)
class Step:
    """From this age on (seconds since the opening) the ticket weighs so much."""

    after: int
    weight: int


@dataclass(frozen=True)
class Ageing:
    """The rule, pinned by version, with how many of its steps have been reached."""

    name: str = ""
    version: int = 0
    steps: tuple[Step, ...] = ()
    reached: int = 0

    def next_at(self, opened_at: datetime) -> datetime | None:
        """When the next step is reached; None when all are."""
        if self.reached >= len(self.steps):
            return None
        return opened_at + timedelta(seconds=self.steps[self.reached].after)

    def weight_at(self, opened_at: datetime, at: datetime) -> int:
        """What a ticket that was opened then weighs at an instant."""
        passed = [step.weight for step in self.steps if opened_at + timedelta(seconds=step.after) <= at]
        return passed[-1] if passed else 0


def read_ageing(data: Mapping[str, Any]) -> Ageing:
    """The rule an answer or a setting holds. Raises ValueError, KeyError or TypeError when it is not one."""
    steps = tuple(_read_step(step) for step in data["steps"])
    ages, weights = [step.after for step in steps], [step.weight for step in steps]
    if len(steps) > MOST_STEPS or ages != sorted(set(ages)) or weights != sorted(set(weights)):
        raise ValueError(f"an ageing rule has at most {MOST_STEPS} steps, each older and weightier than the one before")
    return Ageing(str(data.get("name", "")), _whole(data.get("version", 0), 10**9), steps)


def _read_step(data: Mapping[str, Any]) -> Step:
    step = Step(_whole(data["after"], 10 * 365 * 24 * 3600), _whole(data["weight"], MOST_WEIGHT))
    if step.after <= 0 or step.weight <= 0:
        raise ValueError("a step has an age and a weight above nothing")
    return step


def _whole(value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"{value!r} is no whole number from 0 to {most}")
    return value


def ageing_data(ageing: Ageing) -> dict[str, Any]:
    """The rule as facts hold it, `read_ageing`'s inverse."""
    steps = [{"after": step.after, "weight": step.weight} for step in ageing.steps]
    return {"name": ageing.name, "version": ageing.version, "steps": steps}
