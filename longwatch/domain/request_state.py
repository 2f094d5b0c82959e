"""What is known of a service request beyond what every ticket has: what was asked for, and who must agree."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from longwatch.domain.case_state import Governed

RULES = 1

AWAITING_APPROVAL = "awaiting_approval"
"""A status, and the reason for which the clocks stand still meanwhile: a desk cannot hurry those who must agree."""


@dataclass(frozen=True)
class Order:
    """The catalogue item that was asked for, and the answers to its form.

    `roles` and `teams` are those of the person who asked, at that instant; None where a part of the desk did. `terms`
    are the item's data as pinned (its tasks stand among the tasks), `policy` the approval policy that applies.
    """

    item: str
    version: int | None
    answers: dict[str, Any]
    roles: tuple[str, ...] | None = None
    teams: tuple[str, ...] = ()
    terms: dict[str, Any] | None = None
    policy: str | None = None


@dataclass(frozen=True)
class State(Governed):
    """A service request. `State()` is the one before it was opened; one without an `order` is free in its words."""

    KIND: ClassVar[str] = "request"
    ROUTED: ClassVar[tuple[str, ...]] = ("new", AWAITING_APPROVAL, "approved", "in_fulfilment")

    order: Order | None = None
    opened_by: str | None = None
    rejected_at: datetime | None = None

    @property
    def unread(self) -> bool:
        """Whether the item that was asked for is not known yet."""
        return self.order is not None and self.order.terms is None

    @property
    def pauses(self) -> tuple[str, ...]:
        """The hold reasons of the policy; and waiting for approval never counts."""
        return (*super().pauses, AWAITING_APPROVAL)

    @property
    def pauses_response(self) -> tuple[str, ...]:
        """Nobody need respond to what others have not agreed to yet."""
        return (AWAITING_APPROVAL,)

    @property
    def waits_for(self) -> str | None:
        """The reason of its hold, or that others must agree first."""
        return AWAITING_APPROVAL if self.status == AWAITING_APPROVAL else super().waits_for

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed, cancelled or rejected."""
        return super().ended_at or self.rejected_at

    @property
    def policy_terms(self) -> dict[str, Any]:
        """The item's own target goes before that of the policy."""
        target = self.order.terms.get("target") if self.order is not None and self.order.terms is not None else None
        return super().policy_terms | ({"target": target} if target else {})
