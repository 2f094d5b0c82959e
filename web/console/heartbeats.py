"""Heartbeats: the signals that must not fall silent. Everybody at the desk sees them; administrators set them up."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy.orm import Session

from activities import heartbeats as beating
from longwatch.domain.heartbeat import BadHeartbeat, seconds_of, vouches
from longwatch.store import audit, heartbeats
from longwatch.store.heartbeats import Owed
from longwatch.store.sources import BadSource
from longwatch.store.tables_heartbeats import Heartbeat
from web import policies
from web.auth.identity import the_actor
from web.console.frame import frame, viewer
from web.console.heartbeats_view import AS_FITS, NEW, form, line, lines, typed_of
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("heartbeats", __name__)

ADMIN = "admin"
SECTION = "/heartbeats"
REFUSED = 409


@blueprint.get("/heartbeats")
@policies.staff
def show() -> str:
    """All heartbeats, those missing first; `?source=` proposes one for a new one."""
    return _all({**NEW, "source": request.args.get("source", "")[:80]})


@blueprint.post("/heartbeats")
@policies.only(ADMIN)
def add() -> Any:
    """Expects a sign of life from now on."""
    given = request.form
    store = desk().store
    try:
        owed = _owed(given.get("source", ""), given.get("signal", "").strip(), given)
        with store.writing() as session:
            row = heartbeats.add(store, session, owed)
            _note(session, "add heartbeat", owed, {"signal": owed.signal, "interval": owed.interval})
    except (BadHeartbeat, BadSource) as problem:
        return _all(given.to_dict(), str(problem)), REFUSED
    return redirect(f"/heartbeats/{row}", 303)


@blueprint.get("/heartbeats/<int:row>")
@policies.staff
def look(row: int) -> str:
    """One heartbeat: how it stands, and the line that a job runs."""
    return _one(row)


@blueprint.post("/heartbeats/<int:row>")
@policies.only(ADMIN)
def change(row: int) -> Any:
    """Expects it differently."""
    store = desk().store
    try:
        with store.writing() as session:
            known = _there(session, row)
            owed = _owed(known.source, known.signal, request.form)
            heartbeats.change(store, session, row, owed)
            _note(session, "change heartbeat", owed, {"signal": owed.signal, "interval": owed.interval})
    except BadHeartbeat as problem:
        return _one(row, request.form.to_dict(), str(problem)), REFUSED
    flash("Saved.")
    return redirect(f"/heartbeats/{row}", 303)


@blueprint.post("/heartbeats/<int:row>/remove")
@policies.only(ADMIN)
def remove(row: int) -> Any:
    """Expects it no longer; what its silence opened is cleared."""
    store = desk().store
    with store.writing() as session:
        _there(session, row)
        gone = beating.remove(store, session, row)
        _note(session, "remove heartbeat", gone, {"signal": gone.signal})
    flash(f"Nobody waits for {gone.signal or 'calls'} of {gone.source} any more.")
    return redirect(SECTION, 303)


def _all(typed: Mapping[str, str], trouble: str = "") -> str:
    with desk().store.reading() as session:
        who = viewer(session)
        shown = {"lines": lines(session, who), "form": form(session, typed, new=True), "trouble": trouble}
        return render(
            "heartbeats.html", "main", **shown, admin=ADMIN in who.actor.roles, **frame(session, who, SECTION)
        )


def _one(row: int, typed: Mapping[str, str] | None = None, trouble: str = "") -> str:
    with desk().store.reading() as session:
        who = viewer(session)
        known = _there(session, row)
        fields = form(session, typed or typed_of(known), new=False)
        shown = {"it": line(known, who), "form": fields, "trouble": trouble}
        return render("heartbeat.html", "main", **shown, admin=ADMIN in who.actor.roles, **frame(session, who, SECTION))


def _owed(source: str, signal: str, given: Mapping[str, str]) -> Owed:
    return Owed(
        source=source,
        signal=signal,
        interval=seconds_of(given.get("interval", "")),
        grace=seconds_of(given.get("grace", "")),
        severity=given.get("severity", ""),
        ci=given.get("ci", "").strip() or None,
        guards=vouches(signal) if given.get("guards") == AS_FITS else given.get("guards") == "yes",
    )


def _there(session: Session, row: int) -> Heartbeat:
    known = session.get(Heartbeat, row)
    if known is None:
        abort(404)
    return known


def _note(session: Session, action: str, about: Owed | Heartbeat, data: dict[str, Any]) -> None:
    audit.note(desk().store, session, the_actor(), action, f"source:{about.source}", data=data)
