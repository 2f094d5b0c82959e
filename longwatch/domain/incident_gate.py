"""Whether an action is open to somebody now: rights, status and what the action itself demands, in this order.

Decisions and buttons ask the same gate, so a button that is shown works and one that is missing would be refused.
Every refusal says what to do instead.
"""

from collections.abc import Callable

from longwatch.domain import roles
from longwatch.domain.incident_moves import ACTIONS, LABEL, MOST_LEVEL, MOST_LINKS, MOVES, possible
from longwatch.domain.incident_state import State
from longwatch.domain.ticket import Action, Actor, stamp

MAJOR = ("propose_major", "declare_major", "mitigate", "stand_down")

_INSTEAD = {
    "new": "Take it or start work first.",
    "assigned": "Start work first.",
    "in_progress": "It is being worked on already.",
    "on_hold": "Resume it first.",
    "resolved": "Reopen it first.",
    "closed": "Reopen it first.",
    "cancelled": "Open a new incident and link it to this one.",
}


def obstacle(state: State, actor: Actor, action: str) -> str | None:
    """The sentence that says why not; None when nothing stands in the way."""
    for check in (_known, _present, _entitled, _in_time, _fitting, _demanded):
        reason = check(state, actor, action)
        if reason is not None:
            return reason
    return None


def allowed(state: State, actor: Actor) -> list[Action]:
    """What this actor may do now, in the order of the buttons."""
    return [action for action in ACTIONS if obstacle(state, actor, action.name) is None]


def _known(_: State, __: Actor, action: str) -> str | None:
    if action in MAJOR:
        return "Major incidents are not handled here yet. Raise the priority and escalate to a lead instead."
    known = action in roles.MACHINE_ACTIONS or any(action == one.name for one in ACTIONS)
    return None if known else f"An incident knows no action called {action[:40]!r}."


def _present(state: State, _: Actor, action: str) -> str | None:
    if state.status and action == "open":
        return f"{state.number} is open already. Open another incident under a number of its own."
    if not state.status and action != "open":
        return "This incident has not been opened yet. Try again when it has."
    return None


def _entitled(state: State, actor: Actor, action: str) -> str | None:
    if roles.may(actor, action, state.requester):
        return None
    if action in roles.MACHINE_ACTIONS:
        return f"Only the desk's own parts and monitoring may send {action}."
    able = [role for role, actions in roles.MAY.items() if action in actions]
    held = ", ".join(actor.roles) or "none"
    return f"Your roles ({held}) do not allow this. Ask someone who is {_either(able)}."


def _either(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _in_time(state: State, _: Actor, __: str) -> str | None:
    if state.sealed_at is None:
        return None
    return (
        f"{state.number} was closed for good on {stamp(state.sealed_at)[:10]}. "
        "Open a new incident and link it to this one."
    )


def _fitting(state: State, _: Actor, action: str) -> str | None:
    if action in roles.MACHINE_ACTIONS or possible(state.status, action):
        return None
    fits = " or ".join(LABEL[status] for status in MOVES[action])
    return (
        f"{state.number} is {LABEL[state.status]}; to {action.replace('_', ' ')} it, it must be {fits}. "
        f"{_INSTEAD[state.status]}"
    )


def _demanded(state: State, actor: Actor, action: str) -> str | None:
    demand = _DEMANDS.get(action)
    return None if demand is None else demand(state, actor)


def _take(state: State, actor: Actor) -> str | None:
    return "It is yours already." if state.assignee == actor.id else None


def _start(state: State, actor: Actor) -> str | None:
    if state.assignee is None or state.assignee == actor.id:
        return None
    return f"It is {state.assignee.removeprefix('user:')}'s to work on. Take it first if you do."


def _escalate(state: State, _: Actor) -> str | None:
    return None if state.level < MOST_LEVEL else f"It stands at the highest level, {MOST_LEVEL}. Call the lead instead."


def _link(state: State, _: Actor) -> str | None:
    return None if len(state.links) < MOST_LINKS else f"It has {MOST_LINKS} links. Open a problem and link them there."


def _cancel(state: State, actor: Actor) -> str | None:
    """A requester withdraws what nobody has worked on yet; being routed to a team is not work."""
    if roles.works(actor, "cancel") or (state.status in ("new", "assigned") and not state.touched):
        return None
    return "Somebody works on it already. Write a message saying that you no longer need it."


_DEMANDS: dict[str, Callable[[State, Actor], str | None]] = {
    "take": _take,
    "start": _start,
    "escalate": _escalate,
    "link": _link,
    "cancel": _cancel,
}
