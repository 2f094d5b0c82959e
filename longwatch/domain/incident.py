"""The incident: an unplanned interruption of a service, from the first report until it is closed for good (ITIL 4).

This is the process as the engine knows it; the rules stand in the files beside it: `incident_moves` (statuses and the
moves between them), `incident_gate` (who may do what now), `incident_people`, `incident_alert` and `incident_answers`
(what follows from what is asked), `incident_time` (deadlines), `incident_fold` (what facts make of the state),
`incident_effects` (what must follow outside), `incident_waiting` (what it waits for).
"""

from collections.abc import Callable

from longwatch.domain import roles
from longwatch.domain.incident_alert import alert
from longwatch.domain.incident_answers import answered, calendar_changed, top_up
from longwatch.domain.incident_draft import Draft
from longwatch.domain.incident_effects import react
from longwatch.domain.incident_fold import evolve
from longwatch.domain.incident_gate import allowed, obstacle
from longwatch.domain.incident_people import RULES_FOR
from longwatch.domain.incident_state import RULES, State
from longwatch.domain.incident_time import nearest, ring, settle
from longwatch.domain.incident_waiting import waiting_for
from longwatch.domain.ticket import Actor, Alarm, Command, Fact, Question, Refused, later_of

_MACHINES: dict[str, Callable[[Draft], None]] = {
    "alarm": ring,
    "answered": answered,
    "calendar_changed": calendar_changed,
}
"""What the desk's own parts send: after the end it is too late for them, which is nobody's mistake."""

_ACTIONS: dict[str, Callable[[Draft], None]] = {**RULES_FOR, **_MACHINES, "alert": alert}


def decide(state: State, command: Command) -> list[Fact]:
    """What follows from the command, after what time had decided by its instant. Raises Refused."""
    draft = Draft(state, later_of(command, state.updated_at))
    settle(draft)
    machine = command.action in _MACHINES and roles.may(command.actor, command.action, state.requester)
    if machine and draft.state.sealed_at is not None:
        return draft.facts
    reason = obstacle(draft.state, command.actor, command.action)
    if reason is not None:
        raise Refused(reason)
    if _is_work(draft.state, command.actor, command.action):
        draft.record("Touched")
    _ACTIONS[command.action](draft)
    top_up(draft)
    return draft.facts


def _is_work(state: State, actor: Actor, action: str) -> bool:
    """Whether this is the first time that the desk's people lay hands on it."""
    if state.touched or action == "open" or not roles.is_staff(actor) or not roles.works(actor, action):
        return False
    return not (action == "message" and roles.owns(actor, state.requester))


def next_alarm(state: State) -> Alarm | None:
    """The one nearest deadline."""
    due = nearest(state)
    return None if due is None else Alarm(due.at, f"{due.kind}:{due.name}" if due.name else due.kind)


def questions(state: State) -> tuple[Question, ...]:
    """What the incident still waits to be told."""
    return state.pending


def sealed(state: State) -> bool:
    """Whether it has ended for good: the reopen window is over."""
    return state.sealed_at is not None


__all__ = [
    "RULES",
    "State",
    "allowed",
    "decide",
    "evolve",
    "next_alarm",
    "questions",
    "react",
    "sealed",
    "waiting_for",
]
