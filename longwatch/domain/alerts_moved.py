"""What moves of an alert group's link have in common: the deadline they set, and what the incident must hear."""

from dataclasses import replace
from typing import Any

from longwatch.domain.alerts_order import SEVERITIES
from longwatch.domain.alerts_state import MOST_WAITING, State
from longwatch.domain.alerts_words import cut
from longwatch.domain.ticket import Fact, instant

MOST_REMARKS = 3
"""Remarks kept for an incident whose number has not come yet,"""
REMARK = 500
"""and how many bytes of each."""


def moved(state: State, fact: Fact, link: str) -> State:
    """The group on another link. What was asked, and what it was parked by, belonged to the one before."""
    until = fact.data.get("until")
    since = fact.data.get("since")
    changed = replace(
        unparked(unasked(state)),
        link=link,
        rested=state.rested if link == "parked" else None,
        since=fact.at if since is None else instant(since),
        until=None if until is None else instant(until),
    )
    return waiting(changed, fact)


def unasked(state: State) -> State:
    """Nothing needs to be known any more."""
    return replace(state, asking="", asked_for=None, held=()) if state.asking else state


def unparked(state: State) -> State:
    """Nothing and nobody parks it any more."""
    if state.parked_by is None:
        return state
    return replace(state, parked_by=None, parked_text=None, before="", stirred=False)


def told(state: State, fact: Fact) -> State:
    """The incident knows this severity."""
    return replace(state, severity=SEVERITIES.index(fact.data["event"]["severity"]))


def waiting(state: State, fact: Fact) -> State:
    """Keeps what the incident must hear for when its number is known."""
    if "event" not in fact.data or not state.asked():
        return state
    event: dict[str, Any] = fact.data["event"]
    if "text" not in event:
        return replace(state, waiting=(*state.waiting, event)[-MOST_WAITING:])
    if sum("text" in one for one in state.waiting) >= MOST_REMARKS:
        return state
    return replace(state, waiting=(*state.waiting, {**event, "text": cut(event["text"], REMARK)})[-MOST_WAITING:])
