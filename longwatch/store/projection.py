"""The row of a ticket in lists, as it follows from the recorded state."""

from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from typing import Any

from longwatch.domain import clocks

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The deadline of a ticket that has none: sorts last and is no null, so that lists page by one index."""

CLOSED = frozenset({"closed", "cancelled", "rejected"})
"""Statuses in which nothing more is to be done; a rejected change can be reworked, and is open again then."""


A_PRIORITY = 100
"""What one priority is worth in a queue, in the unit of the weights that age adds."""


def queue_rank(priority: int, weight: int) -> int:
    """Where a ticket stands in a queue by importance, the less the sooner."""
    return priority * A_PRIORITY - weight


def columns(kind: str, state: Any, version: int) -> dict[str, Any]:
    """The ticket row that a state makes."""
    return {
        "number": state.number,
        "kind": kind,
        "status": state.status,
        "open": state.status not in CLOSED,
        "priority": state.priority,
        "impact": state.impact,
        "urgency": state.urgency,
        "title_body": state.title["body"] if state.title else None,
        "category": state.category,
        "source": state.source,
        "requester": state.requester,
        "assignee": state.assignee,
        "team": state.team,
        "ci": state.ci,
        "service": state.service,
        "level": state.level,
        "hold_reason": _hold_reason(state),
        "queue_rank": queue_rank(state.priority, state.weight),
        "major": _major(state),
        "due_at": _next_due(state),
        "opened_at": state.opened_at,
        "updated_at": state.updated_at,
        "version": version,
    }


def _major(state: Any) -> str | None:
    axis = getattr(state, "major", "none")
    return None if axis == "none" else str(axis)


def _hold_reason(state: Any) -> str | None:
    hold = getattr(state, "hold", None)
    if hold is None:
        return None
    return str((asdict(hold) if is_dataclass(hold) and not isinstance(hold, type) else hold)["reason"])


def _next_due(state: Any) -> datetime:
    """The nearest deadline of the clocks that count; one that was missed and is not met yet stays the nearest."""
    dues = (clocks.due(clock, state.hours) for clock in state.clocks if clock.ended_at is None)
    return min((due for due in dues if due is not None), default=NEVER)
