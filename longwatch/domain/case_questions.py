"""Questions that a ticket waits to be answered: asked, answered, dropped."""

from dataclasses import replace
from typing import Any, TypeVar

from longwatch.domain.case_state import Case
from longwatch.domain.ticket import Fact, Question

S = TypeVar("S", bound=Case)


def ask(state: S, kind: str, data: dict[str, Any]) -> S:
    """The state with one more question; a newer one of a kind takes the place of the older, calendars aside."""
    question = Question(f"{kind}:{state.asked + 1}", kind, data)
    same = [
        other for other in state.pending if other.kind == kind and other.data.get("calendar") == data.get("calendar")
    ]
    kept = tuple(other for other in state.pending if other not in same)
    return replace(_unretried(state, kind, data.get("calendar")), asked=state.asked + 1, pending=(*kept, question))


def _unretried(state: S, kind: str, calendar: str | None) -> S:
    kept = (retry for retry in state.retries if (retry.kind, retry.data.get("calendar")) != (kind, calendar))
    return replace(state, retries=tuple(kept))


def answered(state: S, fact: Fact) -> S:
    """The question of this fact is settled, and with it the story of its failures."""
    question = next(asked for asked in state.pending if asked.id == fact.data["question"])
    kept = tuple(other for other in state.pending if other is not question)
    return _unretried(replace(state, pending=kept), question.kind, question.data.get("calendar"))


def unasked(state: S, kind: str) -> S:
    """Nobody needs to know any more."""
    pending = tuple(question for question in state.pending if question.kind != kind)
    return _unretried(replace(state, pending=pending), kind, None)
