"""How the tasks stand, for screens: stage by stage what is done, by whom, until when; and what is being undone."""

from datetime import datetime
from typing import Any

from longwatch.domain.tasks_gate import LABEL, unsettled, with_whom
from longwatch.domain.tasks_plan import Job
from longwatch.domain.tasks_state import BACK_OUT_FAILED, DONE, FAILED, NONE, SKIPPED, SUFFIX, WAITING, Run, Tasks
from longwatch.domain.ticket import stamp


def standing(tasks: Tasks) -> dict[str, Any]:
    """All tasks as JSON-clean data."""
    plan = tasks.plan
    if plan is None:
        return {"status": NONE, "stages": [], "back_outs": [], "kept": []}
    numbers = list(dict.fromkeys(step.stage for step in plan.steps))
    return {
        "status": tasks.status,
        "round": tasks.rounds,
        "on_failure": plan.on_failure,
        "owners": list(tasks.owners),
        "reason": tasks.reason or None,
        "ended_at": _stamp(tasks.ended_at),
        "done": sum(run.status in (DONE, SKIPPED) for run in tasks.runs),
        "of": len(tasks.runs),
        "stages": [_stage(tasks, number) for number in numbers],
        "back_outs": [_task(tasks, run) for run in tasks.undo],
        "kept": list(tasks.kept),
    }


def _stage(tasks: Tasks, number: int) -> dict[str, Any]:
    runs = [run for run in tasks.runs if tasks.stage(run.id) == number]
    return {"stage": number, "status": _stage_status(runs), "tasks": [_task(tasks, run) for run in runs]}


def _stage_status(runs: list[Run]) -> str:
    """What of its tasks weighs most: failed before open before done."""
    statuses = [run.status for run in runs]
    if FAILED in statuses:
        return FAILED
    if any(run.live for run in runs):
        return "open"
    return DONE if all(status in (DONE, SKIPPED) for status in statuses) else statuses[0]


def _task(tasks: Tasks, run: Run) -> dict[str, Any]:
    job = tasks.job(run.id)
    return {
        "id": run.id,
        "of": run.id.removesuffix(SUFFIX) if run.id.endswith(SUFFIX) else None,
        "stage": tasks.stage(run.id),
        **_work(job),
        "status": run.status,
        "label": LABEL[run.status],
        "team": run.team,
        "person": run.person,
        "attempt": run.attempt,
        "opened_at": _stamp(run.opened_at),
        "due": _stamp(run.due),
        "overdue": run.overdue,
        "ended_at": _stamp(run.ended_at),
        "by": run.by,
        "text": run.text,
        "result": run.result,
        "skippable": tasks.skippable(run.id),
        "unsettled": unsettled(tasks, run),
        "back_out": _back_out(tasks, run),
    }


def _work(job: Job) -> dict[str, Any]:
    plain = ("title", "instructions", "kind", "hook", "limit")
    return {name: getattr(job, name) for name in plain}


def _back_out(tasks: Tasks, run: Run) -> dict[str, Any] | None:
    """What would undo it, with whom that would be."""
    assert tasks.plan is not None
    job = next((step.back_out for step in tasks.plan.steps if step.id == run.id), None)
    return None if job is None else {**_work(job), "team": job.team, "person": job.person}


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def waiting_for(tasks: Tasks) -> list[dict[str, Any]]:
    """What tasks under way wait for, until when, and for whom. `until` is None where there is no limit."""
    if not tasks.under_way:
        return []
    return [_wait(tasks, run) for run in tasks.everything if run.status != WAITING and unsettled(tasks, run)]


def _wait(tasks: Tasks, run: Run) -> dict[str, Any]:
    job, who = tasks.job(run.id), ", ".join(with_whom(tasks, run)) or "role:admin"
    if run.status == FAILED:
        what = "back-out" if tasks.status == BACK_OUT_FAILED else "task"
        return {"what": f"The {what} {job.title} failed: try it again or complete it.", "until": None, "who": who}
    until = _stamp(run.due)
    if tasks.automatic(run.id):
        return {"what": f"Waits for the tool {job.hook} to do: {job.title}.", "until": until, "who": "system"}
    late = ", which is overdue" if run.overdue else "" if until else ", which has no time limit"
    return {"what": f"Waits for the task {job.title}{late}.", "until": until, "who": who}
