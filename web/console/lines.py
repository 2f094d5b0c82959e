"""The part of a long journal that a page shows: how it began, and what happened last."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from longwatch.domain.ticket import Line
from longwatch.store import tickets
from longwatch.store.tickets import Found

MOST_LINES = 300
"""Lines a page shows unless all are asked for: twice the longest incident of an ordinary year."""


@dataclass(frozen=True)
class Window:
    """Lines of a journal, in order; `left_out` of them between the first and the rest are not here."""

    lines: list[Line]
    left_out: int = 0


def window(session: Session, found: Found, *, everything: bool) -> Window:
    """The first line and the last ones, or all of them."""
    after = found.version - MOST_LINES
    if everything or after <= 1:
        return Window(tickets.journal(session, found.number))
    first = tickets.journal(session, found.number, limit=1)
    return Window(first + tickets.journal(session, found.number, after=after), after - 1)
