"""Who has a voice in a ticket's approval, as rows: lists and visibility ask them, the rules ask the state alone."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from longwatch.domain.approval import FACTS, evolve
from longwatch.domain.approval_state import OPEN, Approval, Run, Seat
from longwatch.domain.ticket import Fact
from longwatch.store.tables import Ticket
from longwatch.store.tables_approvals import Voice
from longwatch.store.writing import put

WAITS, VOTED, CLOSED = STATUSES = ("open", "voted", "closed")
LONGEST_WHY = 500


def project_voices(session: Session, _kind: str, state: Any) -> None:
    """Brings the rows of a ticket's approval to what its state says; nothing is asked where there never was one.

    Rows that the state knows no more (voided, replaced, another round) are closed, not taken away.
    """
    approval: Approval | None = getattr(state, "approval", None)
    if approval is not None and approval.rounds:
        _project(session, state.number, approval)


def mend_voices(session: Session, number: str, facts: Iterable[Fact]) -> None:
    """Puts back the rows of a ticket from all its facts: a state alone has forgotten whom earlier rounds asked."""
    approval = Approval()
    for fact in facts:
        if fact.type in FACTS:
            approval = evolve(approval, fact)
            _project(session, number, approval)


def _project(session: Session, number: str, approval: Approval) -> None:
    standing = {(row.stage, row.person): row for row in session.scalars(_of(number))}
    wanted = {(values["stage"], values["person"]): values for values in voices_of(number, approval)}
    for key, values in wanted.items():
        if key not in standing or _differs(standing[key], values):
            put(session, Voice, values)
    for key, row in standing.items():
        if key not in wanted and row.status != CLOSED:
            put(session, Voice, {**_values(row), "status": CLOSED, "decision": None, "voted_by": None})


def _of(ticket: str) -> Any:
    return select(Voice).where(Voice.ticket == ticket)


def _values(row: Voice) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in Voice.__table__.columns}


def _differs(row: Voice, values: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def voices_of(ticket: str, approval: Approval) -> list[dict[str, Any]]:
    """A row for everybody who may raise a voice in a stage that has opened: the approver, and who stands in."""
    if approval.policy is None:
        return []
    stages = zip(approval.policy.stages, approval.runs, strict=True)
    return [
        {"ticket": ticket, "stage": stage.id, "stage_title": stage.title, "round": approval.rounds, **values}
        for stage, run in stages
        for values in _of_stage(approval, run)
    ]


def _of_stage(approval: Approval, run: Run) -> Iterator[dict[str, Any]]:
    for seat in run.seats:
        said = {**_said(approval, run, seat), "holder": seat.person, "asked_at": run.opened_at, "due_at": run.due}
        why = ", ".join(f"by {name}" for name in seat.names)
        yield {**said, "person": seat.person, "why": why[:LONGEST_WHY]}
        if seat.delegate is not None:
            yield {**said, "person": seat.delegate, "why": f"delegate of {seat.person}"}


def _said(approval: Approval, run: Run, seat: Seat) -> dict[str, Any]:
    votable = approval.status == OPEN and run.status == OPEN
    status = CLOSED if not votable else WAITS if seat.vote is None else VOTED
    vote = seat.vote
    return {"status": status, "decision": vote.decision if vote else None, "voted_by": vote.by if vote else None}


def has_voice(session: Session, ticket: str, person: str) -> bool:
    """Whether the person has, or had, a voice in the ticket's approval, as an approver or a delegate."""
    asked = select(Voice.stage).where(Voice.ticket == ticket, Voice.person == person).limit(1)
    return session.scalar(asked) is not None


def voiced(session: Session, person: str) -> ColumnElement[bool] | None:
    """The condition on ticket rows that the person has, or had, a voice; none for somebody who was never asked.

    Most people were never asked: their lists must not pay for those who were.
    """
    if session.scalar(select(Voice.ticket).where(Voice.person == person).limit(1)) is None:
        return None
    return Ticket.number.in_(select(Voice.ticket).where(Voice.person == person))


def people_of(session: Session, tickets: Iterable[str]) -> dict[str, frozenset[str]]:
    """Per ticket, everybody who has, or had, a voice in it."""
    found: dict[str, set[str]] = {}
    rows = session.execute(select(Voice.ticket, Voice.person).where(Voice.ticket.in_(list(tickets))))
    for ticket, person in rows:
        found.setdefault(ticket, set()).add(person)
    return {ticket: frozenset(people) for ticket, people in found.items()}
