"""What the facts between tickets make of a ticket: links, merging and splitting, in the order of their protocols."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from longwatch.domain import case_fold_clocks as timed
from longwatch.domain.case_links_state import Link, Merging, Splitting
from longwatch.domain.case_questions import answered, ask, unasked
from longwatch.domain.case_state import Case
from longwatch.domain.ticket import Fact, instant

S = TypeVar("S", bound=Case)


def first_links(number: str, links: Iterable[dict[str, str]]) -> tuple[Link, ...]:
    """The links a ticket is opened with, each marked as made here."""
    return tuple(Link(one["type"], one["ticket"], (f"{number}:{n}",)) for n, one in enumerate(links, 1))


def _linked(state: S, fact: Fact) -> S:
    """From here with a mark of its own, or from the other side with the marks it sent along."""
    data = fact.data
    if data.get("mirror"):
        return _with(state, data["type"], data["ticket"], tuple(data.get("marks", ())))
    linked = state.linked + 1
    return _with(replace(state, linked=linked), data["type"], data["ticket"], (f"{state.number}:{linked}",))


def _with(state: S, type_: str, ticket: str, marks: tuple[str, ...]) -> S:
    for place, one in enumerate(state.links):
        if (one.type, one.ticket) == (type_, ticket):
            more = (*one.marks, *(mark for mark in marks if mark not in one.marks))
            return replace(state, links=(*state.links[:place], replace(one, marks=more), *state.links[place + 1 :]))
    return replace(state, links=(*state.links, Link(type_, ticket, marks)))


def _unlinked(state: S, fact: Fact) -> S:
    """The acts of linking that were known to whoever unlinked are undone."""
    data = fact.data
    kept = []
    for one in state.links:
        if (one.type, one.ticket) == (data["type"], data["ticket"]):
            marks = tuple(mark for mark in one.marks if mark not in data["marks"])
            if marks:
                kept.append(replace(one, marks=marks))
        else:
            kept.append(one)
    return replace(state, links=tuple(kept))


def _without(state: S, type_: str, ticket: str) -> S:
    kept = tuple(one for one in state.links if (one.type, one.ticket) != (type_, ticket))
    return replace(state, links=kept)


def _noted(state: S, _: Fact) -> S:
    """It is in the journal; nothing of the state depends on it."""
    return state


def _merge_asked(state: S, fact: Fact) -> S:
    data = fact.data
    merging = replace(state.merging, into=data["into"], until=instant(data["until"]))
    return replace(ask(state, "merge_words", {"ticket": state.number}), merging=merging)


def _merge_dropped(state: S, _: Fact) -> S:
    return replace(unasked(state, "merge_words"), merging=Merging(followers=state.merging.followers))


def _merged(state: S, fact: Fact) -> S:
    """It ends here and goes on there: its clocks stand still, and nothing of it closes by itself any more."""
    data = fact.data
    merging = replace(state.merging, merged=True, until=None, status=data["standing"], over=False)
    ended = replace(
        state,
        status=data["status"],
        resolved_at=state.resolved_at or fact.at,
        closed_at=fact.at,
        resolution=data["code"],
        hold=None,
        merging=merging,
    )
    return _with(replace(timed.resolved(ended, fact.at), closing=None), "merged_into", data["into"], (_mark(state),))


def _mark(state: Case) -> str:
    return f"{state.number}:merge"


def _merged_here(state: S, fact: Fact) -> S:
    ticket = fact.data["ticket"]
    followers = (*(one for one in state.merging.followers if one != ticket), ticket)
    linked = _with(state, "merged_from", ticket, (f"{ticket}:merge",))
    return replace(linked, merging=replace(state.merging, followers=followers))


def _merge_undone(state: S, fact: Fact) -> S:
    ticket = fact.data["ticket"]
    followers = tuple(one for one in state.merging.followers if one != ticket)
    return replace(_without(state, "merged_from", ticket), merging=replace(state.merging, followers=followers))


def _followed(state: S, fact: Fact) -> S:
    """Where the ticket that this one goes on in stands. The window after the end begins when that one has ended."""
    data = fact.data
    merging = replace(state.merging, status=data["status"], over=data["over"])
    return replace(state, merging=merging, closed_at=fact.at if data["over"] else state.closed_at)


def _split_asked(state: S, fact: Fact) -> S:
    data = fact.data
    splitting = Splitting(data["key"], dict(data["title"]), data["kind"], tuple(data["lines"]))
    asked = ask(state, "split_words", {"ticket": state.number, "lines": list(data["lines"])})
    return replace(asked, splitting=splitting)


def _split(state: S, fact: Fact) -> S:
    done = answered(state, fact) if "question" in fact.data else unasked(state, "split_words")
    return replace(done, splitting=None)


CHANGES: dict[str, Callable[[Any, Fact], Any]] = {
    "Linked": _linked,
    "Unlinked": _unlinked,
    "LinkDeclined": _noted,
    "ParentReopened": _noted,
    "MergeAsked": _merge_asked,
    "MergeOffered": answered,
    "MergeSetAside": _merge_dropped,
    "MergeWithdrawn": _noted,
    "Merged": _merged,
    "MergedHere": _merged_here,
    "MergeDeclined": _noted,
    "MergeUndone": _merge_undone,
    "Followed": _followed,
    "MessageForwarded": _noted,
    "MessagesQuoted": _noted,
    "SplitAsked": _split_asked,
    "SplitSetAside": _split,
    "Split": _split,
}
"""The types of fact that come of what is between tickets."""
