"""The tasks: what has to be done to make a change or fulfil a request, and to undo it again (ITIL 4).

One engine for implementation tasks, each with its paired back-out task, and for fulfilment tasks. A process holds
`Tasks` in its own state as the field `tasks`, records the tasks' facts among its own, and asks `outcome` what became of
them. It takes a few lines in each part of a decider:

    state       tasks: Tasks = field(default_factory=Tasks)

    decide      before anything else:            facts += settle(state.tasks, command.at)
                to say what is to be done:       facts += plan(state.tasks, command, read_plan(data))
                to begin:                        facts += begin(state.tasks, command, owners=...)
                an action of ACTION_NAMES, `task_called` and an `alarm`:
                                                 facts += decide(state.tasks, command)
                the process is cancelled:        facts += cancel(state.tasks, command)
                after each of them:              match outcome(state.tasks): done, backing_out, backed_out ...

    evolve      if fact.type in FACTS: state = replace(state, tasks=evolve(state.tasks, fact))
    next_alarm  the nearest of its own and deadlines(state.tasks)
    react       its own and react(state.tasks, fact, about)
    allowed     its own and allowed(state.tasks, actor)
    waiting_for its own and waiting_for(state.tasks)

Facts must be folded into the state between one call and the next, as a decider's draft does. The process judges who may
*see* the ticket and who is kept from working on it; whose a task is, and what the owners may, is judged here.
`task_called`, the answer of a tool, comes from the desk's own parts alone.

The rules stand in the files beside this one: `tasks_plan` (the plan as data), `tasks_course` (stages, failure, backing
out), `tasks_gate` and `tasks_acts` (what people do, and who may; what tools answer), `tasks_time` (limits and targets),
`tasks_fold` (what facts make of the tasks), `tasks_standing` (for screens), `tasks_effects` (who is told, what is
called).
"""

from longwatch.domain.tasks_acts import act, called
from longwatch.domain.tasks_course import begin, cancel, plan
from longwatch.domain.tasks_draft import Draft
from longwatch.domain.tasks_effects import TEMPLATES, react
from longwatch.domain.tasks_fold import FACTS, evolve
from longwatch.domain.tasks_gate import ACTIONS, allowed, allowed_on, obstacle
from longwatch.domain.tasks_plan import Job, Plan, PlanFault, Step, plan_data, read_plan
from longwatch.domain.tasks_standing import standing, waiting_for
from longwatch.domain.tasks_state import NONE, PLANNED, Run, Tasks
from longwatch.domain.tasks_time import Deadline, deadlines, settle
from longwatch.domain.ticket import Command, Fact, Refused

ACTION_NAMES = tuple(action.name for action in ACTIONS)

MACHINE_ACTIONS = ("task_called",)
"""What the desk's own parts send, and nobody else."""


def decide(tasks: Tasks, command: Command) -> list[Fact]:
    """What follows from an action on a task, a tool's answer or an alarm, after what time had decided by its instant.

    Raises Refused with a sentence, naming the field at fault if one is.
    """
    facts = settle(tasks, command.at)
    for fact in facts:
        tasks = evolve(tasks, fact)
    draft = Draft(tasks, command.at, command.actor.id)
    if command.action in MACHINE_ACTIONS:
        called(draft, command)
    elif command.action in ACTION_NAMES:
        act(draft, command)
    elif command.action != "alarm":
        raise Refused(f"Tasks know no action called {command.action[:40]!r}.")
    return facts + draft.facts


def outcome(tasks: Tasks) -> str:
    """What became of them: none, running, done, backing_out, backed_out, back_out_failed or cancelled.

    None means that nothing has begun; done, backed_out and cancelled are ends; back_out_failed waits for a person.
    """
    return NONE if tasks.status == PLANNED else tasks.status


__all__ = [
    "ACTIONS",
    "ACTION_NAMES",
    "FACTS",
    "MACHINE_ACTIONS",
    "TEMPLATES",
    "Deadline",
    "Job",
    "Plan",
    "PlanFault",
    "Run",
    "Step",
    "Tasks",
    "allowed",
    "allowed_on",
    "begin",
    "cancel",
    "deadlines",
    "decide",
    "evolve",
    "obstacle",
    "outcome",
    "plan",
    "plan_data",
    "react",
    "read_plan",
    "settle",
    "standing",
    "waiting_for",
]
