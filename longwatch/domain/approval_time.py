"""What time does to an approval: reminders, deadlines, the fallback, expiry.

A vote accepted before the deadline counts, however late it is decided; one at the very instant is late. A fallback
gets the stage's whole time again, counted from when it is called: after an outage nobody has missed a deadline they
never had.
"""

from dataclasses import dataclass
from datetime import datetime

from longwatch.domain.approval_course import times
from longwatch.domain.approval_draft import TIMER, Draft
from longwatch.domain.approval_policy import EXPIRE, TAKE_OVER
from longwatch.domain.approval_state import Approval
from longwatch.domain.ticket import Fact, stamp


@dataclass(frozen=True)
class Deadline:
    """When something falls due (UTC), what kind of thing, and of which stage."""

    at: datetime
    kind: str  # approval_reminder | approval_deadline | approval_retry
    name: str = ""


def deadlines(approval: Approval) -> tuple[Deadline, ...]:
    """Everything the approval will do by itself, soonest first. An approval under way has always one."""
    if not approval.under_way:
        return ()
    run, failure = approval.run, approval.failure
    dues = {
        "approval_deadline": run.due,
        "approval_reminder": run.remind_at,
        "approval_retry": failure.at if failure is not None else None,
    }
    found = (Deadline(at, kind, run.stage) for kind, at in dues.items() if at is not None)
    return tuple(sorted(found, key=lambda deadline: deadline.at))


def settle(approval: Approval, at: datetime) -> list[Fact]:
    """What time alone has decided by this instant: the deadline that passed."""
    draft = Draft(approval, at, TIMER)
    pass_deadline(draft)
    return draft.facts


def pass_deadline(draft: Draft) -> None:
    """The fallback is called, once; a stage without one, or whose fallback has had its time, expires."""
    approval = draft.approval
    if not approval.under_way or approval.run.due is None or draft.at < approval.run.due:
        return
    stage, due = approval.stage, stamp(approval.run.due)
    if stage.at_deadline == EXPIRE or approval.run.fallback:
        reason = f"The time of the stage {stage.title} has passed."
        draft.record_of_time("ApprovalExpired", stage=stage.id, due_passed=due, reason=reason)
        return
    draft.record_of_time(
        "FallbackCalled",
        stage=stage.id,
        how=stage.at_deadline,
        names=_called(approval),
        due_passed=due,
        **times(draft, stage.deadline, stage.reminder),
    )


def _called(approval: Approval) -> list[str]:
    """The fallback; and the approvers too where they stay and were never found."""
    stage = approval.stage
    stay = stage.at_deadline != TAKE_OVER and not approval.run.found
    both = [*(stage.approvers if stay else ()), *stage.fallback]
    return list(dict.fromkeys(one.name for one in both))


def ring(draft: Draft) -> None:
    """The alarm: who has not voted is reminded, once; approvers that could not be found are asked for again."""
    approval = draft.approval
    if not approval.under_way:
        return
    run, failure = approval.run, approval.failure
    if run.remind_at is not None and run.remind_at <= draft.at and run.due is not None:
        draft.record_of_time("ApprovalReminded", stage=run.stage, due=stamp(run.due), people=silent(approval))
    if failure is not None and failure.at <= draft.at:
        draft.record_of_time("ApproversAsked", stage=run.stage, names=list(failure.names), tries=approval.tries)


def silent(approval: Approval) -> list[str]:
    """Those the open stage still waits for: approvers who have not voted, and who stands in for them."""
    waiting = (seat for seat in approval.run.seats if seat.vote is None)
    people = (person for seat in waiting for person in (seat.person, seat.delegate))
    return list(dict.fromkeys(person for person in people if person is not None))
