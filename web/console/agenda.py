"""The agenda of the change advisory board: every change up for a decision on one page, by planned start, to print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, request
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor
from longwatch.messages import CHANGE
from longwatch.store import tickets
from longwatch.store.tables import Process, Ticket
from longwatch.store.tables_approvals import Voice
from longwatch.store.tickets import Found
from longwatch.store.voices import WAITS
from web import policies
from web.console.approval_page import approval_reader
from web.console.approval_view import ApprovalPanel, approval_panel
from web.console.change_brief import ChangeBrief, Impacts, brief_of
from web.console.frame import frame, viewer
from web.console.people import Face, Viewer
from web.console.times import exact
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("agenda", __name__, url_prefix="/agenda")

ROLES = ("change-manager", "approver", "lead", "admin", "auditor")
"""Whose meeting it is, and who inspects it."""

MOST = 100
"""Changes on one agenda: no board decides more at one meeting."""

LATE = datetime.max.replace(tzinfo=UTC)
"""Changes without a planned start come last."""


@dataclass(frozen=True)
class AgendaItem:
    """A change to be decided on."""

    number: str
    title: str
    requester: Face | None
    implementer: Face | None
    team: str
    status: str
    brief: ChangeBrief
    panel: ApprovalPanel
    authority: str


@dataclass(frozen=True)
class StillToVote:
    """Somebody whose votes are missing, and for how many changes."""

    person: Face
    changes: int


@dataclass(frozen=True)
class Agenda:
    """The page of one meeting."""

    printed: str
    authority: str
    authorities: Sequence[tuple[str, int]]
    items: Sequence[AgendaItem]
    missing: Sequence[StillToVote]
    left_out: bool


@blueprint.get("")
@policies.only(*ROLES)
def show() -> str:
    """The agenda; of one change authority alone if `authority` names it."""
    with desk().store.reading() as session:
        who = viewer(session)
        agenda = agenda_of(session, who, request.args.get("authority", "")[:120])
        return render("agenda.html", "main", agenda=agenda, **frame(session, who, "/approvals"))


def agenda_of(session: Session, who: Viewer, authority: str = "") -> Agenda:
    """Every change with an open approval that the viewer may see, the nearest start first."""
    found = _open_changes(session, who.actor)
    impacts: Impacts = {}
    items = [_item(session, who, one, impacts) for one in found[:MOST]]
    counts = {name: sum(item.authority == name for item in items) for name in sorted({one.authority for one in items})}
    chosen = [item for item in items if authority in ("", item.authority)]
    return Agenda(
        printed=exact(who.now, who.zone),
        authority=authority if authority in counts else "",
        authorities=list(counts.items()),
        items=chosen,
        missing=_missing(chosen),
        left_out=len(found) > MOST,
    )


def _open_changes(session: Session, actor: Actor) -> list[Found]:
    waiting = select(Voice.ticket).where(Voice.status == WAITS)
    up = or_(Ticket.status == "authorization", Ticket.number.in_(waiting))
    query = select(Process).join(Ticket, Ticket.number == Process.id).where(Ticket.kind == CHANGE, Ticket.open, up)
    seen = tickets.visible_to(session, actor)
    rows = session.scalars(query if seen is None else query.where(seen))
    found = [tickets.recorded(row, []) for row in rows]
    return sorted((one for one in found if one.state.approval.under_way), key=_start)


def _start(found: Found) -> tuple[datetime, str]:
    return found.state.begin or LATE, found.number


def _item(session: Session, who: Viewer, found: Found, impacts: Impacts) -> AgendaItem:
    state = found.state
    reader = approval_reader(session, who, found, [state.assignee or ""])
    panel = approval_panel(found.number, state.approval, reader)
    assert panel is not None
    return AgendaItem(
        number=found.number,
        title=reader.text(state.title) or "(no title)",
        requester=reader.names.face(state.author or state.requester),
        implementer=reader.names.face(state.assignee),
        team=reader.names.team(state.team),
        status=state.status,
        brief=brief_of(session, who, state, impacts),
        panel=panel,
        authority=state.approval.policy.name,
    )


def _missing(items: Sequence[AgendaItem]) -> list[StillToVote]:
    silent = [one for item in items for stage in item.panel.stages if stage.open for one in stage.silent]
    faces = [face for one in silent for face in (one.person,) if face is not None]
    once = {face.id: face for face in faces}
    counted = [StillToVote(face, sum(one.id == face.id for one in faces)) for face in once.values()]
    return sorted(counted, key=lambda one: (-one.changes, one.person.name))
