"""What time does to tasks: people's work becomes overdue, a tool's work fails.

That something is overdue is told to those who can hurry it, and changes nothing else: people are not stopped half-way.
A result accepted before the limit counts, however late it is decided; one at the very instant is late.
"""

from dataclasses import dataclass
from datetime import datetime

from longwatch.domain.tasks_course import follow
from longwatch.domain.tasks_draft import TIMER, Draft
from longwatch.domain.tasks_state import Run, Tasks
from longwatch.domain.ticket import Fact, stamp


@dataclass(frozen=True)
class Deadline:
    """When something falls due (UTC), what kind of thing, and which task's."""

    at: datetime
    kind: str  # task_target | task_limit
    name: str = ""


def deadlines(tasks: Tasks) -> tuple[Deadline, ...]:
    """Everything time will do to the tasks, soonest first: targets of people's work, limits of calls.

    An open task without one was planned without a limit, or is overdue already and was told of.
    """
    counting = (run for run in tasks.everything if run.live and not run.overdue)
    found = (
        Deadline(run.due, "task_limit" if tasks.automatic(run.id) else "task_target", run.id)
        for run in counting
        if run.due is not None
    )
    return tuple(sorted(found, key=lambda deadline: deadline.at))


def settle(tasks: Tasks, at: datetime) -> list[Fact]:
    """What time alone has decided by this instant."""
    draft = Draft(tasks, at, TIMER)
    while due := next((one for one in deadlines(draft.tasks) if one.at <= at), None):
        run = draft.tasks.run(due.name)
        assert run is not None
        _pass(draft, run, due)
    return draft.facts


def _pass(draft: Draft, run: Run, due: Deadline) -> None:
    if due.kind == "task_target":
        draft.record("TaskOverdue", task=run.id, due=stamp(due.at))
        return
    said = "" if run.result is None else f" It had said: {run.result}"
    result = f"It was not done by its time limit.{said}"[:500]
    draft.record("TaskFailed", task=run.id, text=None, result=result)
    follow(draft)
