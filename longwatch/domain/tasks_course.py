"""The course of a plan: it is planned, begun, goes on stage by stage, and ends; or everything begun is backed out.

Every function returns the facts that follow, for the process that holds the tasks to record among its own.

Backing out, in this order:
  1. Nothing new is opened. Tasks of people that are open are called off; calls under way are awaited, since a tool that
     is still at work must not be undone meanwhile. Their time limits bound that wait.
  2. Every task whose work has begun is undone by its back-out, one at a time, in the reverse of the plan's order: those
     done, those that failed or were called off half-way (nobody knows how far they came), those skipped after they had
     been begun. What has no back-out stays as it is and is named in the journal.
  3. A back-out that fails stops the rest until somebody tries it again or completes it by hand.
"""

from collections.abc import Iterable
from datetime import timedelta

from longwatch.domain.tasks_draft import Draft
from longwatch.domain.tasks_plan import BACK_OUT, Plan, plan_data
from longwatch.domain.tasks_state import (
    BACK_OUT_FAILED,
    BACKING_OUT,
    DONE,
    FAILED,
    PLANNED,
    RUNNING,
    SUFFIX,
    WAITING,
    Ref,
    Run,
    Tasks,
)
from longwatch.domain.ticket import Command, Fact, Refused, stamp


def plan(tasks: Tasks, command: Command, planned: Plan) -> list[Fact]:
    """The tasks are these; nothing is opened yet. A plan not begun is replaced; after an end another round is planned.

    Raises Refused while tasks are under way.
    """
    if tasks.under_way:
        raise Refused("Its tasks are under way; the plan can no longer be changed.")
    draft = Draft(tasks, command.at, command.actor.id)
    again = tasks.rounds if tasks.status == PLANNED else tasks.rounds + 1
    draft.record("TasksPlanned", plan=plan_data(planned), round=again)
    return draft.facts


def begin(tasks: Tasks, command: Command, owners: Iterable[str] = ()) -> list[Fact]:
    """The first stage opens. `owners` (`user:`, `team:`, `role:`) may act on every task and have all backed out.

    Raises Refused when nothing is planned.
    """
    if tasks.status != PLANNED:
        raise Refused("Its tasks are under way." if tasks.under_way else "No tasks are planned. Plan them first.")
    draft = Draft(tasks, command.at, command.actor.id)
    draft.record("TasksStarted", owners=list(dict.fromkeys(owners)))
    follow(draft)
    return draft.facts


def cancel(tasks: Tasks, command: Command, text: Ref | None = None) -> list[Fact]:
    """The process ends without them; what was done stays done. Nothing follows where nothing is planned or under way.

    Raises Refused while backing out: that is finished, whatever becomes of the ticket.
    """
    if tasks.status in (BACKING_OUT, BACK_OUT_FAILED):
        raise Refused("Its tasks are being backed out. Finish that first.")
    if tasks.status not in (PLANNED, RUNNING):
        return []
    draft = Draft(tasks, command.at, command.actor.id)
    for run in tasks.runs:
        if run.live:
            draft.record("TaskCancelled", task=run.id, reason="The ticket goes on without it.")
    draft.record("TasksCancelled", text=text)
    return draft.facts


def follow(draft: Draft) -> None:
    """What comes next after something has ended or begun."""
    if draft.tasks.status == RUNNING:
        _go_on(draft)
    if draft.tasks.status == BACKING_OUT:
        _go_back(draft)


def _go_on(draft: Draft) -> None:
    """A failure is answered as the plan says; else the next stage opens when the one before is done."""
    tasks = draft.tasks
    assert tasks.plan is not None
    failed = next((run for run in tasks.runs if run.status == FAILED), None)
    if failed is not None:
        if tasks.plan.on_failure == BACK_OUT:
            back_out(draft, f"The task {tasks.job(failed.id).title} failed.", of=failed.id)
        return
    if any(run.live for run in tasks.runs):
        return
    stage = next((tasks.stage(run.id) for run in tasks.runs if run.status == WAITING), None)
    if stage is None:
        draft.record("TasksDone")
        return
    for run in tasks.runs:
        if run.status == WAITING and tasks.stage(run.id) == stage:
            open_(draft, run)


def open_(draft: Draft, run: Run) -> None:
    """It is to be done now, for the first time or again; its time runs."""
    limit = draft.tasks.job(run.id).limit
    due = None if limit is None else stamp(draft.at + timedelta(seconds=limit))
    draft.record("TaskOpened", task=run.id, attempt=run.attempt + 1, due=due)


def back_out(draft: Draft, reason: str, *, of: str | None = None, text: Ref | None = None) -> None:
    """Everything begun is to be undone. `of` is the task whose failure is the reason, if one is."""
    tasks = draft.tasks
    assert tasks.plan is not None
    paired = [step.id for step in tasks.plan.steps if step.back_out is not None]
    begun = [run.id for run in reversed(tasks.runs) if run.begun]
    draft.record(
        "BackOutStarted",
        reason=reason,
        of=of,
        text=text,
        undo=[id_ for id_ in begun if id_ in paired],
        kept=[id_ for id_ in begun if id_ not in paired],
    )
    for run in tasks.runs:
        if run.live and tasks.manual(run.id):
            draft.record("TaskCancelled", task=run.id, reason="It is being backed out.")


def _go_back(draft: Draft) -> None:
    """The next back-out, when no call is under way and the one before is done."""
    tasks = draft.tasks
    if any(run.live for run in tasks.everything):
        return
    failed = next((run for run in tasks.undo if run.status == FAILED), None)
    if failed is not None:
        draft.record("BackOutFailed", task=failed.id)
        return
    following = next((run for run in tasks.undo if run.status == WAITING), None)
    if following is not None:
        open_(draft, following)
        return
    undone = [run.id.removesuffix(SUFFIX) for run in tasks.undo if run.status == DONE]
    draft.record("TasksBackedOut", undone=undone, kept=list(tasks.kept))
