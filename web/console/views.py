"""The views of the queue: which tickets each shows, in what order, and what it says when there are none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ColumnExpressionArgument, func, literal, select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor
from longwatch.messages import CHANGE, INCIDENT, PROBLEM, REQUEST
from longwatch.store.tables import Ticket
from longwatch.store.ticket_lists import Filters

MOST_COUNTED = 999
"""Counts stop here: a person does nothing else for a thousand than for ten thousand."""

HORIZON = timedelta(hours=1)
"""A deadline nearer than this is breaching."""

Condition = Callable[[str, datetime], Sequence[ColumnExpressionArgument[bool]]]


@dataclass(frozen=True)
class Empty:
    """What an empty list says: what would appear, and the next step."""

    title: str
    text: str
    icon: str
    href: str = ""
    action: str = ""


@dataclass(frozen=True)
class View:
    """One view. `counted` is the condition its number in the side bar counts, for the actor's id and now."""

    name: str
    label: str
    icon: str
    order: str
    empty: Empty
    counted: Condition
    filters: Mapping[str, object]
    hot: bool = False
    mine: bool = False
    sorted_by: str = ""
    horizon: timedelta | None = None
    kind: str = ""

    def chosen(self, actor: Actor) -> Filters:
        """The view as filters of the ticket list."""
        own = {"assignee": actor.id} if self.mine else {}
        kind = {"kind": self.kind} if self.kind else {}
        return Filters(order=self.order, **{**self.filters, **own, **kind})  # type: ignore[arg-type] # filters by name


@dataclass(frozen=True)
class ViewLink:
    """A view in the side bar, with its count."""

    name: str
    label: str
    icon: str
    count: str
    hot: bool
    kind: str = ""


def _of_kind(kind: str, name: str, icon: str, empty: Empty) -> View:
    """The open tickets of a kind."""
    return View(
        name,
        name.capitalize(),
        icon=icon,
        order="due",
        empty=empty,
        counted=lambda _, __: (Ticket.open, Ticket.kind == kind),
        filters={"open": True},
        kind=kind,
    )


_KINDS = (
    _of_kind(
        INCIDENT,
        "incidents",
        icon="siren",
        empty=Empty(
            "No open incident",
            "What is broken appears here, reported by people or by monitoring.",
            icon="circle-check",
            href="/new",
            action="Open an incident",
        ),
    ),
    _of_kind(
        REQUEST,
        "requests",
        icon="package",
        empty=Empty(
            "No open request",
            "What people ask for by the catalogue appears here.",
            icon="circle-check",
            href="/catalogue",
            action="See the catalogue",
        ),
    ),
    _of_kind(
        CHANGE,
        "changes",
        icon="calendar-check",
        empty=Empty(
            "No open change",
            "Planned work appears here from its draft until it is reviewed.",
            icon="circle-check",
            href="/new/change",
            action="Plan a change",
        ),
    ),
    _of_kind(
        PROBLEM,
        "problems",
        icon="search",
        empty=Empty(
            "No open problem",
            "What makes incidents come back appears here until it is solved or accepted.",
            icon="circle-check",
            href="/new/problem",
            action="Log a problem",
        ),
    ),
)
"""One view for each process."""

VIEWS: Mapping[str, View] = {
    view.name: view
    for view in (
        View(
            "mine",
            "Mine",
            icon="user-check",
            order="due",
            empty=Empty(
                "Nothing is yours right now",
                "Tickets you take appear here.",
                icon="circle-check",
                href="/q/unassigned",
                action="See what nobody has taken",
            ),
            counted=lambda me, _: (Ticket.open, Ticket.assignee == me),
            filters={"open": True},
            mine=True,
        ),
        View(
            "unassigned",
            "Unassigned",
            icon="user-x",
            order="due",
            empty=Empty(
                "Everything has an owner",
                "Tickets that nobody has taken appear here.",
                icon="circle-check",
                href="/q/open",
                action="See all open tickets",
            ),
            counted=lambda _, __: (Ticket.open, Ticket.assignee.is_(None)),
            filters={"open": True, "assignee": "none"},
        ),
        View(
            "breaching",
            "Breaching < 1 h",
            icon="flame",
            order="due",
            empty=Empty(
                "No deadline presses",
                "Tickets whose deadline is less than an hour away, or missed, appear here.",
                icon="circle-check",
                href="/q/open",
                action="See all open tickets",
            ),
            counted=lambda _, now: (Ticket.open, Ticket.due_at < now + HORIZON),
            filters={"open": True},
            hot=True,
            horizon=HORIZON,
        ),
        View(
            "waiting",
            "On hold",
            icon="circle-pause",
            order="due",
            empty=Empty("Nothing is on hold", "Tickets that wait for somebody else appear here.", icon="circle-check"),
            counted=lambda _, __: (Ticket.status == "on_hold",),
            filters={"status": ("on_hold",)},
        ),
        View(
            "open",
            "All open",
            icon="list",
            order="due",
            empty=Empty(
                "No open ticket",
                "Incidents appear here the moment somebody reports one or a monitor fires.",
                icon="telescope",
                href="/new",
                action="Open an incident",
            ),
            counted=lambda _, __: (Ticket.open,),
            filters={"open": True},
        ),
        View(
            "resolved",
            "Resolved",
            icon="circle-check",
            order="updated",
            empty=Empty(
                "Nothing waits to be confirmed",
                "Resolved tickets stay here until they are closed.",
                icon="circle-check",
            ),
            counted=lambda _, __: (Ticket.status == "resolved",),
            filters={"status": ("resolved",)},
        ),
        View(
            "closed",
            "Closed",
            icon="archive",
            order="updated",
            empty=Empty(
                "Nothing is closed yet", "Closed and cancelled tickets stay here, with their proof.", icon="archive"
            ),
            counted=lambda _, __: (~Ticket.open,),
            filters={"open": False},
        ),
        *_KINDS,
    )
}
UNCOUNTED = frozenset({"closed"})

ORDERS: Mapping[str, str] = {"due": "Least time left first", "updated": "Last changed first"}


def view_links(session: Session, actor: Actor, now: datetime) -> list[ViewLink]:
    """All views with their counts, in one query; the count of what is closed interests nobody."""
    counted = [view for view in VIEWS.values() if view.name not in UNCOUNTED]
    columns = [_capped(view.counted(actor.id, now)).label(view.name) for view in counted]
    numbers = session.execute(select(*columns)).one()._asdict()
    return [
        ViewLink(
            view.name,
            view.label,
            view.icon,
            shown(numbers[view.name]) if view.name in numbers else "",
            view.hot,
            view.kind,
        )
        for view in VIEWS.values()
    ]


def shown(count: int) -> str:
    """A capped count as text."""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def _capped(conditions: Sequence[ColumnExpressionArgument[bool]]) -> ColumnElement[int]:
    few = select(literal(1).label("one")).select_from(Ticket).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(few).scalar_subquery()
