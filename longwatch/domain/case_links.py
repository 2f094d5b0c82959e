"""Links between tickets, and what tickets say to one another: that they are linked, and what became of them.

Word comes as commands that the other ticket's journal wrote; a ticket never reaches into another. `told` carries the
event's name; a process that does not heed an event, or is over, lets it pass.
"""

from collections.abc import Callable
from typing import Any

from longwatch.domain import case_input as given
from longwatch.domain import case_merge
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_links_rules import LIFTS, MOST_TOLD, judges, unfit
from longwatch.domain.case_links_state import Link
from longwatch.domain.case_moves import INVERSE, LINK_TYPES, MOST_LINKS, RELATIONS
from longwatch.domain.case_people import close_work, lift
from longwatch.domain.case_state import Case
from longwatch.domain.ticket import Refused


def link(draft: Draft) -> None:
    """A relation to another ticket, each once."""
    found = given.link(draft.command.data, LINK_TYPES)
    state = draft.state
    if found["ticket"] == state.number:
        raise Refused("A ticket cannot be linked to itself. Name another one.", "ticket")
    if known(state, found["type"], found["ticket"]) is not None:
        raise Refused(f"It is linked to {found['ticket']} in this way already.", "ticket")
    reason = unfit(state, found["type"], found["ticket"], INVERSE) if judges(state) else None
    if reason is not None:
        raise Refused(reason, "type")
    draft.record("Linked", **found)


def unlink(draft: Draft) -> None:
    """The relation was a mistake, or holds no longer; the other side learns of it."""
    found = given.link(draft.command.data, LINK_TYPES)
    link = known(draft.state, found["type"], found["ticket"])
    if link is None:
        raise Refused(f"It is not linked to {found['ticket']} in this way.", "ticket")
    draft.record("Unlinked", **found, marks=list(link.marks))


def known(state: Case, type_: str, ticket: str) -> Link | None:
    """The link of this type to that ticket."""
    return next((one for one in state.links if (one.type, one.ticket) == (type_, ticket)), None)


def linked(draft: Draft) -> None:
    """Another ticket was linked to this one. Known already, or one too many: nothing follows."""
    data = draft.command.data
    found: dict[str, Any] = given.link(data, RELATIONS)
    if data.get("marks"):
        found["marks"] = given.names(data, "marks")
    record_link(draft, found)


def record_link(draft: Draft, found: dict[str, Any]) -> None:
    """The relation as the other side sees it, once, and never to itself. What cannot stand here is declined there."""
    state = draft.state
    link = known(state, found["type"], found["ticket"])
    new = [mark for mark in found.get("marks", ()) if link is None or mark not in link.marks]
    if found["ticket"] == state.number or (link is not None and not new):
        return
    if not judges(state):
        if link is None and len(state.links) < MOST_LINKS:
            draft.record("Linked", **found, mirror=True)
        return
    reason = None if link is not None else _unwelcome(state, found)
    if reason is None:
        draft.record("Linked", **found, mirror=True)
    else:
        draft.record("LinkDeclined", **found, reason=reason)


def _unwelcome(state: Case, found: dict[str, Any]) -> str | None:
    if len(state.links) >= MOST_TOLD:
        return f"{state.number} has {MOST_TOLD} links."
    return unfit(state, found["type"], found["ticket"], INVERSE)


def opened(draft: Draft) -> None:
    """A ticket was opened on this one's behalf. Its own opening names the link; the word of it comes from there."""


def told(draft: Draft) -> None:
    """Word from another ticket."""
    event = given.name(draft.command.data, "event", "what became of it")
    heed = draft.process.hears.get(event) or HEARS.get(event)
    if heed is not None:
        heed(draft)


def sender(draft: Draft) -> str:
    """Which ticket speaks."""
    return given.name(draft.command.data, "ticket", "which ticket")


def _unlinked(draft: Draft) -> None:
    """The other side unlinked, or declined: what it knew of the relation is undone here too."""
    data = draft.command.data
    found = given.link(data, RELATIONS)
    marks = given.names(data, "marks")
    link = known(draft.state, found["type"], found["ticket"])
    if link is None or (link.marks and not any(mark in link.marks for mark in marks)):
        return
    reason = given.optional_name(data, "reason")
    draft.record("Unlinked", **found, marks=marks, mirror=True, **({"reason": reason} if reason else {}))


def _done(draft: Draft) -> None:
    """A linked record is done: the hold that waited for it, and for nothing else, is over."""
    data, hold = draft.command.data, draft.state.hold
    if hold is None or LIFTS.get(hold.reason, "") != data.get("kind"):
        return
    ticket = sender(draft)
    if hold.ticket is not None and hold.ticket != ticket:
        return
    draft.record("RecordDone", ticket=ticket, kind=data["kind"])
    lift(draft, "record done", "record_done")


def _parent_resolved(draft: Draft) -> None:
    """What the parent suffered from is over, and with it this. What is done already, or held apart, stays as it is."""
    _resolve_with(draft, "child_of", "parent resolved")


def _original_resolved(draft: Draft) -> None:
    """The ticket that this one repeats is resolved."""
    _resolve_with(draft, "duplicate_of", "original resolved", "duplicate")


def _resolve_with(draft: Draft, relation: str, move: str, code: str | None = None) -> None:
    data, ticket = draft.command.data, sender(draft)
    if known(draft.state, relation, ticket) is None or not draft.possible(move):
        return
    text = given.optional_ref(data, "text")
    code = code or given.word(data, "code", ("fixed",))
    close_work(draft, move, code=code, text=text, automatic=True, because=ticket)


def _parent_reopened(draft: Draft) -> None:
    """It was not fixed for the parent. Whether it is here, its owner must see: this ticket stays as it is."""
    ticket = sender(draft)
    if known(draft.state, "child_of", ticket) or known(draft.state, "duplicate_of", ticket):
        draft.record("ParentReopened", ticket=ticket, reason=given.optional_ref(draft.command.data, "reason"))


HEARS: dict[str, Callable[[Draft], None]] = {
    **case_merge.HEARS,
    "done": _done,
    "unlinked": _unlinked,
    "parent_resolved": _parent_resolved,
    "original_resolved": _original_resolved,
    "parent_reopened": _parent_reopened,
}
"""What every ticket heeds."""

DOES: dict[str, Callable[[Draft], None]] = {"link": link, "unlink": unlink}
