"""Tasks of tickets as rows: lists and calls ask them, the rules ask the state alone."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from longwatch.domain.tasks_gate import unsettled
from longwatch.domain.tasks_state import IN_PROGRESS, OPEN, Run, Tasks, is_back_out
from longwatch.store.tables_tasks import TaskRow
from longwatch.store.writing import changed, put

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The deadline of a task that has none: sorts last and is no null, so that lists page by one index."""


def project_tasks(session: Session, _kind: str, state: Any) -> None:
    """Brings the rows of a ticket's tasks to what its state says; nothing is asked where none were ever planned.

    Tasks of an earlier plan are taken away: the journal keeps them.
    """
    held: Tasks | None = getattr(state, "tasks", None)
    if held is None or not held.rounds:
        return
    standing = {row.id: row for row in session.scalars(select(TaskRow).where(TaskRow.ticket == state.number))}
    wanted = rows_of(state.number, held)
    for values in wanted:
        row = standing.pop(values["id"], None)
        if row is None or any(getattr(row, name) != value for name, value in values.items()):
            put(session, TaskRow, values)
    if standing:
        gone = delete(TaskRow).where(TaskRow.ticket == state.number, TaskRow.id.in_(list(standing)))
        changed(session, gone)


def rows_of(ticket: str, held: Tasks) -> list[dict[str, Any]]:
    """A row per task and back-out, in their order."""
    return [_row(ticket, held, position, run) for position, run in enumerate(held.everything)]


def _row(ticket: str, held: Tasks, position: int, run: Run) -> dict[str, Any]:
    job = held.job(run.id)
    return {
        "ticket": ticket,
        "id": run.id,
        "position": position,
        "stage": held.stage(run.id),
        "back_out": is_back_out(run.id),
        "title": job.title,
        "kind": job.kind,
        "hook": job.hook,
        "status": run.status,
        "unsettled": held.under_way and unsettled(held, run),
        "team": run.team,
        "person": run.person,
        "attempt": run.attempt,
        "opened_at": run.opened_at,
        "due_at": run.due or NEVER,
        "overdue": run.overdue,
        "ended_at": run.ended_at,
    }


def of_ticket(session: Session, ticket: str) -> list[TaskRow]:
    """All tasks of a ticket's present plan, back-outs last."""
    return list(session.scalars(select(TaskRow).where(TaskRow.ticket == ticket).order_by(TaskRow.position)))


def awaits(session: Session, ticket: str, task: str, attempt: int) -> bool:
    """Whether the result of an attempt is still waited for. A task that has no row is believed to be."""
    row = session.get(TaskRow, (ticket, task))
    return row is None or (row.status in (OPEN, IN_PROGRESS) and row.attempt == attempt)
