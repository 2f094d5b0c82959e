"""What a problem waits for in each of its statuses."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from longwatch.domain import clocks as clocking
from longwatch.domain import incident_waiting as usual
from longwatch.domain.case_process import Waiting
from longwatch.domain.case_waiting import DESK, due, entry, seal_at
from longwatch.domain.clocks import RESOLUTION, RESPONSE
from longwatch.domain.problem_effects import MANAGER, responsible
from longwatch.domain.problem_state import State


def _open(what: str, clock: str) -> Callable[[State], Waiting]:
    """Somebody must move it on; while it is on hold, somebody or something else must move first."""

    def waits(state: State) -> Waiting:
        if state.hold is not None:
            return usual.on_hold(state)
        return entry(what, due(state, clock) or due(state, RESOLUTION), responsible(state))

    return waits


def _fixing(state: State) -> Waiting:
    if state.hold is not None:
        return usual.on_hold(state)
    what = f"Waits for the change {state.change}." if state.change else "Waits for the change it asked for."
    return entry(what, due(state, RESOLUTION), responsible(state) if state.change else DESK)


def _resolved(state: State) -> Waiting:
    quiet = _quiet_until(state)
    if state.owes_review:
        return entry("Is resolved; its review must be written before it closes.", quiet, MANAGER)
    return entry("Is resolved; closes when nothing recurs in the quiet period.", quiet, DESK)


def _quiet_until(state: State) -> datetime | None:
    return None if state.closing is None else clocking.due(state.closing, state.hours)


def _closed(state: State) -> Waiting:
    if state.review_at is not None:
        return entry("Its risk is accepted; it is looked at again then.", state.review_at, MANAGER)
    return entry("Is closed; a recurrence reopens it until the window ends.", seal_at(state), DESK)


def also(state: State) -> list[Waiting]:
    """A risk that others are asked to accept, before they are known."""
    if state.risk is None or state.approval.under_way:
        return []
    return [entry("Waits for its risk to be accepted; who must agree is being looked up.", None, DESK)]


WAITS: dict[str, Callable[[Any], Waiting]] = {
    "logged": _open("Waits to be assessed.", RESPONSE),
    "assessed": _open("Is assessed; waits for somebody to look for its cause.", RESPONSE),
    "under_investigation": _open("Its cause is being looked for.", RESOLUTION),
    "known_error": _open("Its cause is known; waits for a change, or for its risk to be accepted.", RESOLUTION),
    "fix_in_progress": _fixing,
    "resolved": _resolved,
    "closed": _closed,
    "cancelled": usual.cancelled,
}
