"""What an incident waits for in each of its statuses."""

from collections.abc import Callable
from typing import Any

from longwatch.domain import clocks as clocking
from longwatch.domain.case_effects import LEAD, owner
from longwatch.domain.case_moves import HOLD_REASONS
from longwatch.domain.case_process import Waiting
from longwatch.domain.case_state import Case
from longwatch.domain.case_waiting import DESK, due, entry, seal_at
from longwatch.domain.clocks import RESOLUTION, RESPONSE
from longwatch.domain.incident_major_axis import ACTIVE, PROPOSED, STOOD_DOWN
from longwatch.domain.incident_major_time import update_due
from longwatch.domain.incident_state import State


def new(state: Case) -> Waiting:
    """Nobody has it yet."""
    return entry("Waits for somebody to take it.", due(state, RESPONSE), owner(state))


def _assigned(state: Case) -> Waiting:
    if state.assignee is None:
        return entry(f"Waits for someone of {state.team} to take it.", due(state, RESPONSE), owner(state))
    until = due(state, RESPONSE) or due(state, RESOLUTION)
    return entry("Waits for its owner to start work.", until, owner(state))


def _in_progress(state: Case) -> Waiting:
    return entry("Is being worked on; waits to be resolved.", due(state, RESOLUTION), owner(state))


def on_hold(state: Case) -> Waiting:
    """Somebody or something else must move first."""
    hold = state.hold
    assert hold is not None
    who = state.requester if hold.reason == "awaiting_requester" and state.requester else owner(state)
    return entry(f"Is on hold, waiting for {HOLD_REASONS[hold.reason]}.", hold.until, who)


def resolved(state: Case) -> Waiting:
    """Done, if the requester agrees."""
    closes = None if state.closing is None else clocking.due(state.closing, state.hours)
    who = state.requester or owner(state)
    return entry("Is resolved; waits for confirmation, then closes by itself.", closes, who)


def closed(state: Case) -> Waiting:
    """Over, but for the window in which it may come back."""
    return entry("Is closed; can be reopened until the window ends.", seal_at(state), state.requester or owner(state))


def cancelled(state: Case) -> Waiting:
    """Withdrawn."""
    return entry("Is cancelled; takes messages until it is sealed.", seal_at(state), DESK)


def major_waits(state: State) -> list[Waiting]:
    """What the major incident asks of whom."""
    team = state.major_team
    if state.major == PROPOSED:
        return [entry("Is proposed as a major incident; waits for a lead to declare or decline it.", None, LEAD)]
    if team is None:
        return []
    if state.major in ACTIVE:
        return [entry("Owes its stakeholders an update.", update_due(state), team.communications)]
    if state.major == STOOD_DOWN:
        return [entry("Waits for its major incident review; it is not sealed before.", None, team.manager)]
    return []


WAITS: dict[str, Callable[[Any], Waiting]] = {
    "new": new,
    "assigned": _assigned,
    "in_progress": _in_progress,
    "on_hold": on_hold,
    "resolved": resolved,
    "closed": closed,
    "cancelled": cancelled,
}
