"""What other tickets are told of a ticket's facts: those linked to it, its children, those it was merged with."""

from collections.abc import Mapping
from typing import Any

from longwatch.domain.case_effects import Follow, notify, tell
from longwatch.domain.case_links_state import Link
from longwatch.domain.case_moves import INVERSE
from longwatch.domain.case_process import Process
from longwatch.domain.case_state import Case
from longwatch.domain.ticket import Effect, Fact, Notify, Open, Send, stamp


def between(process: Process, state: Case, fact: Fact) -> list[Effect]:
    """What the tickets around this one are told of the fact; `state` is the one after it."""
    follow = _FOLLOWS.get(fact.type)
    effects = [] if follow is None else follow(state, fact)
    for link in _new_links(state, fact):
        effects += [*_greeting(state, link), *process.greets(state, link)]
    return [effect for effect in effects if effect is not None]


def _new_links(state: Case, fact: Fact) -> tuple[Link, ...]:
    """The links that the fact made, from either side."""
    if fact.type == "Opened":
        return state.links
    if fact.type != "Linked":
        return ()
    return tuple(one for one in state.links if (one.type, one.ticket) == (fact.data["type"], fact.data["ticket"]))


def _greeting(state: Case, link: Link) -> list[Effect | None]:
    """Whoever is linked to what is resolved already is told at once."""
    if state.resolved_at is None or state.cancelled_at is not None:
        return []
    return [_resolved_word(state, link)]


def _resolved_word(state: Case, link: Link) -> Effect | None:
    event = {"parent_of": "parent_resolved", "has_duplicate": "original_resolved"}.get(link.type)
    if event is None:
        return None
    said = {"code": state.resolution, "text": state.resolution_text}
    return Send(link.ticket, "told", {"event": event, "ticket": state.number, **said})


def _opened(state: Case, _: Fact) -> list[Effect | None]:
    return [_mirrored(state, link, link.marks) for link in state.links]


def _linked(state: Case, fact: Fact) -> list[Effect | None]:
    """The other ticket learns of it too, unless it is where the word came from."""
    data = fact.data
    if data.get("mirror"):
        return []
    marks = (f"{state.number}:{state.linked}",)
    return [_mirrored(state, Link(data["type"], data["ticket"]), marks)]


def _mirrored(state: Case, link: Link, marks: tuple[str, ...]) -> Send:
    """With when this one was opened, so that the other side can tell a recurrence from an old case."""
    opened = {} if state.opened_at is None else {"opened_at": stamp(state.opened_at)}
    said = {"type": INVERSE[link.type], "ticket": state.number, "marks": list(marks)}
    return Send(link.ticket, "linked", {**said, **opened})


def _unlinked(state: Case, fact: Fact) -> list[Effect | None]:
    """The other side undoes it too; whoever lost a link because the other side declined it is told."""
    data = fact.data
    if not data.get("mirror"):
        return [_undone(state, data, None)]
    if "reason" not in data:
        return []
    return [notify(state, ("assignee",), "link_declined", ticket=data["ticket"], reason=data["reason"])]


def _declined(state: Case, fact: Fact) -> list[Effect | None]:
    return [_undone(state, fact.data, fact.data["reason"])]


def _undone(state: Case, data: Mapping[str, Any], reason: str | None) -> Send:
    said = {"type": INVERSE[data["type"]], "marks": list(data.get("marks", ()))}
    why = {"reason": reason[:200]} if reason else {}
    return Send(data["ticket"], "told", {"event": "unlinked", "ticket": state.number, **said, **why})


def _resolved(state: Case, fact: Fact) -> list[Effect | None]:
    """Children and duplicates end with it."""
    return [*(_resolved_word(state, link) for link in state.links), *_standing(state, fact)]


def _reopened(state: Case, fact: Fact) -> list[Effect | None]:
    """Their owners judge for themselves whether children and duplicates are done."""
    family = ("parent_of", "has_duplicate")
    return [*tell(state, family, "parent_reopened", reason=fact.data["reason"]), *_standing(state, fact)]


def _parent_reopened(state: Case, fact: Fact) -> list[Effect | None]:
    data = fact.data
    return [notify(state, ("assignee",), "parent_reopened", parent=data["ticket"], reason=data["reason"])]


def _standing(state: Case, fact: Fact) -> list[Effect | None]:
    """Tickets merged into this one are told where it stands."""
    over = state.ended_at is not None and not state.merging.merged
    return _to_followers(state, status=state.status, over=over, text=fact.data.get("text"))


def _to_followers(state: Case, **said: Any) -> list[Effect | None]:
    return [
        Send(ticket, "told", {"event": "followed", "ticket": state.number, **said})
        for ticket in state.merging.followers
    ]


def _followed(state: Case, fact: Fact) -> list[Effect | None]:
    """The requester still learns what became of it, and so do those merged into this one."""
    data = fact.data
    told = data["status"] != data["before"] and (data["over"] or data["status"] in ("resolved", "fulfilled"))
    word = notify(state, ("requester",), "followed", into=data["ticket"], standing=data["status"], text=data["text"])
    return [word if told else None, *_to_followers(state, status=data["status"], over=data["over"], text=data["text"])]


def _message(state: Case, fact: Fact) -> list[Effect | None]:
    """Public words go on to where the ticket goes on; the desk's public words also to those merged into it."""
    data = fact.data
    if not data["public"]:
        return []
    words = {"body": data["body"], "by": data["by"], "writer": fact.actor, "origin": state.number}
    return [*_onward(state, words), *(_back(state, words) if data["by"] == "staff" else [])]


def _onward(state: Case, words: Mapping[str, Any]) -> list[Effect | None]:
    into = state.merging.into
    return [_forward(state, into, words)] if into is not None and state.merging.merged else []


def _back(state: Case, words: Mapping[str, Any]) -> list[Effect | None]:
    return [_forward(state, ticket, words) for ticket in state.merging.followers]


def _forward(state: Case, ticket: str, words: Mapping[str, Any]) -> Send:
    return Send(ticket, "told", {"event": "forwarded", "ticket": state.number, **words})


def _forwarded(state: Case, fact: Fact) -> list[Effect | None]:
    """From a ticket merged into this one: its owner reads it. From where this one went on: its requester does."""
    data = fact.data
    words = {name: data[name] for name in ("body", "by", "writer", "origin")}
    if data["ticket"] in state.merging.followers:
        told = None if state.merging.merged else _said(state, "assignee", "message", data)
        return [told, *_onward(state, words)]
    return [_said(state, "requester", "reply", data), *_back(state, words)]


def _said(state: Case, to: str, template: str, data: Mapping[str, Any]) -> Notify | None:
    return notify(state, (to,), template, body=data["body"], by=data["by"])


def _merge_offered(state: Case, fact: Fact) -> list[Effect | None]:
    said = {"title": state.title, "description": state.description, "requester": state.requester}
    into = state.merging.into
    assert into is not None
    return [_tell(state, into, "merge", **said, messages=fact.data["messages"])]


def _merged(state: Case, fact: Fact) -> list[Effect | None]:
    into = fact.data["into"]
    return [notify(state, ("requester",), "merged", into=into), *_to_followers(state, status=state.status, over=False)]


def _tell(state: Case, ticket: str, event: str, **said: Any) -> Send:
    return Send(ticket, "told", {"event": event, "ticket": state.number, **said})


def _merged_here(state: Case, fact: Fact) -> list[Effect | None]:
    ticket = fact.data["ticket"]
    over = state.ended_at is not None
    agreed = _tell(state, ticket, "merge_agreed", status=state.status, over=over)
    return [agreed, notify(state, ("assignee",), "merged_here", ticket=ticket)]


def _merge_declined(state: Case, fact: Fact) -> list[Effect | None]:
    return [_tell(state, fact.data["ticket"], "merge_declined", reason=fact.data["reason"])]


def _merge_set_aside(state: Case, fact: Fact) -> list[Effect | None]:
    data = fact.data
    return [notify(state, ("assignee",), "merge_set_aside", into=data["into"], reason=data["reason"])]


def _merge_withdrawn(state: Case, fact: Fact) -> list[Effect | None]:
    return [_tell(state, fact.data["into"], "merge_off")]


def _split(state: Case, fact: Fact) -> list[Effect | None]:
    """The new ticket, once per split, with the words by reference."""
    data = fact.data
    first = data["messages"][0]["body"] if data["messages"] else None
    opening = {
        "source": "desk",
        "title": data["title"],
        "description": first,
        "requester": state.requester,
        "category": state.category,
        "ci": state.ci,
        "service": state.service,
        "impact": None,
        "urgency": None,
        "tags": [],
        "links": [{"type": "split_from", "ticket": state.number}],
        "quoted": {"origin": state.number, "messages": data["messages"]},
    }
    return [Open(f"split:{state.number}:{data['key']}", data["kind"], opening)]


def _split_set_aside(state: Case, fact: Fact) -> list[Effect | None]:
    return [notify(state, ("assignee",), "split_set_aside", reason=fact.data["reason"])]


_FOLLOWS: dict[str, Follow] = {
    "Opened": _opened,
    "Linked": _linked,
    "Unlinked": _unlinked,
    "LinkDeclined": _declined,
    "Resolved": _resolved,
    "Reopened": _reopened,
    "ParentReopened": _parent_reopened,
    **dict.fromkeys(("Started", "Held", "Resumed", "Closed", "Cancelled", "MajorReviewed"), _standing),
    "MessageAdded": _message,
    "MessageForwarded": _forwarded,
    "MergeOffered": _merge_offered,
    "MergedHere": _merged_here,
    "MergeDeclined": _merge_declined,
    "MergeSetAside": _merge_set_aside,
    "MergeWithdrawn": _merge_withdrawn,
    "Merged": _merged,
    "Followed": _followed,
    "Split": _split,
    "SplitSetAside": _split_set_aside,
}
