"""Whether an action is open to somebody now: rights, status and what the action itself demands, in this order.

Decisions and buttons ask the same gate, so a button that is shown works and one that is missing would be refused.
Every refusal says what to do instead.
"""

from collections.abc import Callable

from longwatch.domain import case_engines, case_merge, case_split, roles
from longwatch.domain.case_moves import LINK_TYPES, MOST_LEVEL, MOST_LINKS, possible
from longwatch.domain.case_process import Process
from longwatch.domain.case_state import Case
from longwatch.domain.ticket import Action, Actor, stamp


def obstacle(process: Process, state: Case, actor: Actor, action: str) -> str | None:
    """The sentence that says why not; None when nothing stands in the way."""
    for check in (_known, _present, _entitled, _in_time, _fitting, _demanded):
        reason = check(process, state, actor, action)
        if reason is not None:
            return reason
    return None


def allowed(process: Process, state: Case, actor: Actor) -> list[Action]:
    """What this actor may do now, in the order of the buttons."""
    engines = case_engines.allowed(state, actor)
    return [
        action
        for action in process.actions
        if obstacle(process, state, actor, action.name) is None
        and (action.name in engines or not case_engines.knows(action.name))
    ]


def _known(process: Process, _: Case, __: Actor, action: str) -> str | None:
    known = action in roles.MACHINE_ACTIONS or action in process.names
    return None if known else f"{_a(process.kind).capitalize()} knows no action called {action[:40]!r}."


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _present(process: Process, state: Case, _: Actor, action: str) -> str | None:
    if state.status and action == "open":
        return f"{state.number} is open already. Open another {process.kind} under a number of its own."
    if state.status not in process.labels and action != "open":
        return f"This {process.kind} has not been opened yet. Try again when it has."
    return None


def _entitled(process: Process, state: Case, actor: Actor, action: str) -> str | None:
    if roles.may(actor, action, state.requester, process.rights):
        return None
    if action in roles.MACHINE_ACTIONS:
        return f"Only the desk's own parts and monitoring may send {action}."
    able = [role for role, actions in process.rights.may.items() if action in actions]
    held = ", ".join(actor.roles) or "none"
    return f"Your roles ({held}) do not allow this. Ask {_able(able)}."


def _able(able: list[str]) -> str:
    return f"someone who is {_either(able)}" if able else "the person it belongs to"


def _either(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _in_time(process: Process, state: Case, _: Actor, __: str) -> str | None:
    if state.sealed_at is None:
        return None
    return (
        f"{state.number} was closed for good on {stamp(state.sealed_at)[:10]}. "
        f"Open a new {process.kind} and link it to this one."
    )


def _fitting(process: Process, state: Case, _: Actor, action: str) -> str | None:
    if action in roles.MACHINE_ACTIONS or action in roles.VOICES or possible(process.moves, state.status, action):
        return None
    fits = _either([process.labels[status] for status in process.moves.get(action, {})])
    return (
        f"{state.number} is {process.labels[state.status]}; to {action.replace('_', ' ')} it, it must be {fits}. "
        f"{process.instead[state.status]}"
    )


def _demanded(process: Process, state: Case, actor: Actor, action: str) -> str | None:
    if case_engines.knows(action):
        return case_engines.obstacle(state, actor, action)
    demands = (process.demands.get(action), _DEMANDS.get(action))
    reasons = (demand(state, actor) for demand in demands if demand is not None)
    return next((reason for reason in reasons if reason is not None), None)


def _take(state: Case, actor: Actor) -> str | None:
    return "It is yours already." if state.assignee == actor.id else None


def _start(state: Case, actor: Actor) -> str | None:
    if state.assignee is None or state.assignee == actor.id:
        return None
    return f"It is {state.assignee.removeprefix('user:')}'s to work on. Take it first if you do."


def _escalate(state: Case, _: Actor) -> str | None:
    return None if state.level < MOST_LEVEL else f"It stands at the highest level, {MOST_LEVEL}. Call the lead instead."


def _link(state: Case, _: Actor) -> str | None:
    return None if len(state.links) < MOST_LINKS else f"It has {MOST_LINKS} links. Open a problem and link them there."


def _unlink(state: Case, _: Actor) -> str | None:
    return None if any(link.type in LINK_TYPES for link in state.links) else "It has no links that people made."


_DEMANDS: dict[str, Callable[[Case, Actor], str | None]] = {
    "take": _take,
    "start": _start,
    "escalate": _escalate,
    "link": _link,
    "unlink": _unlink,
    **case_merge.DEMANDS,
    **case_split.DEMANDS,
}
