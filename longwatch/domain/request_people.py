"""What people ask of a request alone, and what follows from it."""

from collections.abc import Callable, Mapping
from typing import Any

from longwatch.domain import case_input as given
from longwatch.domain import case_people, roles
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_opening import open_case
from longwatch.domain.request_course import begun, call_off, plan, request_of
from longwatch.domain.request_moves import RIGHTS
from longwatch.domain.request_order import edit, order_of, reject
from longwatch.domain.request_state import State
from longwatch.domain.tasks import Plan, PlanFault, plan_data, read_plan
from longwatch.domain.tasks_plan import MOST_TASKS, STOP
from longwatch.domain.tasks_state import BACK_OUT_FAILED, BACKING_OUT
from longwatch.domain.ticket import Actor, Refused, canonical


def open_(draft: Draft) -> None:
    """Ask for something: an item of the catalogue, or, in one's own words, for what is not in it."""
    open_case(draft, order=order_of(draft))


def fulfil(draft: Draft) -> None:
    """Done by hand: what was asked for is there, and what the requester should know of it."""
    text = given.ref(draft.command.data, "text", "what was done")
    case_people.close_work(draft, "fulfil", code="fulfilled", text=text, automatic=False)


def _reject(draft: Draft) -> None:
    """The desk does not do this, and says why."""
    reason = given.ref(draft.command.data, "reason", "why it is rejected")
    reject(draft, "reject", None, reason=reason)


def cancel(draft: Draft) -> None:
    """Withdrawn: nobody votes on it or works on it any more. What was done stays done."""
    call_off(draft, "cancelled")
    case_people.cancel(draft)


MOST_ADDED = 24_000
"""Bytes of the tasks added at once, as JSON."""

_TASK = ("id", "title", "instructions", "team", "person", "limit", "stage", "skippable")
"""What people may say of a task they add; calls to tools stand in the catalogue alone."""


def add_tasks(draft: Draft) -> None:
    """More is to be done than was planned: these tasks, now. Who does them is the request's team unless named."""
    listed = draft.command.data.get("tasks")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_TASKS:
        raise Refused(f"Please list 1 to {MOST_TASKS} tasks.", "tasks")
    tasks = [_task(one, n, draft.state.team) for n, one in enumerate(listed)]
    try:
        planned = read_plan({"on_failure": STOP, "tasks": tasks})
    except PlanFault as fault:
        raise Refused(fault.reason, fault.field) from fault
    if len(canonical(plan_data(planned)).encode()) > MOST_ADDED:
        raise Refused("That is too much to keep in a request. Shorten the instructions.", "tasks")
    plan(draft, planned, "add_tasks")


def _task(data: Any, place: int, team: str | None) -> dict[str, Any]:
    if not isinstance(data, Mapping) or any(name not in _TASK for name in data):
        raise Refused(f"A task is made of {', '.join(_TASK)}.", f"tasks[{place}]")
    whose = {} if data.get("team") or data.get("person") else {"team": team}
    return {"id": f"task-{place + 1}", **data, **whose}


def redo_tasks(draft: Draft) -> None:
    """Tasks of the last plan are to be done once more."""
    last, wanted = request_of(draft).tasks.plan, draft.command.data.get("tasks")
    if not isinstance(wanted, list) or not wanted:
        raise Refused("Please name the tasks that are to be done again.", "tasks")
    known = [] if last is None else [step.id for step in last.steps]
    strange = next((one for one in wanted if one not in known), None)
    if last is None or strange is not None:
        raise Refused(f"There is no task {str(strange)[:40]!r} here.", "tasks")
    steps = tuple(step for step in last.steps if step.id in wanted)
    plan(draft, Plan(last.on_failure, steps), "redo_tasks")


def _unread(state: State, _: Actor) -> str | None:
    return "Its catalogue item is still being looked up. Try again in a moment." if state.unread else None


def _by_hand(state: State, actor: Actor) -> str | None:
    if state.tasks.under_way:
        return "Its tasks are under way. Complete them, or cancel the request."
    return _unread(state, actor)


def _redo(state: State, actor: Actor) -> str | None:
    return _by_hand(state, actor) or ("It had no tasks. Add some instead." if state.tasks.plan is None else None)


def _cancel(state: State, actor: Actor) -> str | None:
    """A requester withdraws what nobody has begun to work on."""
    if state.tasks.status in (BACKING_OUT, BACK_OUT_FAILED):
        return "Its tasks are being backed out. Finish that first."
    if roles.works(actor, "cancel", RIGHTS) or not begun(state):
        return None
    return "Somebody works on it already. Write a message saying that you no longer need it."


DEMANDS: dict[str, Callable[[Any, Actor], str | None]] = {
    "start": _unread,
    "hold": _unread,
    "fulfil": _by_hand,
    "add_tasks": _by_hand,
    "redo_tasks": _redo,
    "cancel": _cancel,
}

DOES: dict[str, Callable[[Draft], None]] = {
    "open": open_,
    "edit": edit,
    "fulfil": fulfil,
    "add_tasks": add_tasks,
    "redo_tasks": redo_tasks,
    "reject": _reject,
    "cancel": cancel,
}
