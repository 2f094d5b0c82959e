"""The words that go along when a ticket is merged or split: looked up in its journal, taken over by reference."""

from collections.abc import Mapping
from typing import Any

from longwatch.domain import case_input as given
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_process import Answer
from longwatch.domain.case_state import Case
from longwatch.domain.ticket import Question, Refused


def _read(_: Case, __: Question, answer: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {"messages": given.said(answer["messages"])}
    except Refused as refused:
        raise ValueError(refused.reason) from refused


def _offer(draft: Draft, question: Question, found: dict[str, Any]) -> None:
    """With its words the ticket asks the other one to take it in."""
    draft.record("MergeOffered", question=question.id, **found)


def _split(draft: Draft, question: Question, found: dict[str, Any]) -> None:
    """With all the messages there; a line that is no message here splits nothing."""
    splitting = draft.state.splitting
    assert splitting is not None
    missing = [line for line in splitting.lines if all(one["line"] != line for one in found["messages"])]
    if missing:
        named = ", ".join(str(line) for line in missing)
        reason = f"No message stands in line {named} of {draft.state.number}."
        draft.record("SplitSetAside", question=question.id, reason=reason)
        return
    title = dict(splitting.title)
    draft.record("Split", question=question.id, key=splitting.key, title=title, kind=splitting.kind, **found)


def _no_offer(draft: Draft) -> None:
    draft.record("MergeSetAside", into=draft.state.merging.into, reason="Its messages could not be read.")


def _no_split(draft: Draft) -> None:
    draft.record("SplitSetAside", reason="Its messages could not be read.")


ANSWERS = {
    "merge_words": Answer(_read, _offer, failed=_no_offer),
    "split_words": Answer(_read, _split, failed=_no_split),
}
"""Somebody waits for these at the screen: what cannot be answered is set aside at once, not asked again for days."""
