"""What a request waits for in each of its statuses."""

from collections.abc import Callable
from typing import Any

from longwatch.domain import incident_waiting as usual
from longwatch.domain.approval_time import silent
from longwatch.domain.case_effects import owner
from longwatch.domain.case_process import Waiting
from longwatch.domain.case_waiting import DESK, due, entry, seal_at
from longwatch.domain.clocks import RESOLUTION, RESPONSE
from longwatch.domain.request_state import State


def _new(state: State) -> Waiting:
    if state.unread:
        return entry("Waits for its catalogue item to be looked up.", None, DESK)
    return usual.new(state)


def _awaiting(state: State) -> Waiting:
    held = state.approval
    if not held.under_way:
        return entry("Waits to be agreed to; who must agree is being looked up.", None, DESK)
    return entry("Waits to be agreed to.", held.run.due, ", ".join(silent(held)) or owner(state))


def _approved(state: State) -> Waiting:
    return entry("Is agreed to; waits for somebody to begin.", due(state, RESPONSE), owner(state))


def _in_fulfilment(state: State) -> Waiting:
    until = due(state, RESOLUTION)
    if state.tasks.under_way:
        return entry("Is being fulfilled; waits for its tasks to be done.", until, owner(state))
    return entry("Is being worked on; waits to be fulfilled.", until, owner(state))


def _fulfilled(state: State) -> Waiting:
    return usual.resolved(state) | {"what": "Is fulfilled; waits for confirmation, then closes by itself."}


def _rejected(state: State) -> Waiting:
    return entry("Is rejected; takes messages until it is sealed.", seal_at(state), DESK)


WAITS: dict[str, Callable[[Any], Waiting]] = {
    "new": _new,
    "awaiting_approval": _awaiting,
    "approved": _approved,
    "in_fulfilment": _in_fulfilment,
    "on_hold": usual.on_hold,
    "fulfilled": _fulfilled,
    "closed": usual.closed,
    "rejected": _rejected,
    "cancelled": usual.cancelled,
}
