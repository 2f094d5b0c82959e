"""What is around a ticket on its page: the tickets linked to it, each with its standing, and a workaround offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.domain import roles
from longwatch.store.tables import Body, Ticket
from web.console import words
from web.console.badges import Badge
from web.console.conversation import Reader

MOST_SHOWN = 50
"""Links on the page; a major incident may have hundreds of children."""

FAMILY = ("parent_of", "child_of", "duplicate_of", "has_duplicate", "merged_into", "merged_from")


@dataclass(frozen=True)
class LinkedTicket:
    """A relation to another ticket. One that may not be seen, or was never opened, is a number alone."""

    number: str
    kind: str
    title: str = ""
    status: Badge | None = None


@dataclass(frozen=True)
class Workaround:
    """A way to go on that a problem offers."""

    problem: str
    text: str


@dataclass(frozen=True)
class LinksPanel:
    """Links, the family first; `more` are left out. `into`: the ticket that this one goes on in, and its standing."""

    links: Sequence[LinkedTicket]
    more: int
    into: str
    standing: Badge | None
    workaround: Workaround | None


def links_panel(session: Session, state: Any, reader: Reader) -> LinksPanel:
    """The panel of a ticket of any kind."""
    found = sorted(getattr(state, "links", ()), key=lambda link: link.type not in FAMILY)
    shown = found[:MOST_SHOWN]
    known = _known(session, [link.ticket for link in shown], reader)
    merging = state.merging
    return LinksPanel(
        links=[_linked(link, known) for link in shown],
        more=len(found) - len(shown),
        into=merging.into or "" if merging.merged else "",
        standing=words.status(merging.status) if merging.merged else None,
        workaround=_workaround(state, reader),
    )


def _known(session: Session, numbers: Sequence[str], reader: Reader) -> Mapping[str, tuple[Ticket, str | None]]:
    rows = session.execute(
        select(Ticket, Body.text).outerjoin(Body, Body.id == Ticket.title_body).where(Ticket.number.in_(numbers))
    )
    seen = [(ticket, title) for ticket, title in rows if _visible(ticket, reader)]
    return {ticket.number: (ticket, title) for ticket, title in seen}


def _visible(ticket: Ticket, reader: Reader) -> bool:
    return roles.visible(reader.who.actor, ticket.requester, ticket.team)


def _linked(link: Any, known: Mapping[str, tuple[Ticket, str | None]]) -> LinkedTicket:
    kind = link.type.replace("_", " ")
    if link.ticket not in known:
        return LinkedTicket(link.ticket, kind)
    ticket, title = known[link.ticket]
    return LinkedTicket(link.ticket, kind, title or "", words.status(ticket.status))


def _workaround(state: Any, reader: Reader) -> Workaround | None:
    """Problems hold a workaround of their own in other words; this is what an incident was offered."""
    problem = getattr(state, "workaround_of", None)
    return None if problem is None else Workaround(problem, reader.text(state.workaround))
