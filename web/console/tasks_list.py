"""The lists of tasks: what waits for a person, and for their teams, by deadline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor
from longwatch.store import task_lists
from longwatch.store.task_lists import Shown
from web.console.names import names_of
from web.console.people import Face, Names, Viewer
from web.console.process_words import TASK_STATUSES
from web.console.times import Chip, deadline
from web.console.views import Empty, shown
from web.console.words import Badge, readable

ROWS = 50
MOST_WAITING = 99
"""The count in the navigation stops here."""

MINE, TEAM, ALL = "mine", "team", "all"
LABELS = {MINE: "Mine", TEAM: "My teams'", ALL: "All"}

NOTHING: Mapping[str, Empty] = {
    MINE: Empty(
        "No task waits for you",
        "Tasks of changes and requests that are yours appear here when their stage begins.",
        icon="circle-check",
        href="/tasks?whose=team",
        action="See your teams' tasks",
    ),
    TEAM: Empty(
        "No task waits for your teams", "Tasks that anybody of your teams may take appear here.", icon="circle-check"
    ),
    ALL: Empty("No task waits", "Tasks of changes and requests under way appear here.", icon="circle-check"),
}


@dataclass(frozen=True)
class Waiting:
    """How many tasks are the person's, as text; whether one is late, and whether such things are theirs at all."""

    mine: str
    late: bool
    may_come: bool


@dataclass(frozen=True)
class Line:
    """A line of the list: the task, and the ticket it belongs to."""

    number: str
    anchor: str
    title: str
    kind: str
    ticket_title: str
    badge: Badge
    who: Face | None
    team: str
    due: Chip
    back_out: bool


@dataclass(frozen=True)
class TaskList:
    """A page of a list."""

    whose: str
    tabs: Sequence[tuple[str, str]]
    rows: Sequence[Line]
    empty: Empty
    next_href: str
    first_href: str


def tasks_waiting(session: Session, actor: Actor) -> Waiting:
    """The person's tasks for the navigation, counted up to a number."""
    count = task_lists.waiting(session, MOST_WAITING, person=actor.id)
    nearest = task_lists.page(session, person=actor.id, limit=1).items if count else []
    late = any(one.task.overdue for one in nearest)
    theirs = bool(count) or (bool(actor.teams) and task_lists.waiting(session, 1, teams=actor.teams) > 0)
    text = f"{MOST_WAITING}+" if count > MOST_WAITING else shown(count) if count else ""
    return Waiting(text, late, theirs and bool(actor.roles))


def task_list(session: Session, who: Viewer, asked: Mapping[str, str]) -> TaskList:
    """The list that was asked for; all tasks are for those alone who see every ticket. Raises BadCursor."""
    tabs = [(name, label) for name, label in LABELS.items() if name != ALL or who.staff]
    whose = asked["whose"] if asked.get("whose") in dict(tabs) else MINE
    person = who.actor.id if whose == MINE else None
    teams = who.actor.teams if whose == TEAM else None
    listed = task_lists.page(session, person=person, teams=teams, limit=ROWS, after=asked.get("after"))
    names = names_of(session, [one.task.person for one in listed.items])
    base = {} if whose == MINE else {"whose": whose}
    return TaskList(
        whose=whose,
        tabs=tabs,
        rows=[_line(one, names, who) for one in listed.items],
        empty=NOTHING[whose],
        next_href=f"/tasks?{urlencode({**base, 'after': listed.next})}" if listed.next else "",
        first_href=f"/tasks?{urlencode(base)}" if asked.get("after") else "",
    )


def _line(one: Shown, names: Names, who: Viewer) -> Line:
    task = one.task
    return Line(
        number=task.ticket,
        anchor=f"task-{task.id.replace('.', '-')}",
        title=task.title,
        kind=readable(one.ticket.kind),
        ticket_title=one.ticket_title or "(no title)",
        badge=TASK_STATUSES[task.status],
        who=names.face(task.person),
        team=names.team(task.team),
        due=deadline(task.due_at, task.opened_at or one.ticket.opened_at, who.now, who.zone),
        back_out=task.back_out,
    )
