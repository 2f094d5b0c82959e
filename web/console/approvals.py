"""Approvals: what waits for one's vote, and the page to read all of it and decide. Nothing is voted by opening it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy.orm import Session

from longwatch.domain.approval import ACTION_NAMES
from longwatch.store import tickets
from longwatch.store.acceptance import KeyReused
from web import policies
from web.commands import Absent
from web.console import agenda
from web.console.approval_list import TABS, approval_list
from web.console.approval_page import approver_page
from web.console.asking import Asked, ask_by_form
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.view_models import Refusal
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("approvals", __name__, url_prefix="/approvals")
blueprint.register_blueprint(agenda.blueprint)

REFUSED, INVALID = 409, 422
LONGEST_HASH = 120

THANKS = {
    "vote": "Your vote counts.",
    "withdraw_vote": "Your vote is withdrawn.",
    "delegate": "Your vote is delegated.",
    "recall": "The approval is recalled.",
    "ask_approvers": "The approvers are looked for again.",
}


@blueprint.get("")
@policies.signed_in
def index() -> str:
    """What waits for the person's vote, by deadline; in the other tab what they voted on."""
    with desk().store.reading() as session:
        who = viewer(session)
        listed = approval_list(session, who, request.args)
        tabs = [(name, label) for name, (label, _) in TABS.items()]
        board = any(role in agenda.ROLES for role in who.roles)
        around = frame(session, who, "/approvals")
        return render("approvals.html", "rows", page=listed, tabs=tabs, board=board, **around)


@blueprint.get("/<number>")
@policies.signed_in
def show(number: str) -> str:
    """All that is voted on, how it stands, and the viewer's own vote. 404 for those who may not see the ticket."""
    with desk().store.reading() as session:
        return _page(session, viewer(session), number, request.args.get("seen", "")[:LONGEST_HASH])


@blueprint.post("/<number>/<action>")
@policies.signed_in
def act(number: str, action: str) -> Any:
    """Votes, withdraws, delegates, recalls. 303 to the page; 409 refused, 422 invalid: each with what was typed."""
    if action not in ACTION_NAMES:
        abort(404, "There is no such action.")
    with desk().store.reading() as session:
        who = viewer(session)
    try:
        asked = ask_by_form(who, number, action, request.form)
    except Absent:
        abort(404, "There is no such ticket, or it is not yours to see.")
    except KeyReused:  # the same form, changed after it had been sent: what counts is on the page already
        return redirect(f"/approvals/{number}", 303)
    if asked.refusal is not None:
        seen = request.form.get("content", "")[:LONGEST_HASH]
        with desk().store.reading() as session:
            return _page(session, who, number, seen, asked.refusal), _code(asked)
    flash(THANKS[action] if asked.result and asked.result.outcome == "applied" else "Saved; it is being processed.")
    return redirect(f"/approvals/{number}", 303)


def _code(asked: Asked) -> int:
    return REFUSED if asked.result is not None else INVALID


def _page(session: Session, who: Viewer, number: str, seen: str, refused: Refusal | None = None) -> str:
    found = tickets.find(session, who.actor, number)
    page = approver_page(session, who, found, seen, refused) if found is not None else None
    if page is None:
        abort(404, "Nothing is up for approval here, or it is not yours to see.")
    return render("approval.html", "approval", page=page, **frame(session, who, "/approvals"))
