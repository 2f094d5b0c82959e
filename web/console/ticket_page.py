"""A ticket as the desk's people see it: head, what it waits for, what may be done, what happened, and its facts."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from longwatch.messages import INCIDENT
from longwatch.store.back_ledger import Asked
from longwatch.store.tickets import Found
from web.commands import draft_of
from web.console.alert_rows import AlertRow, alerts_behind
from web.console.approval_page import panel_of
from web.console.approval_view import ApprovalPanel
from web.console.change_panel import ChangePanel, change_panel
from web.console.ci_beside import CiBeside, ci_beside
from web.console.conversation import Entry, JournalEntry, entries, journal
from web.console.lines import window
from web.console.offers import Composer, allowed, asking_of, composer
from web.console.people import Viewer
from web.console.problem_panel import ProblemPanel, problem_panel
from web.console.reading import reader_of
from web.console.request_panel import RequestPanel, request_panel
from web.console.tasks_panel import TasksPanel, tasks_panel
from web.console.ticket_facts import Facts, Head, facts_of, head_of
from web.console.ticket_inputs import with_pages
from web.console.told_view import MOST, Told, told, untold, waits
from web.console.view_models import ActionForm, Refusal, Waiting, forms_of, waitings
from web.console.waits import Pending, pendings, refusals
from web.console.words import Badge
from web.desk import desk
from web.ticket_json import waiting_for

TABS = ("conversation", "journal", "alerts")
SELDOM = frozenset(
    {
        *("relate_ci", "tag", "link", "unlink", "merge", "split", "cancel", "ask_approvers"),
        *("propose_major", "set_war_room", "staff_major", "redo_tasks", "duplicate", "not_reproducible"),
    }
)
"""Actions that stand behind "More"."""


@dataclass(frozen=True)
class Tab:
    """A part of the ticket's page."""

    label: str
    href: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Address:
    """Where the page is, where its tabs are, and where the person came from."""

    href: str
    back: str
    query: str
    all_href: str
    tab: str
    tabs: Sequence[Tab]
    engine_url: str


@dataclass(frozen=True)
class TicketPage:
    """All that ticket.html draws."""

    number: str
    title: str
    version: int
    token: str
    at: Address
    head: Head
    facts: Facts
    beside: CiBeside | None
    approval: ApprovalPanel | None
    change: ChangePanel | None
    problem: ProblemPanel | None
    tasks: TasksPanel | None
    order: RequestPanel | None
    waiting: Sequence[Waiting]
    actions: Sequence[ActionForm]
    more: Sequence[ActionForm]
    composer: Composer | None
    entries: Sequence[Entry]
    journal: Sequence[JournalEntry]
    alerts: Sequence[AlertRow]
    alert_group: str
    told: Sequence[Told]
    told_busy: bool
    untold: int
    pending: Sequence[Pending]
    notices: Sequence[Badge]
    left_out: int

    @property
    def query(self) -> str:
        """What the addresses of its forms end in."""
        return self.at.query

    @property
    def all_href(self) -> str:
        """Where nothing is left out."""
        return self.at.all_href


def ticket_page(
    session: Session, who: Viewer, found: Found, asked: Mapping[str, str], refused: Refusal | None = None
) -> TicketPage:
    """The page of a ticket. `asked` holds the tab and the view the person came from."""
    shown = window(session, found, everything="all" in asked)
    reader = reader_of(session, who, found, shown.lines)
    at = _address(found, asked)
    actions = allowed(session, found, who)
    asking = asking_of(session, found, refused)
    seldom = SELDOM if found.kind == INCIDENT else SELDOM | {"prioritise", "escalate"}
    forms = with_pages(forms_of(actions, asking), found)
    words = told(session, who, Asked(incident=found.number, limit=MOST)) if at.tab == "alerts" else []
    return TicketPage(
        number=found.number,
        title=reader.text(found.state.title) or "(no title)",
        version=found.version,
        token=secrets.token_urlsafe(12),
        at=at,
        head=head_of(found, reader),
        beside=ci_beside(session, who, found.state.ci, found.number),
        facts=facts_of(session, found, reader),
        approval=panel_of(session, who, found),
        change=change_panel(session, found, reader),
        problem=problem_panel(found, reader),
        tasks=tasks_panel(draft_of(session, found).state, reader, asking, who.actor),
        order=request_panel(session, found, reader),
        waiting=waitings(waiting_for(found), reader.names, who),
        actions=[form for form in forms if form.name not in seldom],
        more=[form for form in forms if form.name in seldom],
        composer=composer(actions, refused, internal=True),
        entries=entries(shown.lines, found.pending, reader, internal=True) if at.tab == TABS[0] else [],
        journal=journal(shown.lines, reader) if at.tab == "journal" else [],
        alerts=alerts_behind(session, found.state, who) if at.tab == "alerts" else [],
        alert_group=_alert_group(found),
        told=words,
        told_busy=waits(words),
        untold=untold(session, found.number) if found.kind == INCIDENT else 0,
        pending=pendings(found, who),
        notices=refusals(session, found, who),
        left_out=shown.left_out,
    )


def _alert_group(found: Found) -> str:
    alert: Any = getattr(found.state, "alert", None)
    return str(alert.group) if alert else ""


def _address(found: Found, asked: Mapping[str, str]) -> Address:
    origin = {name: value for name, value in asked.items() if name not in ("tab", "all")}
    filters = {name: value for name, value in origin.items() if name != "view"}
    tab = asked["tab"] if asked.get("tab") in TABS else TABS[0]
    return Address(
        href=address(found.number, asked),
        back=f"/q/{origin.get('view', 'mine')}{_query(filters)}",
        query=_query(asked),
        all_href=address(found.number, {**asked, "all": "1"}),
        tab=tab,
        tabs=_tabs(found, origin, tab),
        engine_url=_engine_url(found.number),
    )


def address(number: str, asked: Mapping[str, str]) -> str:
    """The page's own address, with tab and origin."""
    return f"/t/{number}{_query(asked)}"


def _query(values: Mapping[str, str]) -> str:
    return f"?{urlencode(values)}" if values else ""


def _tabs(found: Found, origin: Mapping[str, str], tab: str) -> list[Tab]:
    alert: Any = getattr(found.state, "alert", None)
    counts = {"journal": found.version, "alerts": alert.count if alert else 0}
    return [
        Tab(
            name.capitalize(),
            address(found.number, {**origin, "tab": name} if name != TABS[0] else origin),
            name == tab,
            counts.get(name),
        )
        for name in TABS
        if name != "alerts" or found.kind == INCIDENT
    ]


def _engine_url(number: str) -> str:
    settings = desk().settings
    if not settings.demo:
        return ""
    return (
        f"http://{settings.host}:{settings.engine_ui_port}/namespaces/{settings.temporal_namespace}/workflows/{number}"
    )
