"""Whom the tasks' facts are told to, and which calls follow from them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from longwatch.domain.tasks_gate import with_whom
from longwatch.domain.tasks_plan import STOP
from longwatch.domain.tasks_state import RUNNING, Run, Tasks, is_back_out
from longwatch.domain.ticket import Call, Effect, Fact, Notify, stamp

TEMPLATES = (
    "task_opened",
    "task_assigned",
    "task_overdue",
    "task_failed",
    "task_cancelled",
    "back_out_started",
    "back_out_failed",
    "tasks_backed_out",
)
"""The wordings the notices need."""

MOST_MARGIN = 60
"""Seconds. A call is last tried a tenth of its limit, at most this, before the limit, so that why it could not be made
is known when its time has passed."""


def react(tasks: Tasks, fact: Fact, about: Mapping[str, Any]) -> list[Effect]:
    """What must follow from the fact; `tasks` are those after it, `about` is what notices say of the ticket."""
    follow = _FOLLOWS.get(fact.type)
    effects = [] if follow is None else follow(tasks, fact)
    return [_told(effect, about) for effect in effects if not isinstance(effect, Notify) or effect.to]


def _told(effect: Effect, about: Mapping[str, Any]) -> Effect:
    return Notify(effect.to, effect.template, {**about, **effect.data}) if isinstance(effect, Notify) else effect


def _run(tasks: Tasks, fact: Fact) -> Run:
    run = tasks.run(fact.data["task"])
    assert run is not None
    return run


def _note(tasks: Tasks, run: Run, to: Iterable[str], template: str, **data: Any) -> Notify:
    due = {"time_limit": "none"} if run.due is None else {"due": stamp(run.due), "time_limit": stamp(run.due)}
    known = {"task": run.id, "task_title": tasks.job(run.id).title, "back_out": is_back_out(run.id)}
    return Notify(tuple(dict.fromkeys(to)), template, {**known, **due, **data})


def _opened(tasks: Tasks, fact: Fact) -> list[Effect]:
    run = _run(tasks, fact)
    if tasks.manual(run.id):
        return [_note(tasks, run, with_whom(tasks, run), "task_opened")]
    job = tasks.job(run.id)
    assert job.hook is not None
    assert job.limit is not None
    assert run.due is not None
    data = {"title": job.title, "back_out": is_back_out(run.id), "data": dict(job.data or {})}
    until = run.due - timedelta(seconds=min(job.limit // 10, MOST_MARGIN))
    return [Call(job.hook, run.id, run.attempt, data, until)]


def _reassigned(tasks: Tasks, fact: Fact) -> list[Effect]:
    """Whoever gives it to themselves knows; nobody is told of what is not open yet."""
    run = _run(tasks, fact)
    to = [name for name in with_whom(tasks, run) if name != fact.actor]
    return [_note(tasks, run, to, "task_assigned", text=fact.data["text"])] if run.opened_at is not None else []


def _overdue(tasks: Tasks, fact: Fact) -> list[Effect]:
    run = _run(tasks, fact)
    return [_note(tasks, run, (*with_whom(tasks, run), *tasks.owners), "task_overdue")]


def _failed(tasks: Tasks, fact: Fact) -> list[Effect]:
    """Told where the plan waits for people; where it backs out, that is told instead."""
    run = _run(tasks, fact)
    assert tasks.plan is not None
    if tasks.status != RUNNING or tasks.plan.on_failure != STOP:
        return []
    return [_note(tasks, run, (*with_whom(tasks, run), *tasks.owners), "task_failed", **_why(run))]


def _why(run: Run) -> dict[str, Any]:
    return {"text": run.text, "reason": run.result}


def _called_off(tasks: Tasks, fact: Fact) -> list[Effect]:
    run = _run(tasks, fact)
    if not tasks.manual(run.id):
        return []
    to = [name for name in with_whom(tasks, run) if name != fact.actor]
    return [_note(tasks, run, to, "task_cancelled", reason=fact.data["reason"])]


def _backing_out(tasks: Tasks, fact: Fact) -> list[Effect]:
    data = {"reason": fact.data["reason"], "text": fact.data["text"], "task": fact.data["of"]}
    return [Notify(tasks.owners, "back_out_started", data)]


def _stuck(tasks: Tasks, fact: Fact) -> list[Effect]:
    run = _run(tasks, fact)
    return [_note(tasks, run, (*with_whom(tasks, run), *tasks.owners), "back_out_failed", **_why(run))]


def _backed_out(tasks: Tasks, fact: Fact) -> list[Effect]:
    return [Notify(tasks.owners, "tasks_backed_out", {"undone": fact.data["undone"], "kept": fact.data["kept"]})]


_FOLLOWS: dict[str, Callable[[Tasks, Fact], list[Effect]]] = {
    "TaskOpened": _opened,
    "TaskReassigned": _reassigned,
    "TaskOverdue": _overdue,
    "TaskFailed": _failed,
    "TaskCancelled": _called_off,
    "BackOutStarted": _backing_out,
    "BackOutFailed": _stuck,
    "TasksBackedOut": _backed_out,
}
