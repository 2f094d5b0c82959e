"""What each fact makes of the tasks. Nothing here judges: the facts were judged when they were written."""

from collections.abc import Callable
from dataclasses import replace

from longwatch.domain.tasks_plan import AUTOMATIC, Job, plan_of
from longwatch.domain.tasks_state import (
    BACK_OUT_FAILED,
    BACKED_OUT,
    BACKING_OUT,
    CANCELLED,
    DONE,
    FAILED,
    IN_PROGRESS,
    NONE,
    OPEN,
    PLANNED,
    RUNNING,
    SKIPPED,
    SUFFIX,
    WAITING,
    Run,
    Tasks,
)
from longwatch.domain.ticket import Fact, instant

Change = Callable[[Tasks, Fact], Tasks]

MOVES: dict[str, dict[str, str]] = {
    "TasksPlanned": dict.fromkeys((NONE, PLANNED, DONE, BACKED_OUT, CANCELLED), PLANNED),
    "TasksStarted": {PLANNED: RUNNING},
    "BackOutStarted": {RUNNING: BACKING_OUT},
    "BackOutFailed": {BACKING_OUT: BACK_OUT_FAILED},
    "BackOutResumed": {BACK_OUT_FAILED: BACKING_OUT},
    "TasksDone": {RUNNING: DONE},
    "TasksBackedOut": {BACKING_OUT: BACKED_OUT},
    "TasksCancelled": {PLANNED: CANCELLED, RUNNING: CANCELLED},
}
"""Per fact that moves the whole: from each status it can meet, the one it leads to. Off the table nothing is folded.

So a back-out that failed ends by being done, never by being forgotten.
"""

TASK_MOVES: dict[str, dict[str, str]] = {
    "TaskOpened": {WAITING: OPEN, FAILED: OPEN},
    "TaskTaken": {OPEN: IN_PROGRESS, IN_PROGRESS: IN_PROGRESS},
    "TaskAccepted": {OPEN: IN_PROGRESS},
    "TaskReassigned": {WAITING: WAITING, OPEN: OPEN, IN_PROGRESS: OPEN, FAILED: FAILED},
    "TaskOverdue": {OPEN: OPEN, IN_PROGRESS: IN_PROGRESS},
    "TaskDone": {OPEN: DONE, IN_PROGRESS: DONE, FAILED: DONE},
    "TaskFailed": {OPEN: FAILED, IN_PROGRESS: FAILED},
    "TaskSkipped": {OPEN: SKIPPED, IN_PROGRESS: SKIPPED, FAILED: SKIPPED},
    "TaskCancelled": {OPEN: CANCELLED, IN_PROGRESS: CANCELLED},
}
"""The same for one task or back-out. So nothing is done twice, and what is done stays done."""


def evolve(tasks: Tasks, fact: Fact) -> Tasks:
    """The tasks after the fact. Raises KeyError for a fact that is not theirs, or not possible now."""
    if fact.type in TASK_MOVES:
        return _one_changed(tasks, fact)
    status = MOVES[fact.type][tasks.status]
    return replace(_WHOLE[fact.type](tasks, fact), status=status)


def _one_changed(tasks: Tasks, fact: Fact) -> Tasks:
    run = tasks.run(fact.data["task"])
    if run is None:
        raise KeyError(fact.data["task"])
    status = TASK_MOVES[fact.type][run.status]
    changed = replace(_ONE[fact.type](tasks, run, fact), status=status)
    return replace(
        tasks,
        runs=tuple(changed if one.id == run.id else one for one in tasks.runs),
        undo=tuple(changed if one.id == run.id else one for one in tasks.undo),
    )


def _opened(tasks: Tasks, run: Run, fact: Fact) -> Run:
    """It is to be done now. A call may reach its tool at once, so an automatic one counts as begun."""
    due = fact.data["due"]
    return replace(
        run,
        attempt=fact.data["attempt"],
        opened_at=fact.at,
        due=None if due is None else instant(due),
        overdue=False,
        begun=run.begun or tasks.job(run.id).kind == AUTOMATIC,
        ended_at=None,
        by=None,
        text=None,
        result=None,
    )


def _taken(_: Tasks, run: Run, fact: Fact) -> Run:
    return replace(run, person=fact.data["person"], begun=True)


def _accepted(_: Tasks, run: Run, fact: Fact) -> Run:
    return replace(run, result=fact.data["result"], begun=True)


def _reassigned(_: Tasks, run: Run, fact: Fact) -> Run:
    return replace(run, team=fact.data["team"], person=fact.data["person"])


def _overdue(_: Tasks, run: Run, __: Fact) -> Run:
    return replace(run, overdue=True)


def _worked(_: Tasks, run: Run, fact: Fact) -> Run:
    return replace(run, begun=True, ended_at=fact.at, by=fact.actor, text=fact.data["text"], result=fact.data["result"])


def _skipped(_: Tasks, run: Run, fact: Fact) -> Run:
    return replace(run, ended_at=fact.at, by=fact.actor, text=fact.data["text"])


def _called_off(_: Tasks, run: Run, fact: Fact) -> Run:
    return replace(run, ended_at=fact.at, by=fact.actor, result=fact.data["reason"])


_ONE: dict[str, Callable[[Tasks, Run, Fact], Run]] = {
    "TaskOpened": _opened,
    "TaskTaken": _taken,
    "TaskAccepted": _accepted,
    "TaskReassigned": _reassigned,
    "TaskOverdue": _overdue,
    "TaskDone": _worked,
    "TaskFailed": _worked,
    "TaskSkipped": _skipped,
    "TaskCancelled": _called_off,
}


def _planned(_: Tasks, fact: Fact) -> Tasks:
    plan = plan_of(fact.data["plan"])
    runs = tuple(_run(step.id, step.job) for step in plan.steps)
    return Tasks(plan=plan, runs=runs, rounds=fact.data["round"])


def _run(id_: str, job: Job) -> Run:
    return Run(id_, team=job.team, person=job.person)


def _started(tasks: Tasks, fact: Fact) -> Tasks:
    return replace(tasks, owners=tuple(fact.data["owners"]))


def _backing_out(tasks: Tasks, fact: Fact) -> Tasks:
    """What was not begun will not be; what was begun is undone in the order the fact states."""
    undo = tuple(_run(id_ + SUFFIX, tasks.job(id_ + SUFFIX)) for id_ in fact.data["undo"])
    return replace(_left(tasks), undo=undo, kept=tuple(fact.data["kept"]), reason=fact.data["reason"])


def _left(tasks: Tasks) -> Tasks:
    return replace(
        tasks, runs=tuple(replace(run, status=CANCELLED) if run.status == WAITING else run for run in tasks.runs)
    )


def _unchanged(tasks: Tasks, _: Fact) -> Tasks:
    return tasks


def _ended(tasks: Tasks, fact: Fact) -> Tasks:
    return replace(_left(tasks), ended_at=fact.at)


_WHOLE: dict[str, Change] = {
    "TasksPlanned": _planned,
    "TasksStarted": _started,
    "BackOutStarted": _backing_out,
    "BackOutFailed": _unchanged,
    "BackOutResumed": _unchanged,
    "TasksDone": _ended,
    "TasksBackedOut": _ended,
    "TasksCancelled": _ended,
}

FACTS = (*_WHOLE, *_ONE)
"""Every type of fact the tasks can hold."""


def mermaid(moves: dict[str, dict[str, str]], first: str) -> str:
    """A table of moves as a mermaid state diagram that begins at `first`."""
    edges: dict[tuple[str, str], list[str]] = {}
    for fact, pairs in moves.items():
        for source, goal in pairs.items():
            if goal != source:
                edges.setdefault(("[*]" if source == first else source, goal), []).append(fact)
    return "\n".join(
        ["stateDiagram-v2", *(f"    {source} --> {goal}: {', '.join(by)}" for (source, goal), by in edges.items())]
    )
