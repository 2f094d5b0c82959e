"""What tests of rules share: a draft of facts, time that passes while alarms ring, asking for what may be refused."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from longwatch.domain.ticket import Actor, Fact, Refused

MOST_ALARMS = 500


class Facts:
    """Each call of an embedded engine sees the facts of the calls before it."""

    def __init__(self, state: Any, evolve: Callable[[Any, Fact], Any]) -> None:
        self.state = state
        self.facts: list[Fact] = []
        self._evolve = evolve

    def add(self, facts: list[Fact]) -> None:
        for fact in facts:
            self.facts.append(fact)
            self.state = self._evolve(self.state, fact)


def pass_time(desk: Any, until: datetime, due: Callable[[], datetime | None], ring: Callable[[], object]) -> None:
    """The engine is there: each alarm rings on time. Raises AssertionError when one rings for ever."""
    for _ in range(MOST_ALARMS):
        at = due()
        if at is None or at > until:
            break
        desk.at = max(desk.at, at)
        ring()
    else:
        raise AssertionError("the alarm never stops")
    desk.at = until


def refusal(desk: Any, actor: Actor, action: str, data: dict[str, Any]) -> str | None:
    """The sentence with which the desk refuses, none when it does as asked."""
    reason = None
    try:
        desk.send(actor, action, **data)
    except Refused as refused:
        reason = refused.reason
    assert reason is None or reason.endswith(".")
    return reason
