"""The engines a governed ticket holds: its approval and its tasks.

Each is a pure engine of its own with the same form (see `approval` and `tasks`); here the ticket's rules reach them,
all in the same way, and nothing of what they judge is judged again.
"""

from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any, TypeVar

from longwatch.domain import approval, tasks
from longwatch.domain.case_process import Deadline, Waiting
from longwatch.domain.case_state import Case, Governed
from longwatch.domain.ticket import Action, Actor, Command, Effect, Fact, Question

S = TypeVar("S", bound=Case)

ENGINES: dict[str, ModuleType] = {"approval": approval, "tasks": tasks}
"""By the name of the field that holds it."""

_FIELD_OF_FACT = {fact: name for name, engine in ENGINES.items() for fact in engine.FACTS}
_FIELD_OF_ACTION = {
    **{action: name for name, engine in ENGINES.items() for action in engine.ACTION_NAMES},
    **dict.fromkeys(tasks.MACHINE_ACTIONS, "tasks"),
}
"""Which engine judges an action of people or of the desk's own parts."""

BY_ITSELF = {"approval_deadline": "approval", "task_target": "tasks", "task_limit": "tasks"}
"""Which engine settles a deadline that time alone decides."""


def knows(action: str) -> bool:
    """Whether the action is one of an engine's."""
    return action in _FIELD_OF_ACTION


def _held(state: Case) -> Iterator[tuple[Any, Any]]:
    """Engines with what the ticket holds of them; none for a ticket that is not governed."""
    if isinstance(state, Governed):
        yield from ((engine, getattr(state, name)) for name, engine in ENGINES.items())


def decide(state: Case, command: Command) -> list[Fact]:
    """What follows from an action of an engine. Raises Refused."""
    name = _FIELD_OF_ACTION[command.action]
    facts: list[Fact] = ENGINES[name].decide(getattr(state, name), command)
    return facts


def ring(state: Case, command: Command) -> Iterator[list[Fact]]:
    """What each engine does at the alarm."""
    return (engine.decide(held, command) for engine, held in _held(state))


def answered(state: Case, command: Command) -> list[Fact] | None:
    """What follows from the answer to an engine's question; None when it is not an engine's."""
    if any(one.id == command.data.get("question") for one in questions(state)):
        assert isinstance(state, Governed)
        return approval.decide(state.approval, command)
    return None


def evolve(state: S, fact: Fact) -> S | None:
    """The state after an engine's fact; None when it is not an engine's."""
    name = _FIELD_OF_FACT.get(fact.type)
    if name is None or not isinstance(state, Governed):
        return None
    return replace(state, **{name: ENGINES[name].evolve(getattr(state, name), fact)}, updated_at=fact.at)


def deadlines(state: Case) -> list[Deadline]:
    """What the engines will do by themselves."""
    return [Deadline(due.at, due.kind, due.name) for engine, held in _held(state) for due in engine.deadlines(held)]


def settle(state: Case, due: Deadline, command: Command) -> list[Fact]:
    """What time alone has decided in the engine whose deadline passed."""
    name = BY_ITSELF[due.kind]
    facts: list[Fact] = ENGINES[name].settle(getattr(state, name), command.at)
    return facts


def questions(state: Case) -> tuple[Question, ...]:
    """What the approval still waits to be told."""
    return approval.questions(state.approval) if isinstance(state, Governed) else ()


def react(state: Case, fact: Fact, about: dict[str, Any]) -> list[Effect] | None:
    """What must follow outside from an engine's fact; None when it is not an engine's."""
    name = _FIELD_OF_FACT.get(fact.type)
    if name is None or not isinstance(state, Governed):
        return None
    effects: list[Effect] = ENGINES[name].react(getattr(state, name), fact, about)
    return effects


def obstacle(state: Case, actor: Actor, action: str) -> str | None:
    """Why the actor's voice or tasks do not allow the action now; None when they may, by what the action names."""
    if not isinstance(state, Governed):
        return "There is nothing to approve and no task here."
    if action in approval.ACTION_NAMES:
        return approval.obstacle(state.approval, actor, action)
    return None if state.tasks.under_way else "It has no tasks under way."


def allowed(state: Case, actor: Actor) -> dict[str, Action]:
    """What this actor may ask of the engines now, by name."""
    return {action.name: action for engine, held in _held(state) for action in engine.allowed(held, actor)}


def waiting_for(state: Case) -> list[Waiting]:
    """What the engines wait for."""
    return [wait for engine, held in _held(state) for wait in engine.waiting_for(held)]
