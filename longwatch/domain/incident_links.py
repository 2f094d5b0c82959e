"""What an incident heeds of other tickets besides what every ticket does."""

from collections.abc import Callable

from longwatch.domain import case_input as given
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_people import again
from longwatch.domain.incident_state import State


def _workaround(draft: Draft) -> None:
    """A problem behind the incident offers a way to go on: its owner is told and may resolve with it."""
    data, state = draft.command.data, draft.state
    ticket = given.number(data, "ticket")
    text = given.ref(data, "text", "what to do")
    assert isinstance(state, State)
    if state.workaround == text or all(link.ticket != ticket for link in state.links) or not draft.possible("resolve"):
        return
    draft.record("WorkaroundOffered", ticket=ticket, text=text)


def _fires_again(draft: Draft) -> None:
    """The alert behind an incident that was merged into this one fires again: it is not over."""
    ticket = given.number(draft.command.data, "ticket")
    if ticket not in draft.state.merging.followers:
        return
    if draft.possible("alert fires again") and not draft.state.merging.merged:
        again(draft, "alert fires again", None)


HEARS: dict[str, Callable[[Draft], None]] = {"workaround": _workaround, "fires_again": _fires_again}
