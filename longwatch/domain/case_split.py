"""Splitting: one conversation turns out to be about several things, and some of its messages become another ticket.

The messages chosen are looked up in this ticket's journal and go along by reference; the new ticket is opened once per
split, names the same requester, and both are linked.
"""

from collections.abc import Callable
from typing import Any

from longwatch.domain import case_input as given
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_state import Case
from longwatch.domain.ticket import Actor, Refused

KINDS = ("incident", "problem")
"""What a conversation can be split into: what can be opened without a form or plan of its own."""


def split(draft: Draft) -> None:
    """Ask for the words that go along to the new ticket."""
    data = draft.command.data
    kind = given.choice(data, "kind", KINDS) if data.get("kind") else KINDS[0]
    title = given.ref(data, "title", "a title for the new ticket")
    draft.record("SplitAsked", key=draft.command.id, title=title, kind=kind, lines=_lines(data.get("messages")))


def _lines(value: Any) -> list[int]:
    """The journal's lines of the messages, each once, in order. Raises Refused."""
    if not isinstance(value, list | tuple) or not 0 < len(value) <= given.MOST_SAID:
        raise Refused(f"Choose the messages to take along, at most {given.MOST_SAID}.", "messages")
    if any(isinstance(one, bool) or not isinstance(one, int) or one < 1 for one in value):
        raise Refused("Messages are named by the numbers of their lines in the journal.", "messages")
    return sorted(dict.fromkeys(value))


def split_demand(state: Case, _: Actor) -> str | None:
    """One split at a time: the words are being fetched."""
    waits = any(question.kind == "split_words" for question in state.pending)
    return "It is being split already. Try again when that is done." if waits else None


DOES: dict[str, Callable[[Draft], None]] = {"split": split}

DEMANDS: dict[str, Callable[[Case, Actor], str | None]] = {"split": split_demand}
