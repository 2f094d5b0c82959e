"""What tickets say to one another: that they are linked, and what became of them.

Word comes as commands that the other ticket's journal wrote; a ticket never reaches into another. `told` carries the
event's name; a process that does not heed an event, or is over, lets it pass.
"""

from collections.abc import Callable

from longwatch.domain import case_input as given
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_moves import LINK_TYPES, MOST_LINKS
from longwatch.domain.case_people import lift

_LIFTS = {"problem": "awaiting_problem", "change": "awaiting_change"}
"""The hold reason that the end of a linked record lifts, by the record's kind."""


def linked(draft: Draft) -> None:
    """Another ticket was linked to this one. Known already, or one too many: nothing follows."""
    record_link(draft, given.link(draft.command.data, LINK_TYPES))


def record_link(draft: Draft, found: dict[str, str]) -> None:
    """The relation as the other side sees it, once, and never to itself."""
    links = draft.state.links
    known = any((one.type, one.ticket) == (found["type"], found["ticket"]) for one in links)
    if known or len(links) >= MOST_LINKS or found["ticket"] == draft.state.number:
        return
    draft.record("Linked", **found, mirror=True)


def opened(draft: Draft) -> None:
    """A ticket was opened on this one's behalf. Its own opening names the link; the word of it comes from there."""


def told(draft: Draft) -> None:
    """Word from another ticket."""
    event = given.name(draft.command.data, "event", "what became of it")
    heed = draft.process.hears.get(event) or HEARS.get(event)
    if heed is not None:
        heed(draft)


def _done(draft: Draft) -> None:
    """A linked record is done: the hold that waited for it, and for nothing else of its kind, is over."""
    data, hold = draft.command.data, draft.state.hold
    if hold is None or hold.reason != _LIFTS.get(str(data.get("kind"))):
        return
    draft.record("RecordDone", ticket=given.name(data, "ticket", "which ticket"), kind=data["kind"])
    lift(draft, "record done", "record_done")


HEARS: dict[str, Callable[[Draft], None]] = {"done": _done}
"""What every ticket heeds."""
