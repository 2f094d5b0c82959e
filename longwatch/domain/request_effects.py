"""Who is told of what becomes of a request."""

from longwatch.domain.case_effects import Follow, notify
from longwatch.domain.request_state import State
from longwatch.domain.ticket import Effect, Fact


def _said(state: State, name: str) -> str:
    """What the item tells its requester on this occasion."""
    terms = None if state.order is None else state.order.terms
    return "" if terms is None else str(terms["texts"].get(name) or "")


def _pinned(state: State, fact: Fact) -> list[Effect | None]:
    said = _said(state, "submitted")
    if not said and fact.data["policy"] is None:
        return []
    needed = fact.data["policy"] is not None
    return [notify(state, ("requester",), "request_received", said=said, approval_needed=needed)]


def _approved(state: State, _: Fact) -> list[Effect | None]:
    """The requester; and, where no tasks tell people what to do, whoever has it now."""
    to = ("requester",) if state.tasks.plan is not None else ("requester", "assignee")
    return [notify(state, to, "request_approved")]


def _rejected(state: State, fact: Fact) -> list[Effect | None]:
    data = fact.data
    return [notify(state, ("requester",), "request_rejected", words=data["words"], reason=data["reason"])]


def _fulfilled(state: State, fact: Fact) -> list[Effect | None]:
    said = _said(state, "fulfilled")
    return [notify(state, ("requester",), "request_fulfilled", said=said, text=fact.data["text"])]


FOLLOWS: dict[str, Follow] = {
    "ItemPinned": _pinned,
    "Approved": _approved,
    "Rejected": _rejected,
    "Resolved": _fulfilled,
}
