"""The tasks of a ticket on its page: stage by stage what is done, by whom, until when, and what one may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from longwatch.domain import tasks
from longwatch.domain.tasks_plan import BACK_OUT, plan_of
from longwatch.domain.tasks_state import PLANNED, Run, Tasks
from longwatch.domain.ticket import Actor, instant
from web.console.badges import Badge
from web.console.conversation import Reader
from web.console.people import Face, Viewer
from web.console.process_words import TASK_STATUSES, TASKS_STATUSES
from web.console.times import Chip, Moment, deadline, moment, span
from web.console.view_models import ActionForm, Asking, action_form

LABELS = {
    "take_task": "Take",
    "complete_task": "Complete",
    "fail_task": "Failed",
    "retry_task": "Try again",
    "skip_task": "Skip",
    "assign_task": "Assign",
}


@dataclass(frozen=True)
class TaskLine:
    """A task or back-out as it stands. `back_out` is the title of what would undo it, `limit` its time in words."""

    id: str
    title: str
    badge: Badge
    who: Face | None
    team: str
    due: Chip | None
    limit: str
    instructions: str
    tool: str
    said: str
    result: str
    ended: Moment | None
    by: Face | None
    attempt: int
    back_out: str
    actions: Sequence[ActionForm]


@dataclass(frozen=True)
class Stage:
    """Tasks that run side by side."""

    number: int
    tasks: Sequence[TaskLine]


@dataclass(frozen=True)
class TasksPanel:
    """All tasks of a ticket. `kept` are the titles of what was begun and nothing can undo."""

    badge: Badge
    done: int
    of: int
    reason: str
    stages: Sequence[Stage]
    back_outs: Sequence[TaskLine]
    kept: Sequence[str]
    failing: str

    @property
    def share(self) -> int:
        """Per cent done."""
        return 100 * self.done // self.of if self.of else 0


@dataclass(frozen=True)
class _Drawn:
    tasks: Tasks
    reader: Reader
    asking: Asking
    actor: Actor | None

    @property
    def who(self) -> Viewer:
        return self.reader.who


def held_by(state: Any) -> Tasks | None:
    """The tasks of a ticket: those that began, else those of its plan; none where nothing is planned."""
    held: Tasks | None = getattr(state, "tasks", None)
    if held is not None and held.plan is not None:
        return held
    steps = getattr(state, "steps", None)
    if held is None or steps is None:
        return None
    plan = plan_of(steps)
    runs = tuple(Run(step.id, team=step.job.team, person=step.job.person) for step in plan.steps)
    return Tasks(status=PLANNED, plan=plan, runs=runs)


def tasks_panel(state: Any, reader: Reader, asking: Asking, actor: Actor | None) -> TasksPanel | None:
    """The panel of a ticket's tasks; nothing is offered to nobody (None)."""
    held = held_by(state)
    if held is None:
        return None
    shown, drawn = tasks.standing(held), _Drawn(held, reader, asking, actor)
    return TasksPanel(
        badge=TASKS_STATUSES[held.status],
        done=shown["done"],
        of=shown["of"],
        reason=held.reason,
        stages=[Stage(one["stage"], [_line(task, drawn) for task in one["tasks"]]) for one in shown["stages"]],
        back_outs=[_line(task, drawn) for task in shown["back_outs"]],
        kept=[held.job(id_).title for id_ in held.kept],
        failing="What was begun is backed out." if shown["on_failure"] == BACK_OUT else "People decide.",
    )


def _line(task: Mapping[str, Any], drawn: _Drawn) -> TaskLine:
    names, who = drawn.reader.names, drawn.who
    live = task["opened_at"] is not None and task["ended_at"] is None
    due = instant(task["due"]) if task["due"] and live else None
    undo = task["back_out"]
    return TaskLine(
        id=task["id"],
        title=task["title"],
        badge=TASK_STATUSES[task["status"]],
        who=names.face(task["person"]),
        team=names.team(task["team"]),
        due=deadline(due, instant(task["opened_at"]), who.now, who.zone) if due else None,
        limit=span(task["limit"]) if task["limit"] else "",
        instructions=task["instructions"],
        tool=task["hook"] or "",
        said=drawn.reader.text(task["text"]) if task["text"] else "",
        result=task["result"] or "",
        ended=moment(instant(task["ended_at"]), who.now, who.zone) if task["ended_at"] else None,
        by=names.face(task["by"]),
        attempt=task["attempt"],
        back_out=undo["title"] if undo else "",
        actions=_actions(task["id"], drawn),
    )


def _actions(task: str, drawn: _Drawn) -> list[ActionForm]:
    if drawn.actor is None:
        return []
    asking = replace(drawn.asking, about={"task": task})
    return [
        replace(action_form(action, asking), label=LABELS.get(action.name, action.label), key="")
        for action in tasks.allowed_on(drawn.tasks, drawn.actor, task)
    ]
