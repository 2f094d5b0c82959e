"""The smallest process that has tasks: something is done, or undone again. Shows the embedding."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from longwatch.domain import tasks
from longwatch.domain.tasks import PlanFault, Tasks
from longwatch.domain.ticket import Actor, Alarm, Command, Effect, Fact, Question, Refused
from tests.domain.embedding import Facts

RULES = 1
STATUS = {
    "none": "draft",
    "running": "implementation",
    "backing_out": "backing_out",
    "back_out_failed": "backing_out",
    "done": "review",
    "backed_out": "review",
    "cancelled": "cancelled",
}


@dataclass(frozen=True)
class State:
    status: str = "draft"
    tasks: Tasks = field(default_factory=Tasks)


def decide(state: State, command: Command) -> list[Fact]:
    draft = Facts(state, evolve)
    draft.add(tasks.settle(state.tasks, command.at))
    if command.action in (*tasks.ACTION_NAMES, *tasks.MACHINE_ACTIONS, "alarm"):
        draft.add(tasks.decide(draft.state.tasks, command))
    else:
        _act(draft, command)
    became = STATUS[tasks.outcome(draft.state.tasks)]
    if became != draft.state.status:
        draft.add([Fact("StatusSet", command.at, command.actor.id, {"status": became})])
    return draft.facts


def _act(draft: Facts, command: Command) -> None:
    held = draft.state.tasks
    match command.action:
        case "plan":
            try:
                planned = tasks.read_plan(command.data["plan"])
            except PlanFault as fault:
                raise Refused(fault.reason, fault.field) from fault
            draft.add(tasks.plan(held, command, planned))
        case "begin":
            draft.add(tasks.begin(held, command, command.data["owners"]))
        case "cancel":
            draft.add(tasks.cancel(held, command))
        case _:
            raise Refused(f"Nothing here is called {command.action}.")


def evolve(state: State, fact: Fact) -> State:
    if fact.type in tasks.FACTS:
        return replace(state, tasks=tasks.evolve(state.tasks, fact))
    return replace(state, status=fact.data["status"])


def next_alarm(state: State) -> Alarm | None:
    due = next(iter(tasks.deadlines(state.tasks)), None)
    return None if due is None else Alarm(due.at, f"{due.kind}:{due.name}")


def questions(_: State) -> tuple[Question, ...]:
    return ()


def react(state: State, fact: Fact) -> list[Effect]:
    return tasks.react(state.tasks, fact, {"number": "CHG-000001"})


def sealed(_: State) -> bool:
    return False


def nearest(state: State) -> datetime | None:
    alarm = next_alarm(state)
    return None if alarm is None else alarm.at


def may(state: State, actor: Actor) -> list[str]:
    return [action.name for action in tasks.allowed(state.tasks, actor)]
