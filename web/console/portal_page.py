"""A ticket as its requester sees it: plain words, who is on it, until when, and what they can answer."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from longwatch.domain import clocks as clocking
from longwatch.store.task_holders import holds_task
from longwatch.store.tickets import Found
from web.console import words
from web.console.approval_page import panel_of
from web.console.approval_view import ApprovalPanel
from web.console.change_panel import ChangePanel, change_panel
from web.console.conversation import Entry, entries
from web.console.lines import window
from web.console.offers import Composer, allowed, asking_of, composer
from web.console.people import Face, Viewer
from web.console.reading import reader_of
from web.console.request_panel import RequestPanel, request_panel
from web.console.tasks_panel import TasksPanel, tasks_panel
from web.console.ticket_inputs import with_pages
from web.console.times import Moment, moment
from web.console.view_models import ActionForm, Asking, Refusal, action_forms
from web.console.waits import Pending, pendings, refusals
from web.console.words import Badge

ANSWERS = {
    "confirm": "Fixed, thank you",
    "reopen": "Not fixed",
    "edit": "Change my answers",
    "cancel": "I no longer need this",
}
"""What requesters are offered, in their words."""


@dataclass(frozen=True)
class PortalTicket:
    """All that portal_ticket.html draws."""

    number: str
    title: str
    version: int
    token: str
    status: Badge
    owner: Face | None
    team: str
    opened: Moment
    expected_by: Moment | None
    actions: Sequence[ActionForm]
    composer: Composer | None
    approval: ApprovalPanel | None
    order: RequestPanel | None
    change: ChangePanel | None
    tasks: TasksPanel | None
    steps: TasksPanel | None
    entries: Sequence[Entry]
    pending: Sequence[Pending]
    notices: Sequence[Badge]
    left_out: int = 0
    all_href: str = ""
    query: str = ""


def portal_ticket(
    session: Session, who: Viewer, found: Found, refused: Refusal | None = None, *, everything: bool = False
) -> PortalTicket:
    """The page of a requester's own ticket."""
    state = found.state
    shown = window(session, found, everything=everything)
    lines = shown.lines
    reader = reader_of(session, who, found, lines)
    actions = allowed(session, found, who)
    offered = [replace(action, label=ANSWERS[action.name]) for action in actions if action.name in ANSWERS]
    hold = getattr(state, "hold", None)
    works = holds_task(session, found.number, who.actor)
    return PortalTicket(
        number=found.number,
        title=reader.text(state.title) or "(no title)",
        version=found.version,
        token=secrets.token_urlsafe(12),
        status=words.plain_status(state.status, hold.reason if hold else None),
        owner=reader.names.face(state.assignee),
        team=reader.names.team(state.team),
        opened=moment(state.opened_at, who.now, who.zone),
        expected_by=_expected_by(state, who),
        actions=with_pages(action_forms(offered, {}, {}, refused), found),
        composer=composer(actions, refused, internal=False),
        approval=panel_of(session, who, found),
        order=request_panel(session, found, reader),
        change=change_panel(session, found, reader) if works else None,
        tasks=tasks_panel(state, reader, asking_of(session, found, refused), who.actor) if works else None,
        steps=tasks_panel(state, reader, Asking(), None) if state.requester == who.actor.id and not works else None,
        entries=entries(lines, found.pending, reader, internal=False),
        pending=pendings(found, who),
        notices=refusals(session, found, who),
        left_out=shown.left_out,
        all_href=f"/t/{found.number}?all=1",
    )


def _expected_by(state: Any, who: Viewer) -> Moment | None:
    """When the desk aims to have it solved: the resolution clock's deadline, while it runs and is not missed."""
    clock = state.clock(clocking.RESOLUTION) if hasattr(state, "clock") else None
    due = clocking.overdue(clock, state.hours) if clock else None
    return moment(due, who.now, who.zone) if due and due > who.now else None
