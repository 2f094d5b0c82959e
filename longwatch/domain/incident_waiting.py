"""What an incident waits for: no open ticket waits for nothing, and each says until when and for whom."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from longwatch.domain import clocks as clocking
from longwatch.domain.clocks import RESOLUTION, RESPONSE, UPDATE
from longwatch.domain.incident_effects import owner
from longwatch.domain.incident_moves import HOLD_REASONS
from longwatch.domain.incident_state import State
from longwatch.domain.incident_time import deadlines
from longwatch.domain.ticket import stamp

Waiting = dict[str, Any]

DESK = "system"

_KINDS = {
    "impact": "what the configuration item is and affects",
    "matrix": "the priority matrix",
    "policy": "the service level policy",
    "routing": "a team and a person for it",
    "calendar": "the service hours",
}


def waiting_for(state: State) -> list[Waiting]:
    """Everything it waits for, what matters most first. Empty only before it was opened and after it was sealed."""
    if not state.status or state.sealed_at is not None:
        return []
    return [_STATUS[state.status](state), *_asked(state), *_failed(state), *_no_clocks(state), *_coming(state)]


def _entry(what: str, until: datetime | None, who: str) -> Waiting:
    return {"what": what, "until": stamp(until) if until else None, "who": who}


def _due(state: State, name: str) -> datetime | None:
    clock = state.clock(name)
    return None if clock is None or clock.ended_at else clocking.due(clock, state.hours)


def _new(state: State) -> Waiting:
    return _entry("Waits for somebody to take it.", _due(state, RESPONSE), owner(state))


def _assigned(state: State) -> Waiting:
    if state.assignee is None:
        return _entry(f"Waits for someone of {state.team} to take it.", _due(state, RESPONSE), owner(state))
    until = _due(state, RESPONSE) or _due(state, RESOLUTION)
    return _entry("Waits for its owner to start work.", until, owner(state))


def _in_progress(state: State) -> Waiting:
    return _entry("Is being worked on; waits to be resolved.", _due(state, RESOLUTION), owner(state))


def _on_hold(state: State) -> Waiting:
    hold = state.hold
    assert hold is not None
    who = state.requester if hold.reason == "awaiting_requester" and state.requester else owner(state)
    return _entry(f"Is on hold, waiting for {HOLD_REASONS[hold.reason]}.", hold.until, who)


def _resolved(state: State) -> Waiting:
    due = None if state.closing is None else clocking.due(state.closing, state.hours)
    who = state.requester or owner(state)
    return _entry("Is resolved; waits for confirmation, then closes by itself.", due, who)


def _closed(state: State) -> Waiting:
    return _entry("Is closed; can be reopened until the window ends.", _seal(state), state.requester or owner(state))


def _cancelled(state: State) -> Waiting:
    return _entry("Is cancelled; takes messages until it is sealed.", _seal(state), DESK)


def _seal(state: State) -> datetime | None:
    return next((due.at for due in deadlines(state) if due.kind == "seal"), None)


_STATUS: dict[str, Callable[[State], Waiting]] = {
    "new": _new,
    "assigned": _assigned,
    "in_progress": _in_progress,
    "on_hold": _on_hold,
    "resolved": _resolved,
    "closed": _closed,
    "cancelled": _cancelled,
}


def _asked(state: State) -> list[Waiting]:
    return [_entry(f"Waits to be told {_KINDS[question.kind]}.", None, DESK) for question in state.pending]


def _failed(state: State) -> list[Waiting]:
    """What could not be answered, and what that means."""
    return [
        _entry(
            f"{_KINDS[retry.kind].capitalize()} could not be found: {retry.error} "
            + ("It is asked again." if retry.at else "A person must see to it."),
            retry.at,
            DESK if retry.at else "role:admin",
        )
        for retry in state.retries
        if retry.at is not None or all(question.kind != retry.kind for question in state.pending)
    ]


def _no_clocks(state: State) -> list[Waiting]:
    if state.clocks or state.status in ("closed", "cancelled"):
        return []
    if state.policy is not None:
        return [_entry(f"No clock runs: policy {state.policy.name} promises no times.", None, DESK)]
    if any(question.kind == "policy" for question in state.pending):
        return []
    return [_entry("No clock runs yet: no service level policy has been chosen.", None, DESK)]


def _coming(state: State) -> list[Waiting]:
    """The next public update, and the next rung of the ladder."""
    coming = []
    update = _due(state, UPDATE)
    if update is not None and state.clock(UPDATE) is not None and state.resolved_at is None:
        coming.append(_entry("Owes the requester a public update.", update, owner(state)))
    rung = next((due for due in deadlines(state) if due.kind == "rung"), None)
    if rung is not None:
        coming.append(_entry(f"Escalates by rung {rung.name} unless it moves before.", rung.at, DESK))
    return coming
