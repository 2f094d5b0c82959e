"""What is known of a problem beyond what every ticket has: its cause, what helps meanwhile, and how it is to end."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from longwatch.domain.case_state import Governed, Ref

RULES = 1

RISK_ACCEPTED, DUPLICATE, NOT_REPRODUCIBLE = EXITS = ("risk_accepted", "duplicate", "not_reproducible")
"""How a problem may end without a solution."""

FIXED_BY_CHANGE = "fixed_by_change"


@dataclass(frozen=True)
class Cause:
    """The root cause, the whys that led to it one after another, and what contributed."""

    text: Ref
    why: tuple[Ref, ...] = ()
    contributing: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Known:
    """What makes a known error of it, beside cause and workaround: how it shows, and on which items."""

    symptom: Ref
    cis: tuple[str, ...] = ()


@dataclass(frozen=True)
class Risk:
    """The risk of leaving it is to be accepted: why, until it is looked at again, asked by whom."""

    reason: Ref
    review_at: datetime
    by: str


@dataclass(frozen=True)
class State(Governed):
    """A problem. `State()` is the one before it was opened.

    `change` is the change that is to solve it, `raised` how many it asked for, `before` the status from which the last
    was asked. `risk` is what others are asked to accept; `review_at` when an accepted one is looked at again.
    """

    KIND: ClassVar[str] = "problem"
    ROUTED: ClassVar[tuple[str, ...]] = ("logged", "assessed")

    cause: Cause | None = None
    known: Known | None = None
    workaround: Ref | None = None
    change: str | None = None
    raised: int = 0
    before: str = ""
    risk: Risk | None = None
    review_at: datetime | None = None
    major_review: bool = False
    review: Ref | None = None
    recurrences: int = 0

    @property
    def owes_review(self) -> bool:
        """Whether what a major incident taught must be written down before it may close."""
        return self.major_review and self.review is None

    @property
    def may_close(self) -> bool:
        """The quiet period alone does not close what still owes its review."""
        return not self.owes_review

    @property
    def ended_at(self) -> datetime | None:
        """A risk that is to be looked at again has not come to an end."""
        return None if self.review_at is not None else super().ended_at
