"""Merging: two tickets are about the same thing, and one of them goes on in the other.

The one asks, with its words; the other agrees or declines by its own rules; only then does the first end. Each step is
a fact on one side and a word to the other, so that neither can believe what the other does not know. A ticket that has
ended for good gives no answer: the merge is set aside after ten minutes.

Afterwards public messages written on the merged ticket go on to the other, and the desk's public words and the standing
of the other come back, for whoever asked for help there.
"""

from collections.abc import Callable
from datetime import timedelta

from longwatch.domain import case_input as given
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_links_rules import kind_of
from longwatch.domain.case_people import again
from longwatch.domain.case_state import Case
from longwatch.domain.clocks import RESOLUTION, RESPONSE, UPDATE
from longwatch.domain.ticket import Actor, Refused, stamp

PATIENCE = timedelta(minutes=10)
"""How long the other ticket may take to agree; an answer that comes later finds the merge set aside."""

MOST_FOLLOWERS = 100

MERGED = "merged"
"""The resolution code of a ticket that goes on elsewhere."""


def merge(draft: Draft) -> None:
    """Ask the other ticket to take this one in."""
    into, state = given.number(draft.command.data, "into"), draft.state
    if into == state.number:
        raise Refused("A ticket cannot be merged into itself. Name another one.", "into")
    if kind_of(into) != state.KIND:
        raise Refused(f"{into} is no {state.KIND}. Link them instead.", "into")
    draft.record("MergeAsked", into=into, until=stamp(draft.at + PATIENCE))


def merge_demand(state: Case, _: Actor) -> str | None:
    """A ticket asks one other at a time, and what others hang on stays."""
    if state.merging.asked:
        return f"It waits for {state.merging.into} to take it in. Try again when that is decided."
    if any(link.type == "parent_of" for link in state.links):
        return "It has children. Unlink them first, or merge the other ticket into this one."
    return None


def reopen_demand(state: Case, _: Actor) -> str | None:
    """What was merged goes on elsewhere."""
    if not state.merging.merged:
        return None
    return f"It goes on as {state.merging.into}. Write a message here: it is read there."


def _asked(draft: Draft) -> None:
    """Another ticket asks to go on in this one."""
    data, state = draft.command.data, draft.state
    ticket = given.number(data, "ticket")
    reason = _unable(draft, ticket)
    if reason is not None:
        draft.record("MergeDeclined", ticket=ticket, reason=reason)
        return
    draft.record(
        "MergedHere",
        ticket=ticket,
        title=given.optional_ref(data, "title"),
        description=given.optional_ref(data, "description"),
        requester=given.optional_name(data, "requester"),
        messages=given.said(data.get("messages") or []),
        status=state.status,
    )


def _unable(draft: Draft, ticket: str) -> str | None:
    """Why this ticket cannot take that one in."""
    state, merging = draft.state, draft.state.merging
    if merging.into is not None:
        return f"{state.number} is itself merged into {merging.into}."
    if not draft.possible("merged here"):
        return f"{state.number} is {draft.process.labels[state.status]}."
    if ticket not in merging.followers and len(merging.followers) >= MOST_FOLLOWERS:
        return f"{MOST_FOLLOWERS} tickets were merged into {state.number} already."
    return None


def _agreed(draft: Draft) -> None:
    """The other ticket takes this one in: it ends here. An agreement that nobody waits for any more is taken back."""
    data, merging = draft.command.data, draft.state.merging
    ticket = given.number(data, "ticket")
    if merging.merged and merging.into == ticket:
        return
    if not merging.asked or merging.into != ticket or not draft.possible(MERGED):
        if merging.asked and merging.into == ticket:
            reason = f"{draft.state.number} is {draft.process.labels[draft.state.status]}."
            draft.record("MergeSetAside", into=ticket, reason=reason)
        draft.record("MergeWithdrawn", into=ticket)
        return
    standing = given.name(data, "status", "where it stands")
    status = draft.status_after(MERGED)
    draft.record("Merged", into=ticket, code=MERGED, standing=standing, status=status, responds=True)
    draft.end_clock(RESOLUTION, MERGED)
    draft.end_clock(RESPONSE, MERGED)
    draft.call_off((RESPONSE, UPDATE, RESOLUTION), MERGED)


def _declined(draft: Draft) -> None:
    """The other ticket cannot take this one in: it goes on here."""
    data, merging = draft.command.data, draft.state.merging
    ticket = given.number(data, "ticket")
    if merging.asked and merging.into == ticket:
        draft.record("MergeSetAside", into=ticket, reason=given.name(data, "reason", "why not"))


def _off(draft: Draft) -> None:
    """The one that was to be merged here goes on by itself."""
    ticket = given.number(draft.command.data, "ticket")
    if ticket in draft.state.merging.followers:
        draft.record("MergeUndone", ticket=ticket)


def _followed(draft: Draft) -> None:
    """Where the ticket that this one goes on in stands."""
    data, merging = draft.command.data, draft.state.merging
    ticket, status = given.number(data, "ticket"), given.name(data, "status", "where it stands")
    if not merging.merged or merging.into != ticket or (status, data.get("over")) == (merging.status, merging.over):
        return
    text = given.optional_ref(data, "text")
    over = given.flag(data, "over")
    draft.record("Followed", ticket=ticket, status=status, before=merging.status, over=over, text=text)


def _forwarded(draft: Draft) -> None:
    """Words from a ticket that was merged with this one, or from its parent. A follower's reply counts as one."""
    data, state = draft.command.data, draft.state
    ticket = given.number(data, "ticket")
    follower = ticket in state.merging.followers
    parent = any((one.type, one.ticket) == ("child_of", ticket) for one in state.links)
    if not (follower or parent or (state.merging.merged and state.merging.into == ticket)):
        return
    draft.record(
        "MessageForwarded",
        ticket=ticket,
        origin=given.number(data, "origin"),
        body=given.ref(data, "body", "a message"),
        by=given.choice(data, "by", ("requester", "staff", "system", "monitoring")),
        writer=given.name(data, "writer", "who wrote it"),
        public=True,
    )
    if follower and data["by"] == "requester" and draft.possible("reply reopens") and not state.merging.merged:
        again(draft, "reply reopens", data["body"])


DOES: dict[str, Callable[[Draft], None]] = {"merge": merge}

HEARS: dict[str, Callable[[Draft], None]] = {
    "merge": _asked,
    "merge_agreed": _agreed,
    "merge_declined": _declined,
    "merge_off": _off,
    "followed": _followed,
    "forwarded": _forwarded,
}

DEMANDS: dict[str, Callable[[Case, Actor], str | None]] = {"merge": merge_demand, "reopen": reopen_demand}
