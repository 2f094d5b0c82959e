"""One decision about an approval in the making: the facts written so far, and the approval they lead to."""

from datetime import datetime
from typing import Any

from longwatch.domain.approval_fold import evolve
from longwatch.domain.approval_state import Approval
from longwatch.domain.ticket import Fact

TIMER = "system:timer"
"""Who speaks when a deadline passes."""


class Draft:
    """Facts are judged one after another, each on the approval the ones before it made."""

    def __init__(self, approval: Approval, at: datetime, actor: str) -> None:
        self.approval = approval
        self.at = at
        self.actor = actor
        self.facts: list[Fact] = []

    def record(self, type_: str, /, **data: Any) -> None:
        """One more fact of the one who asked."""
        self._append(Fact(type_, self.at, self.actor, data))

    def record_of_time(self, type_: str, /, **data: Any) -> None:
        """One more fact that nobody asked for: time made it."""
        self._append(Fact(type_, self.at, TIMER, data))

    def _append(self, fact: Fact) -> None:
        self.facts.append(fact)
        self.approval = evolve(self.approval, fact)
