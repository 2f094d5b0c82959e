"""One decision about tasks in the making: the facts written so far, and the tasks they lead to."""

from datetime import datetime
from typing import Any

from longwatch.domain.tasks_fold import evolve
from longwatch.domain.tasks_state import Tasks
from longwatch.domain.ticket import Fact

TIMER = "system:timer"
"""Who speaks when a deadline passes."""


class Draft:
    """Facts are judged one after another, each on the tasks the ones before made."""

    def __init__(self, tasks: Tasks, at: datetime, actor: str) -> None:
        self.tasks = tasks
        self.at = at
        self.actor = actor
        self.facts: list[Fact] = []

    def record(self, type_: str, /, **data: Any) -> None:
        """One more fact of the one who asked."""
        fact = Fact(type_, self.at, self.actor, data)
        self.facts.append(fact)
        self.tasks = evolve(self.tasks, fact)
