"""Whether silence is to be believed: a source that is not heard of may be dead, and its alerts not over.

Before an incident is told that its alerts are cleared, the desk is asked which heartbeats of the source are missing.
While one is, the clear is held, and asked for again.
"""

from datetime import datetime
from typing import Any

from longwatch.domain.alerts_draft import Draft
from longwatch.domain.alerts_parking import PATIENCE
from longwatch.domain.alerts_words import cut
from longwatch.domain.ticket import stamp

MOST_NAMED = 5
NAME = 80
"""Bytes of a heartbeat's name."""


def quiet_is_over(draft: Draft, due: datetime) -> None:
    """The quiet time has passed, or it is time to ask again."""
    if draft.state.settings.ask_trusted and draft.state.engaged:
        draft.note("TrustAsked", since=stamp(due), until=stamp(max(due, draft.at) + PATIENCE))
    else:
        draft.move("Cleared", due, draft.state.settings.reopen, "cleared")


def answered(draft: Draft, answer: Any) -> None:
    """Nothing is missing: it is over. Else the clear stays held, and the journal says once what for."""
    state = draft.state
    assert state.asked_for is not None
    missing = answer.get("missing") if isinstance(answer, dict) else None
    if missing == []:
        draft.move("Cleared", state.asked_for, state.settings.reopen, "cleared")
        return
    names = missing if isinstance(missing, list) else [f"no answer: {answer}"]
    held = [cut(name, NAME) for name in names[:MOST_NAMED]]
    if held != list(state.held):
        draft.note("ClearHeld", missing=held, count=len(names))
