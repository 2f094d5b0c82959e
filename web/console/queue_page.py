"""The queue as a page: rows, filters, paging and what is still being opened, made from the ticket lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.messages import CHANGE
from longwatch.store.tables import Body, Ci, Person, Team, Ticket
from longwatch.store.tables_schedule import PlannedWork
from longwatch.store.ticket_lists import Filters, Listed
from longwatch.store.ticket_lists import page as list_page
from web.action_kinds import KINDS, statuses
from web.console import words
from web.console.fields import Field
from web.console.names import names_of
from web.console.people import Viewer
from web.console.times import short, span
from web.console.view_models import Row, row
from web.console.views import ORDERS, Empty, View, ViewLink
from web.console.words import PRIORITIES, STATUSES, readable

ROWS = 50
MOST_OPENING = 6
MOST_SHOWN = 200
NOTHING_FITS = Empty("Nothing fits these filters", "Tickets that fit them appear here.", icon="filter")


@dataclass(frozen=True)
class Opening:
    """A ticket that is saved and not opened yet."""

    number: str
    title: str


@dataclass(frozen=True)
class Step:
    """A status of a process, as a link that narrows the view to it."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class QueuePage:
    """One page of a view. `query` repeats the filters in addresses; `fresh` counts rows not shown yet."""

    label: str
    count: str
    rows: Sequence[Row]
    opening: Sequence[Opening]
    opening_more: int
    filters: Sequence[Field]
    chosen: Mapping[str, str]
    query: str
    from_query: str
    order: str
    empty: Empty
    kind: str = ""
    steps: Sequence[Step] = ()
    next_href: str = ""
    first_href: str = ""
    fresh: int = 0

    @property
    def columns(self) -> Sequence[tuple[str, str]]:
        """The columns with their titles: changes show their window instead of who asked."""
        own = {"requester": "Window"} if self.kind == CHANGE else {}
        return [(name, own.get(name, title)) for name, title in COLUMNS]

    @property
    def active_filters(self) -> int:
        """How many filters are in use."""
        return len(self.chosen)


COLUMNS = (
    ("prio-cell", "Priority"),
    ("number", "Number"),
    ("subject", "Subject"),
    ("state", "State"),
    ("requester", "Requester"),
    ("service", "Service"),
    ("owner", "Owner"),
    ("left", "Time left"),
)
"""The columns of the table, by their class."""

FILTERS = ("kind", "status", "priority", "team", "assignee", "ci", "q")


def queue_page(
    session: Session,
    who: Viewer,
    view: View,
    asked: Mapping[str, str],
    links: Iterable[ViewLink],
    *,
    whole: bool = True,
) -> QueuePage:
    """The page that was asked for; without the choices of its filters if not `whole`. Raises BadCursor."""
    chosen = {name: asked[name].strip()[:200] for name in FILTERS if asked.get(name, "").strip()}
    listed = list_page(session, who.actor, narrowed(view.chosen(who.actor), chosen), ROWS, asked.get("after"))
    recorded, opening = _parted(listed.items)
    near = _near(recorded, view, who)
    query = f"?{urlencode(chosen)}" if chosen else ""
    more = listed.next is not None and len(near) == len(recorded)
    return QueuePage(
        label=view.label,
        count=next((link.count for link in links if link.name == view.name), ""),
        rows=rows(session, who, near),
        opening=opening[:MOST_OPENING],
        opening_more=max(0, len(opening) - MOST_OPENING),
        filters=_filter_fields(session, chosen, view.kind) if whole else [],
        chosen=chosen,
        query=query,
        from_query=f"?{urlencode({'view': view.name, **chosen})}",
        order=view.sorted_by or ORDERS[view.order],
        empty=replace(NOTHING_FITS, href=f"/q/{view.name}", action="Clear the filters") if chosen else view.empty,
        kind=view.kind,
        steps=_steps(view, chosen),
        next_href=f"/q/{view.name}?{urlencode({**chosen, 'after': listed.next})}" if more else "",
        first_href=f"/q/{view.name}{query}" if asked.get("after") else "",
    )


def _parted(items: Iterable[Listed]) -> tuple[list[Listed], list[Opening]]:
    """What is recorded, and what is still being opened."""
    listed = list(items)
    opening = [Opening(item.ticket.number, item.title or "") for item in listed if item.opening is not None]
    return [item for item in listed if item.opening is None], opening


def _steps(view: View, chosen: Mapping[str, str]) -> list[Step]:
    """The statuses of the view's process that its tickets can be in while they are open."""
    if view.kind not in KINDS:
        return []
    rest = {name: value for name, value in chosen.items() if name != "status"}
    names = ["", *(name for name in statuses(view.kind) if name not in OVER)]
    return [
        Step(
            words.status(name).label if name else "All open",
            f"/q/{view.name}{'?' if name or rest else ''}{urlencode({**rest, **({'status': name} if name else {})})}",
            chosen.get("status", "") == name,
        )
        for name in names
    ]


OVER = ("closed", "cancelled", "rejected")
"""Statuses of tickets that are open no more."""


def narrowed(filters: Filters, chosen: Mapping[str, str]) -> Filters:
    """The view's filters, narrowed by what the person chose; nonsense narrows nothing."""
    if chosen.get("kind") in KINDS and filters.kind is None:
        filters = replace(filters, kind=chosen["kind"])
    if chosen.get("status") in STATUSES:
        filters = replace(filters, status=(chosen["status"],))
    if chosen.get("priority", "") in map(str, PRIORITIES):
        filters = replace(filters, priority=(int(chosen["priority"]),))
    known = {name: chosen[name] for name in ("team", "assignee", "ci", "q") if name in chosen}
    return replace(filters, **known)  # type: ignore[arg-type] # filters by name


def rows(session: Session, who: Viewer, listed: Sequence[Listed], gone: frozenset[str] = frozenset()) -> list[Row]:
    """The lines as the page draws them; `gone` ones are shown as having left the view."""
    tickets = [item.ticket for item in listed]
    actors = [actor for ticket in tickets for actor in (ticket.requester, ticket.assignee)]
    names = names_of(session, actors, [ticket.ci for ticket in tickets])
    windows = _windows(session, who, tickets)
    return [
        row(
            item.ticket,
            item.title or "",
            names,
            who,
            window=windows.get(item.ticket.number, ""),
            gone=item.ticket.number in gone,
        )
        for item in listed
    ]


def _windows(session: Session, who: Viewer, listed: Sequence[Ticket]) -> dict[str, str]:
    """When each of the changes among them is to be made: from when, and for how long."""
    changes = [ticket.number for ticket in listed if ticket.kind == CHANGE]
    if not changes:
        return {}
    found = session.scalars(select(PlannedWork).where(PlannedWork.ticket.in_(changes)))
    return {one.ticket: f"{short(one.begin, who.zone)}, {span((one.end - one.begin).total_seconds())}" for one in found}


def live_rows(session: Session, who: Viewer, page: QueuePage, shown: str) -> QueuePage:
    """The rows somebody looks at, in the order they stand there, refreshed; new ones are only counted."""
    numbers = [number for number in shown.split(",")[:MOST_SHOWN] if number]
    within = {row.number: row for row in page.rows}
    left = [number for number in numbers if number not in within]
    selected = select(Ticket, Body.text).join(Body, Body.id == Ticket.title_body, isouter=True)
    found = [Listed(*each) for each in session.execute(selected.where(Ticket.number.in_(left)))] if left else []
    outside = {row.number: row for row in rows(session, who, found, frozenset(left))}
    known = within | outside
    fresh = len(within.keys() - set(numbers))
    return replace(page, rows=[known[number] for number in numbers if number in known], fresh=fresh)


def _near(listed: list[Listed], view: View, who: Viewer) -> list[Listed]:
    if view.horizon is None:
        return listed
    return [item for item in listed if item.ticket.due_at < who.now + view.horizon]


def _filter_fields(session: Session, chosen: Mapping[str, str], kind: str) -> list[Field]:
    teams = [(key, name) for key, name in session.execute(select(Team.id, Team.name).order_by(Team.name))]
    people = session.execute(select(Person.login, Person.name).where(Person.active).order_by(Person.name).limit(200))
    cis = session.execute(select(Ci.id, Ci.name).order_by(Ci.name).limit(200))
    options = {
        **({} if kind else {"kind": [(name, readable(name)) for name in KINDS]}),
        "status": [(name, words.status(name).label) for name in (statuses(kind) if kind in KINDS else STATUSES)],
        "priority": [(str(level), badge.label) for level, badge in PRIORITIES.items()],
        "team": [("none", "No team"), *teams],
        "assignee": [("none", "Nobody"), *((f"user:{login}", name) for login, name in people)],
        "ci": [("none", "None"), *((key, name) for key, name in cis)],
    }
    labels = {
        "kind": "Kind",
        "status": "State",
        "priority": "Priority",
        "team": "Team",
        "assignee": "Owner",
        "ci": "Item",
    }
    return [Field(name, labels[name], "select", tuple(options[name]), value=chosen.get(name, "")) for name in options]
