"""Who may take, complete, fail, retry, skip and assign a task, and have all backed out, now.

Decisions and buttons ask the same gate. Every refusal is a sentence for the person who asked. Whoever a task is with
(the person, everybody in the team) may act on it, and so may the owners and the desk's own parts. Who may see the
ticket, and who is kept from working on it, is the process's to judge.
"""

from collections.abc import Callable, Mapping
from typing import Any

from longwatch.domain.tasks_state import (
    BACK_OUT_FAILED,
    CANCELLED,
    DONE,
    FAILED,
    IN_PROGRESS,
    OPEN,
    RUNNING,
    SKIPPED,
    WAITING,
    Run,
    Tasks,
    called,
    is_back_out,
)
from longwatch.domain.ticket import Action, Actor

ACTIONS: tuple[Action, ...] = (
    Action("take_task", "Take the task", ("task",), ("task",)),
    Action("complete_task", "Complete the task", ("task", "text"), ("task",)),
    Action("fail_task", "Task failed", ("task", "text"), ("task", "text")),
    Action("retry_task", "Try the task again", ("task", "text"), ("task",)),
    Action("skip_task", "Skip the task", ("task", "text"), ("task", "text")),
    Action("assign_task", "Assign the task", ("task", "team", "person", "text"), ("task",)),
    Action("back_out", "Back out", ("text",), ("text",)),
)
"""What people may ask of tasks, in the order of the buttons."""

LABEL = {
    WAITING: "not open yet",
    OPEN: "open",
    IN_PROGRESS: "in progress",
    DONE: "done",
    FAILED: "failed",
    SKIPPED: "skipped",
    CANCELLED: "called off",
}


def allowed(tasks: Tasks, actor: Actor) -> list[Action]:
    """What this actor may ask of at least one task now."""
    return [action for action in ACTIONS if _open_to(tasks, actor, action.name)]


def allowed_on(tasks: Tasks, actor: Actor, task: str) -> list[Action]:
    """What this actor may ask of this task now."""
    on_tasks = (action for action in ACTIONS if action.name in _DEMANDS)
    return [action for action in on_tasks if obstacle(tasks, actor, action.name, {"task": task}) is None]


def _open_to(tasks: Tasks, actor: Actor, action: str) -> bool:
    if action not in _DEMANDS:
        return obstacle(tasks, actor, action, {}) is None
    return any(obstacle(tasks, actor, action, {"task": run.id}) is None for run in tasks.everything)


def obstacle(tasks: Tasks, actor: Actor, action: str, data: Mapping[str, Any]) -> str | None:
    """The sentence that says why not; None when nothing stands in the way."""
    if not tasks.under_way:
        return "It has no tasks under way."
    if action not in _DEMANDS:
        return _back_out(tasks, actor)
    run = task_meant(tasks, data)
    if run is None:
        return f"There is no task {str(data.get('task'))[:60]!r} here."
    return _entitled(tasks, actor, run) or _DEMANDS[action](tasks, actor, run)


def task_meant(tasks: Tasks, data: Mapping[str, Any]) -> Run | None:
    """The task or back-out the data names, if there is one."""
    named = data.get("task")
    return tasks.run(named) if isinstance(named, str) else None


def is_owner(tasks: Tasks, actor: Actor) -> bool:
    """Whether the actor answers for the whole: by name, role or team; the desk's own parts always."""
    return actor.kind == "system" or any(_holds(actor, name) for name in tasks.owners)


def _holds(actor: Actor, name: str) -> bool:
    kind, _, rest = name.partition(":")
    return actor.kind == "person" and (
        (kind == "role" and rest in actor.roles) or (kind == "team" and rest in actor.teams) or name == actor.id
    )


def with_whom(tasks: Tasks, run: Run) -> tuple[str, ...]:
    """Who is to see to it: the person, else the team, else the owners."""
    if run.person is not None:
        return (run.person,)
    return (f"team:{run.team}",) if run.team is not None else tasks.owners


def _entitled(tasks: Tasks, actor: Actor, run: Run) -> str | None:
    theirs = actor.kind == "person" and (run.person == actor.id or (run.team is not None and run.team in actor.teams))
    if theirs or is_owner(tasks, actor):
        return None
    names = dict.fromkeys([run.person, run.team, *tasks.owners])
    able = " or ".join(called(name) for name in names if name is not None) or "the desk itself"
    return f"The task {tasks.job(run.id).title} is not yours. Ask {able}."


def unsettled(tasks: Tasks, run: Run) -> bool:
    """Whether something is still to be done about it: it is open, or failed and may be tried again."""
    retriable = BACK_OUT_FAILED if is_back_out(run.id) else RUNNING
    return run.live or (run.status == FAILED and tasks.status == retriable)


def _state(tasks: Tasks, run: Run) -> str:
    over = run.status == FAILED and not unsettled(tasks, run)
    return f"The task {tasks.job(run.id).title} is {LABEL[run.status]}{' and being backed out' if over else ''}."


def _take(tasks: Tasks, actor: Actor, run: Run) -> str | None:
    if not run.live:
        return _state(tasks, run)
    if not tasks.manual(run.id):
        return f"{tasks.job(run.id).title} is done by a tool; there is nothing to take."
    if actor.kind != "person":
        return "Only people take tasks."
    return "You have it already." if run.status == IN_PROGRESS and run.person == actor.id else None


def _complete(tasks: Tasks, _: Actor, run: Run) -> str | None:
    return None if unsettled(tasks, run) else _state(tasks, run)


def _fail(tasks: Tasks, _: Actor, run: Run) -> str | None:
    return None if run.live else _state(tasks, run)


def _retry(tasks: Tasks, _: Actor, run: Run) -> str | None:
    return None if run.status == FAILED and unsettled(tasks, run) else _state(tasks, run)


def _skip(tasks: Tasks, _: Actor, run: Run) -> str | None:
    if not tasks.skippable(run.id):
        why = "a back-out is never skipped" if is_back_out(run.id) else "its plan does not let it be skipped"
        return f"{tasks.job(run.id).title} must be done: {why}."
    if tasks.status != RUNNING:
        return "The tasks are being backed out; nothing is skipped any more. If it will not be done, say it failed."
    return None if unsettled(tasks, run) else _state(tasks, run)


def _assign(tasks: Tasks, _: Actor, run: Run) -> str | None:
    return None if run.status == WAITING or unsettled(tasks, run) else _state(tasks, run)


def _back_out(tasks: Tasks, actor: Actor) -> str | None:
    if tasks.status != RUNNING:
        return "It is being backed out already."
    if not is_owner(tasks, actor):
        return f"Only {' or '.join(called(name) for name in tasks.owners) or 'the desk itself'} may have it backed out."
    return None


_DEMANDS: dict[str, Callable[[Tasks, Actor, Run], str | None]] = {
    "take_task": _take,
    "complete_task": _complete,
    "fail_task": _fail,
    "retry_task": _retry,
    "skip_task": _skip,
    "assign_task": _assign,
}
