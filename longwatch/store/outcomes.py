"""What became of tickets, in figures: how changes went, how long restoring and changing took, what problems ended.

Figures look back over `SINCE`. Rates are left to whoever reads them: counts by outcome add up over any division.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from longwatch.messages import CHANGE, INCIDENT, PROBLEM
from longwatch.store.tables_outcomes import Outcome
from longwatch.store.writing import changed, put

SINCE = timedelta(days=90)
"""How far back the figures look."""


FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "longwatch_changes_closed": ("Changes of the last 90 days by how they went.", ("type", "outcome")),
    "longwatch_mean_seconds_to_change": (
        "Mean lead time of changes of the last 90 days: from draft to implemented.",
        ("type",),
    ),
    "longwatch_mean_seconds_to_restore": (
        "Mean time from opening to resolution of incidents of the last 90 days.",
        ("priority",),
    ),
    "longwatch_problems_solved": ("Problems solved in the last 90 days.", ()),
    "longwatch_problem_incidents_ended": (
        "Incidents that the problems solved in the last 90 days had caused, and cause no more.",
        (),
    ),
    "longwatch_problem_recurrences": ("How often those problems came back before.", ()),
}
"""What the figures mean, and what each is told by."""


@dataclass(frozen=True)
class Figure:
    """One figure: of which family, of what, how much."""

    name: str
    of: tuple[str, ...]
    value: float


def project_outcome(session: Session, kind: str, state: Any) -> None:
    """Writes how a ticket ended; takes it away when it is open again."""
    values = outcome_of(kind, state)
    if values is not None:
        put(session, Outcome, values)
    elif getattr(state, "reopen_count", 0) or getattr(state, "recurrences", 0):
        changed(session, delete(Outcome).where(Outcome.ticket == state.number))


def outcome_of(kind: str, state: Any) -> dict[str, Any] | None:
    """The row of a ticket; none while it has not come to an end, or was withdrawn before there was one."""
    ended = state.implemented_at if kind == CHANGE else state.resolved_at
    outcome = state.outcome if kind == CHANGE else state.resolution
    if ended is None or outcome is None:
        return None
    return {
        "ticket": state.number,
        "kind": kind,
        "type": getattr(state, "type", None),
        "priority": state.priority,
        "outcome": outcome,
        "opened_at": state.opened_at,
        "ended_at": ended,
        "incidents": sum(link.type == "caused" for link in state.links) if kind == PROBLEM else 0,
        "recurrences": getattr(state, "recurrences", 0),
    }


def figures(session: Session, now: datetime) -> Iterator[Figure]:
    """How it went since then, as of now."""
    since = now - SINCE
    yield from _changes(session, since)
    yield from _spans(session, since)
    yield from _problems(session, since)


def _changes(session: Session, since: datetime) -> Iterator[Figure]:
    """Success rate and unauthorised changes follow from the counts by outcome."""
    counted = select(Outcome.type, Outcome.outcome, func.count())
    wanted = counted.where(Outcome.kind == CHANGE, Outcome.ended_at >= since)
    grouped = wanted.group_by(Outcome.type, Outcome.outcome).order_by(Outcome.type, Outcome.outcome)
    for type_, outcome, count in session.execute(grouped):
        yield Figure("longwatch_changes_closed", (type_ or "", outcome), count)


def _spans(session: Session, since: datetime) -> Iterator[Figure]:
    """Mean time to restore by priority; mean lead time by type of change."""
    rows = select(Outcome.kind, Outcome.type, Outcome.priority, Outcome.opened_at, Outcome.ended_at)
    wanted = rows.where(Outcome.kind.in_([INCIDENT, CHANGE]), Outcome.ended_at >= since)
    spans: dict[tuple[str, str], list[float]] = {}
    for kind, type_, priority, opened, ended in session.execute(wanted.execution_options(yield_per=1000)):
        key = (kind, str(priority) if kind == INCIDENT else type_ or "")
        total = spans.setdefault(key, [0.0, 0.0])
        total[0] += (ended - opened).total_seconds()
        total[1] += 1
    for (kind, of), (seconds, count) in sorted(spans.items()):
        name = "longwatch_mean_seconds_to_restore" if kind == INCIDENT else "longwatch_mean_seconds_to_change"
        yield Figure(name, (of,), seconds / count)


def _problems(session: Session, since: datetime) -> Iterator[Figure]:
    """A problem solved for good spares the incidents that it would have gone on causing."""
    solved = select(func.count(), func.sum(Outcome.incidents), func.sum(Outcome.recurrences))
    row = session.execute(solved.where(Outcome.kind == PROBLEM, Outcome.ended_at >= since)).one()
    count, incidents, recurrences = (float(value or 0) for value in row)
    yield Figure("longwatch_problems_solved", (), count)
    yield Figure("longwatch_problem_incidents_ended", (), incidents)
    yield Figure("longwatch_problem_recurrences", (), recurrences)
