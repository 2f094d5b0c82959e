"""All rows that follow from a recorded state, for lists: ticket, voices, tasks, and a line in the schedule."""

from typing import Any

from sqlalchemy.orm import Session

from longwatch.messages import ALERT_GROUP, CHANGE
from longwatch.store import change_rules
from longwatch.store.outcomes import project_outcome
from longwatch.store.projection import columns
from longwatch.store.schedule import plan_row
from longwatch.store.tables import Ticket
from longwatch.store.tasks import project_tasks
from longwatch.store.voices import project_voices
from longwatch.store.writing import put


def project(session: Session, kind: str, state: Any, version: int) -> None:
    """Writes what lists show of a ticket; alert groups have lists of their own (`alert_lines`)."""
    if kind == ALERT_GROUP:
        return
    put(session, Ticket, columns(kind, state, version))
    project_voices(session, kind, state)
    project_tasks(session, kind, state)
    project_outcome(session, kind, state)
    if kind == CHANGE:
        _schedule(session, state, version)


def _schedule(session: Session, state: Any, version: int) -> None:
    """The line of a change in the forward schedule; a model whose change failed is no longer pre-authorised."""
    plan_row(session, CHANGE, state, version)
    if state.model is not None and state.closed_at is not None:
        change_rules.demote(session, state.model, state.number, state.outcome, state.closed_at)
