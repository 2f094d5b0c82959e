"""What follows from what the approval and the tasks of a request came to."""

from typing import Any

from longwatch.domain import approval, tasks
from longwatch.domain.approval_state import REFUSE
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_people import close_work
from longwatch.domain.case_state import Ref
from longwatch.domain.clocks import CLOCKS, RESPONSE
from longwatch.domain.request_state import AWAITING_APPROVAL, State
from longwatch.domain.tasks_state import PLANNED, RUNNING


def request_of(draft: Draft) -> State:
    """The request as it stands in the draft."""
    assert isinstance(draft.state, State)
    return draft.state


def follow(draft: Draft) -> None:
    """Agreed: fulfilment begins. Not agreed: rejected. All tasks done: fulfilled."""
    if request_of(draft).status == AWAITING_APPROVAL:
        _decided(draft)
    if request_of(draft).status == "approved" and request_of(draft).tasks.status == PLANNED:
        begin_tasks(draft, "tasks begin")
    if request_of(draft).status == "fulfilled" and request_of(draft).tasks.status == RUNNING:
        draft.add(tasks.cancel(request_of(draft).tasks, draft.command))  # it ended with its parent or original
    _respond(draft)
    if _all_done(draft) and draft.possible("tasks done"):
        close_work(draft, "tasks done", code="fulfilled", text=None, automatic=True)


def _decided(draft: Draft) -> None:
    held = request_of(draft).approval
    outcome = approval.outcome(held)
    if outcome == "granted":
        draft.record("Approved", status=draft.status_after("approval granted"))
    elif outcome in ("refused", "expired"):
        record = draft.record_of_time if outcome == "expired" else draft.record
        move = f"approval {outcome}"
        status = draft.status_after(move)
        call_off(draft, "rejected")
        record("Rejected", why=move, words=held.reason, reason=_comment(held), status=status)


def _comment(held: approval.Approval) -> Ref | None:
    """What the last who refused wrote."""
    votes = [seat.vote for run in held.runs for seat in run.seats if seat.vote is not None]
    refusals = sorted((vote for vote in votes if vote.decision == REFUSE), key=lambda vote: vote.at)
    return refusals[-1].comment if refusals else None


def begin_tasks(draft: Draft, move: str) -> None:
    """The tasks planned are to be done now. The team, and those who lead, answer for them."""
    state = request_of(draft)
    owners = (f"team:{state.team}" if state.team else "role:dispatcher", "role:lead", "role:admin")
    draft.record("FulfilmentBegun", status=draft.status_after(move))
    draft.add(tasks.begin(request_of(draft).tasks, draft.command, owners))


def _respond(draft: Draft) -> None:
    """The first person who lays hands on a task has responded to the request."""
    actor = draft.command.actor
    by_hand = any(fact.type in tasks.FACTS and fact.actor == actor.id for fact in draft.facts)
    if not by_hand or actor.kind != "person" or draft.command.action not in tasks.ACTION_NAMES:
        return
    if draft.state.responded_at is None:
        draft.record("WorkBegun", responds=True)
        draft.end_clock(RESPONSE, "started")


def _all_done(draft: Draft) -> bool:
    """Whether they have come to their end now: what was done before a reopening does not count again."""
    return any(fact.type == "TasksDone" for fact in draft.facts) and not request_of(draft).tasks.under_way


def call_off(draft: Draft, why: str) -> None:
    """Nothing of what was promised, asked or planned goes on. Raises Refused while tasks are being backed out."""
    state = request_of(draft)
    draft.call_off(CLOCKS, why)
    if state.approval.under_way:
        draft.add(approval.recall(state.approval, draft.command))
    draft.add(tasks.cancel(state.tasks, draft.command))


def begun(state: State) -> bool:
    """Whether somebody works on it: it was started by hand, or one of its tasks was begun."""
    status = state.status if state.hold is None else state.hold.before
    if status in ("new", AWAITING_APPROVAL, "approved"):
        return False
    return not state.tasks.under_way or any(run.begun for run in state.tasks.runs)


def plan(draft: Draft, planned: Any, move: str) -> None:
    """Other tasks than before, to be done now."""
    draft.add(tasks.plan(request_of(draft).tasks, draft.command, planned))
    begin_tasks(draft, move)
