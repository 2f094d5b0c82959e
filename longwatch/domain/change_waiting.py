"""What a change waits for in each of its statuses."""

from collections.abc import Callable, Iterator

from longwatch.domain import tasks
from longwatch.domain.case_effects import owner
from longwatch.domain.case_process import Waiting
from longwatch.domain.case_waiting import DESK, due, entry, seal_at
from longwatch.domain.change_course import MANAGERS
from longwatch.domain.change_state import State
from longwatch.domain.clocks import RESOLUTION

_WANTED = {
    "schedule": "Is to be scheduled by its model",
    "authorise": "Is to go before its authority",
    "start": "Is to start",
}


def _author(state: State) -> str:
    return state.author or MANAGERS


def _draft(state: State) -> Waiting:
    return entry("Is being planned; waits to be submitted.", state.begin, _author(state))


def _submitted(state: State) -> Waiting:
    return entry("Waits for its risk to be assessed.", state.begin, MANAGERS)


def _assessment(state: State) -> Waiting:
    return entry("Is assessed; waits to be put before its authority.", state.begin, MANAGERS)


def _authorization(state: State) -> Waiting:
    return entry("Waits for its authorisation.", state.end, state.authority or MANAGERS)


def _scheduled(state: State) -> Waiting:
    if state.window_opened:
        return entry("Its window is open; waits to be started before it ends.", state.end, owner(state))
    return entry("Is scheduled; waits for its window.", state.begin, owner(state))


def _implementation(state: State) -> Waiting:
    if tasks.outcome(state.tasks) != "none":
        return entry("Is being implemented by its tasks.", state.end, owner(state))
    return entry("Is being implemented.", due(state, RESOLUTION) or state.end, owner(state))


def _backing_out(state: State) -> Waiting:
    return entry("Is being backed out.", state.end, owner(state))


def _review(state: State) -> Waiting:
    if state.outcome is None:
        return entry("Waits to be reviewed.", None, MANAGERS)
    caused = ", ".join(sorted(number for number, is_open in state.caused.items() if is_open))
    return entry(f"Is reviewed; closes when the incidents it caused are done: {caused}.", None, DESK)


def _rejected(state: State) -> Waiting:
    return entry("Was rejected; can be reworked or cancelled.", None, _author(state))


def _over(state: State) -> Waiting:
    return entry("Is over; takes messages until it is sealed.", seal_at(state), DESK)


WAITS: dict[str, Callable[[State], Waiting]] = {
    "draft": _draft,
    "submitted": _submitted,
    "assessment": _assessment,
    "authorization": _authorization,
    "scheduled": _scheduled,
    "implementation": _implementation,
    "backing_out": _backing_out,
    "review": _review,
    "rejected": _rejected,
    "closed": _over,
    "cancelled": _over,
}


def also(state: State) -> Iterator[Waiting]:
    """What stands in its way, and what is owed besides."""
    if state.wants:
        reasons = [one["reason"] for one in (state.verdict or {}).get("obstacles", []) if one["blocking"]]
        held = f": {' '.join(reasons)}" if state.again_at is not None and reasons else "."
        yield entry(f"{_WANTED[state.wants]} as soon as nothing stands in its way{held}", state.again_at, DESK)
    if state.ratified == "pending":
        yield entry("Was begun without authorisation; waits to be ratified.", state.ratify_by, state.authority or DESK)
