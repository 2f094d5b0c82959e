"""The change that is to solve a problem, and word from other tickets: how the change ended, and what recurred."""

from collections.abc import Callable
from typing import Any

from longwatch.domain import approval, case_links, case_people
from longwatch.domain import case_input as given
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_links_rules import kind_of
from longwatch.domain.problem_end import problem_of, recall_risk
from longwatch.domain.problem_state import DUPLICATE, FIXED_BY_CHANGE, RISK_ACCEPTED, State
from longwatch.domain.ticket import Refused

SUCCESSFUL = ("successful", "successful_with_issues")


def raise_change(draft: Draft) -> None:
    """Ask for a change that solves it, or name one that is there; what becomes of it becomes of the problem."""
    data, state = draft.command.data, problem_of(draft)
    ticket = given.number(data, "ticket") if data.get("ticket") else None
    if ticket is not None and kind_of(ticket) != "change":
        raise Refused(f"{ticket} is no change.", "ticket")
    recall_risk(draft)
    draft.record(
        "ChangeRaised",
        key=f"problem:{state.number}:{state.raised + 1}",
        ticket=ticket,
        title=given.optional_ref(data, "title"),
        description=given.optional_ref(data, "description"),
        before=state.status,
        status=draft.status_after("raise_change"),
    )
    if ticket is not None and case_links.known(state, "resolved_by", ticket) is None:
        draft.record("Linked", type="resolved_by", ticket=ticket)


def opened(draft: Draft) -> None:
    """The change it asked for has its number."""
    data, state = draft.command.data, problem_of(draft)
    if data.get("key") == f"problem:{state.number}:{state.raised}" and state.change is None:
        draft.record("ChangeOpened", ticket=given.number(data, "number"))


def _change_ended(draft: Draft) -> None:
    """A change that went well resolves it; any other end leads back to where it was before."""
    data, state = draft.command.data, problem_of(draft)
    ticket, outcome = given.number(data, "ticket"), given.name(data, "outcome", "how it ended")
    if ticket != state.change:
        return
    if outcome in SUCCESSFUL and draft.possible("change succeeded"):
        recall_risk(draft)
        case_people.close_work(
            draft, "change succeeded", code=FIXED_BY_CHANGE, text=None, automatic=True, because=ticket
        )
    elif draft.possible("change failed"):
        status = draft.status_after("change failed", state.before)
        draft.record("ChangeFailed", ticket=ticket, outcome=outcome, status=status)


def linked(draft: Draft) -> None:
    """An incident that it caused. One that happened after the problem was thought solved is a recurrence."""
    before = len(draft.facts)
    case_links.linked(draft)
    fresh = any(fact.type == "Linked" for fact in draft.facts[before:])
    if fresh and _recurs(draft, problem_of(draft)):
        draft.record("RecurrenceSeen", ticket=draft.command.data["ticket"])
        if problem_of(draft).approval.status == "granted":
            draft.add(approval.recall(problem_of(draft).approval, draft.command))
        case_people.again(draft, "recurrence", None)


def _recurs(draft: Draft, state: State) -> bool:
    """What was accepted may happen; and what happens to a duplicate happens to its original."""
    data: Any = draft.command.data
    opened_at = given.optional_instant(data, "opened_at")
    if data.get("type") != "caused" or opened_at is None or state.resolved_at is None:
        return False
    solved = state.resolution not in (DUPLICATE, RISK_ACCEPTED)
    return solved and opened_at > state.resolved_at and draft.possible("recurrence")


HEARS: dict[str, Callable[[Draft], None]] = {"change_ended": _change_ended}
MACHINES: dict[str, Callable[[Draft], None]] = {"opened": opened, "linked": linked}
