"""A ticket as the desk's people see it: head, clocks, what it waits for, what may be done, and what happened."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Action, Line
from longwatch.store import tickets
from longwatch.store.projection import columns
from longwatch.store.tables import Ci, Command, Person, Team, Ticket
from longwatch.store.tickets import Found
from web.actions import SCHEMAS
from web.commands import draft_of
from web.console import words
from web.console.alert_rows import AlertRow, alerts_behind
from web.console.clock_cards import ClockCard, clock_cards
from web.console.conversation import Entry, JournalEntry, Reader, entries, journal
from web.console.fields import SCALE, Options
from web.console.items import Item, as_item
from web.console.lines import window
from web.console.names import names_of
from web.console.people import Face, Viewer
from web.console.times import Chip, Moment, moment
from web.console.view_models import ActionForm, Refusal, Waiting, action_forms, time_left, waitings
from web.console.words import Badge
from web.desk import desk

TABS = ("conversation", "journal", "alerts")
LATE = timedelta(seconds=10)
"""A command that waits longer than this waits for the engine."""

MOST_CHOICES = 500
SELDOM = frozenset({"relate_ci", "tag", "link", "cancel"})
"""Actions that stand behind "More"."""

RECENT = timedelta(minutes=10)
"""How long a person is told that something they asked for was refused after they had left."""


@dataclass(frozen=True)
class Tab:
    """A part of the ticket's page."""

    label: str
    href: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Pending:
    """Something that is saved and not processed yet."""

    label: str
    since: Moment
    late: bool


@dataclass(frozen=True)
class Composer:
    """Where messages are written. `text` is what was typed before it was refused."""

    internal: bool
    public: bool
    can_wait: bool
    placeholder: str
    text: str = ""
    error: str = ""


@dataclass(frozen=True)
class LinkedTicket:
    """A relation to another ticket."""

    number: str
    kind: str


@dataclass(frozen=True)
class TicketPage:
    """All that ticket.html draws."""

    number: str
    title: str
    version: int
    token: str
    href: str
    back: str
    tab: str
    tabs: Sequence[Tab]
    status: Badge
    priority: Badge
    priority_name: str
    left: Chip
    owner: Face | None
    team: str
    level: int
    requester: Face | None
    impact: str
    urgency: str
    category: str
    source: str
    policy: str
    expected_result: str
    tags: Sequence[str]
    opened: Moment
    updated: Moment
    clocks: Sequence[ClockCard]
    waiting: Sequence[Waiting]
    actions: Sequence[ActionForm]
    more: Sequence[ActionForm]
    composer: Composer | None
    entries: Sequence[Entry]
    journal: Sequence[JournalEntry]
    alerts: Sequence[AlertRow]
    ci: Item | None
    links: Sequence[LinkedTicket]
    pending: Sequence[Pending]
    notices: Sequence[Badge]
    left_out: int = 0
    all_href: str = ""
    query: str = ""
    engine_url: str = ""


def ticket_page(
    session: Session, who: Viewer, found: Found, asked: Mapping[str, str], refused: Refusal | None = None
) -> TicketPage:
    """The page of a ticket. `asked` holds the tab and the view the person came from."""
    state = found.state
    shown = window(session, found, everything="all" in asked)
    lines = shown.lines
    reader = reader_of(session, who, found, lines)
    tab = asked.get("tab", TABS[0])
    origin = {name: value for name, value in asked.items() if name not in ("tab", "all")}
    line = Ticket(**columns(found.kind, state, found.version))
    actions = allowed(session, found, who)
    forms = action_forms(actions, options(session), current(state), refused)
    return TicketPage(
        number=found.number,
        title=reader.text(state.title) or "(no title)",
        version=found.version,
        token=secrets.token_urlsafe(12),
        href=address(found.number, asked),
        back=f"/q/{origin.get('view', 'mine')}{_query({k: v for k, v in origin.items() if k != 'view'})}",
        tab=tab if tab in TABS else TABS[0],
        tabs=_tabs(found, origin, tab),
        status=words.status(state.status),
        priority=words.priority(state.priority),
        priority_name=words.PRIORITY_NAMES.get(state.priority, ""),
        left=time_left(line, who),
        owner=reader.names.face(state.assignee),
        team=reader.names.team(state.team),
        level=state.level,
        requester=reader.names.face(state.requester),
        impact=SCALE.get(state.impact, ""),
        urgency=SCALE.get(state.urgency, ""),
        category=state.category or "",
        source=state.source,
        policy=_policy(state),
        expected_result=reader.text(state.expected_result),
        tags=state.tags,
        opened=moment(state.opened_at, who.now, who.zone),
        updated=moment(state.updated_at, who.now, who.zone),
        clocks=clock_cards(state, who),
        waiting=waitings(waiting_for(found), reader.names, who),
        actions=[form for form in forms if form.name not in SELDOM],
        more=[form for form in forms if form.name in SELDOM],
        composer=composer(actions, refused, internal=True),
        entries=entries(lines, found.pending, reader, internal=True),
        journal=journal(lines, reader) if tab == "journal" else [],
        alerts=alerts_behind(session, state, who) if tab == "alerts" else [],
        ci=_item(session, state),
        links=[LinkedTicket(link.ticket, link.type.replace("_", " ")) for link in getattr(state, "links", ())],
        pending=pendings(found, who),
        notices=refusals(session, found, who),
        left_out=shown.left_out,
        all_href=address(found.number, {**asked, "all": "1"}),
        query=_query(asked),
        engine_url=_engine_url(found.number),
    )


def reader_of(session: Session, who: Viewer, found: Found, lines: Sequence[Line]) -> Reader:
    """The names and texts that a ticket's state, journal and pending commands refer to."""
    state = found.state
    records = [json.loads(line.text) for line in lines]
    waiting = [json.loads(command.data) for command in found.pending]
    bodies = tickets.bodies_in([state.title, state.description, state.expected_result])
    bodies += tickets.bodies_in([record["data"] for record in records]) + tickets.bodies_in(waiting)
    people = [state.requester, state.assignee, *(record["actor"] for record in records)]
    people += [record["data"].get("person") for record in records] + [command.actor for command in found.pending]
    return Reader(who, names_of(session, people, [state.ci]), tickets.texts(session, bodies))


def allowed(session: Session, found: Found, who: Viewer) -> list[Action]:
    """What the person may do once everything that waits is decided, as far as the pages can ask for it."""
    state = draft_of(session, found).state
    rules: Any = found.rules
    return [action for action in rules.allowed(state, who.actor) if action.name in SCHEMAS]


def waiting_for(found: Found) -> list[dict[str, Any]]:
    """What the rules say the ticket waits for."""
    rules: Any = found.rules
    waits: list[dict[str, Any]] = rules.waiting_for(found.state)
    return waits


def options(session: Session) -> dict[str, Options]:
    """The choices of fields that depend on who there is."""
    active = select(Person.login, Person.name).where(Person.active).order_by(Person.name)
    people = session.execute(active.limit(MOST_CHOICES))
    teams = session.execute(select(Team.id, Team.name).order_by(Team.name))
    cis = session.execute(select(Ci.id, Ci.name).order_by(Ci.name).limit(MOST_CHOICES))
    return {"person": [(f"user:{login}", name) for login, name in people], "team": list(teams), "ci": list(cis)}


def current(state: Any) -> dict[str, Any]:
    """What the fields of the actions begin with."""
    stated = {"impact": state.impact, "urgency": state.urgency, "team": state.team}
    return {**stated, "ci": state.ci, "tags": " ".join(state.tags)}


def composer(actions: Sequence[Action], refused: Refusal | None, *, internal: bool) -> Composer | None:
    """The composer, if the person may write; a refused message is kept in it."""
    names = {action.name for action in actions}
    if "message" not in names:
        return None
    mine = refused if refused is not None and refused.action == "message" else None
    typed = mine.typed if mine else {}
    return Composer(
        internal=internal,
        public=typed.get("audience", "public") != "internal",
        can_wait=internal and "hold" in names,
        placeholder="Write to the requester, or a note for the desk" if internal else "Write to us",
        text=typed.get("text", ""),
        error=mine.reason if mine else "",
    )


def pendings(found: Found, who: Viewer) -> list[Pending]:
    """What people asked for that is saved and not processed yet; machines' commands are no news to anybody."""
    waiting = [command for command in found.pending if command.actor.startswith("user:")]
    return [
        Pending(
            words.readable(command.action).lower(),
            moment(command.accepted_at, who.now, who.zone),
            who.now - command.accepted_at > LATE,
        )
        for command in waiting
    ]


def refusals(session: Session, found: Found, who: Viewer) -> list[Badge]:
    """What the person asked for lately and was refused only after the page had answered; and what is parked."""
    mine = (
        select(Command)
        .where(Command.ticket == found.number, Command.outcome.in_(["refused", "stale", "parked"]))
        .where(Command.actor == who.actor.id, Command.settled_at > who.now - RECENT)
        .order_by(Command.row.desc())
        .limit(3)
    )
    return [
        Badge(f"Not done: {words.readable(row.action).lower()}. {row.reason or ''}", "amber", icon="triangle-alert")
        for row in session.scalars(mine)
    ]


def address(number: str, asked: Mapping[str, str]) -> str:
    """The page's own address, with tab and origin."""
    return f"/t/{number}{_query(asked)}"


def _query(values: Mapping[str, str]) -> str:
    return f"?{urlencode(values)}" if values else ""


def _tabs(found: Found, origin: Mapping[str, str], tab: str) -> list[Tab]:
    alert = getattr(found.state, "alert", None)
    counts: dict[str, int | None] = {"journal": found.version, "alerts": alert.count if alert else 0}
    return [
        Tab(
            name.capitalize(),
            address(found.number, {**origin, "tab": name} if name != TABS[0] else origin),
            name == (tab if tab in TABS else TABS[0]),
            counts.get(name),
        )
        for name in TABS
    ]


def _policy(state: Any) -> str:
    policy = state.policy
    return f"{policy.name}, version {policy.version}" if hasattr(policy, "name") else policy or ""


def _item(session: Session, state: Any) -> Item | None:
    ci = session.get(Ci, state.ci) if state.ci else None
    return as_item(ci, names_of(session, [])) if ci is not None else None


def _engine_url(number: str) -> str:
    settings = desk().settings
    if not settings.demo:
        return ""
    return (
        f"http://{settings.host}:{settings.engine_ui_port}/namespaces/{settings.temporal_namespace}/workflows/{number}"
    )
