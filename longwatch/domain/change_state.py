"""What is known of a change beyond what every ticket has: what is changed when and how, its risk, and how it went."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from longwatch.domain.case_state import Governed, Ref

RULES = 1

NORMAL, STANDARD, EMERGENCY = TYPES = ("normal", "standard", "emergency")

TEXTS = ("plan", "backout", "test", "communication")
"""What must be said before a change is made, in words or by its model."""

RATIFICATION = timedelta(hours=24)
"""How long after an emergency change was begun without authorisation it may be ratified."""

LOOK_AGAIN = timedelta(hours=1)
"""When a blocked change is judged anew while nobody knows when what blocks it ends."""

EMERGENCY_AUTHORITY = "ecab"
"""The approval policy of emergency changes while no questionnaire names another."""


@dataclass(frozen=True)
class State(Governed):
    """A change. `State()` is the one before it was opened.

    `wants` is what waits for a clean verdict of the guard: schedule | authorise | start, or nothing. `ratified` is
    none | pending | ratified | missed. `basis` is what the risk follows from, `terms` the model it is made from,
    `steps` the plan of tasks as `tasks_plan` reads it. `caused` are the incidents it caused, by whether they are open.
    """

    KIND: ClassVar[str] = "change"
    PROMISES: ClassVar[bool] = False
    ROUTED: ClassVar[tuple[str, ...]] = ("submitted", "assessment", "authorization", "scheduled")

    author: str | None = None
    type: str = NORMAL
    begin: datetime | None = None
    end: datetime | None = None
    cis: tuple[str, ...] = ()
    texts: dict[str, Ref] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    steps: dict[str, Any] | None = None
    auto_start: bool = False
    model: str | None = None
    terms: dict[str, Any] | None = None
    fits: tuple[str, ...] | None = None  # why the model does not cover it; none of them: it does; None: not judged
    basis: dict[str, Any] | None = None
    risk: dict[str, Any] | None = None
    verdict: dict[str, Any] | None = None
    judged_for: str = ""
    judged_at: datetime | None = None
    wants: str = ""
    again_at: datetime | None = None
    authority: str | None = None
    authorised_at: datetime | None = None
    ratified: str = "none"
    ratify_by: datetime | None = None
    window_opened: bool = False
    overrun: bool = False
    started_at: datetime | None = None
    implemented_at: datetime | None = None
    proposed: str | None = None
    outcome: str | None = None
    review: Ref | None = None
    caused: dict[str, bool] = field(default_factory=dict)

    @property
    def emergency(self) -> bool:
        """Whether it cannot wait for the usual course."""
        return self.type == EMERGENCY
