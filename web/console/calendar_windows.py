"""Freezes and maintenance windows: the list for everybody, adding, editing and ending for change managers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy.orm import Session

from longwatch.domain.schedule_windows import FREEZE, KINDS, WindowFault
from longwatch.store import agreed_windows
from longwatch.store.agreed_windows import KEEPERS
from longwatch.store.projection import NEVER
from longwatch.store.tables_schedule import AgreedWindow
from web import policies
from web.auth.identity import signed_in, the_actor
from web.console.calendar_form import SCOPE_WORDS, data_of, fields_of, suggested, typed_of
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.times import Moment, moment
from web.console.words import Badge
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("calendar_windows", __name__, url_prefix="/calendar/windows")

INVALID, CONFLICT = 422, 409


@dataclass(frozen=True)
class Line:
    """A window in the list."""

    id: int
    name: str
    reason: str
    badge: Badge
    about: str
    begin: Moment
    end: Moment | None
    weekly: str
    meaning: str


@blueprint.get("")
@policies.signed_in
def index() -> str:
    """Those on and to come, then those that are over."""
    with desk().store.reading() as session:
        who = viewer(session)
        lists = [
            (
                title,
                [_line(row, who) for kind in KINDS for row in agreed_windows.listed(session, kind, who.now, over=over)],
            )
            for title, over in (("Now and to come", False), ("Over", True))
        ]
        return render("calendar_windows.html", "main", lists=lists, keeps=_keeps(who), **_around(session, who))


@blueprint.get("/new/<kind>")
@policies.only(*KEEPERS)
def new(kind: str) -> str:
    """The form: empty, or filled in for what the address names (`scope`, `names`), so that a press records it."""
    _known(kind)
    with desk().store.reading() as session:
        return _form(session, kind, suggested(kind, request.args, viewer(session)), None)


@blueprint.post("/new/<kind>")
@policies.only(*KEEPERS)
def add(kind: str) -> Any:
    """Records a window; 303 to the list."""
    _known(kind)
    store, typed = desk().store, _typed()
    try:
        with store.writing() as session:
            row = agreed_windows.add(store, session, the_actor(), data_of(kind, typed, viewer(session).zone))
            said = f"{row.name} is recorded."
    except WindowFault as fault:
        return _again(kind, typed, fault), INVALID
    flash(said)
    return redirect("/calendar/windows", 303)


@blueprint.get("/<int:row>")
@policies.signed_in
def show(row: int) -> str:
    """One window: the form for those who keep windows, facts for others."""
    with desk().store.reading() as session:
        found = session.get(AgreedWindow, row) or abort(404, "There is no such window.")
        who = viewer(session)
        if _keeps(who) and found.end > who.now:
            return _form(session, found.kind, typed_of(found, who.zone), None, found)
        lists = [("", [_line(found, who)])]
        return render("calendar_windows.html", "main", lists=lists, keeps=False, **_around(session, who))


@blueprint.post("/<int:row>")
@policies.only(*KEEPERS)
def edit(row: int) -> Any:
    """Changes a window; 303 to the list. 409 when somebody else changed it meanwhile."""
    store, typed = desk().store, _typed()
    try:
        with store.writing() as session:
            found = agreed_windows.held(session, row, _seen(typed)) or abort(404, "There is no such window.")
            data = data_of(found.kind, typed, viewer(session).zone)
            agreed_windows.edit(store, session, the_actor(), found, data)
            said = f"{found.name} is changed."
    except (WindowFault, agreed_windows.Stale) as problem:
        return _told(row, typed, problem), INVALID if isinstance(problem, WindowFault) else CONFLICT
    flash(said)
    return redirect("/calendar/windows", 303)


@blueprint.post("/<int:row>/end")
@policies.only(*KEEPERS)
def end(row: int) -> Any:
    """Ends a window now; 303 to the list."""
    store = desk().store
    with store.writing() as session:
        found = agreed_windows.held(session, row) or abort(404, "There is no such window.")
        agreed_windows.end(store, session, the_actor(), found)
        said = f"{found.name} is ended."
    flash(said)
    return redirect("/calendar/windows", 303)


def _known(kind: str) -> None:
    if kind not in KINDS:
        abort(404, "There are freezes and maintenance windows.")


def _typed() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name != "csrf_token"}


def _seen(typed: Mapping[str, str]) -> int:
    seen = typed.get("version", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else 0  # noqa: PLR2004 - more edits than any window has


def _again(kind: str, typed: Mapping[str, str], fault: WindowFault) -> str:
    with desk().store.reading() as session:
        return _form(session, kind, typed, fault)


def _told(row: int, typed: Mapping[str, str], problem: WindowFault | agreed_windows.Stale) -> str:
    with desk().store.reading() as session:
        found = session.get(AgreedWindow, row) or abort(404, "There is no such window.")
        fault = problem if isinstance(problem, WindowFault) else None
        stale = "" if fault else f"{problem} What you typed stands here; what is recorded now is in the list."
        return _form(session, found.kind, typed, fault, found, stale=stale)


def _form(
    session: Session,
    kind: str,
    typed: Mapping[str, str],
    fault: WindowFault | None,
    row: AgreedWindow | None = None,
    *,
    stale: str = "",
) -> str:
    who, person = viewer(session), signed_in()
    fields = fields_of(kind, typed, fault, person.time_zone if person else "UTC")
    context = {"kind": kind, "fields": fields, "row": row, "stale": stale, "freeze": kind == FREEZE}
    return render("calendar_window.html", "main", **context, **_around(session, who))


def _around(session: Session, who: Viewer) -> dict[str, Any]:
    return frame(session, who, "/calendar")


def _keeps(who: Viewer) -> bool:
    return any(role in KEEPERS for role in who.roles)


def _line(row: AgreedWindow, who: Viewer) -> Line:
    freeze = row.kind == FREEZE
    names = row.scope["names"]
    typed = typed_of(row, who.zone)
    blocks, warns = ("Blocks", "Warns") if freeze else ("Blocks outside", "Warns outside")
    return Line(
        row.row,
        row.name,
        row.reason,
        Badge("Freeze", "blue", icon="snowflake") if freeze else Badge("Maintenance", "green", icon="wrench"),
        dict(SCOPE_WORDS)["all"] if row.scope["kind"] == "all" else ", ".join(names),
        moment(row.begin, who.now, who.zone),
        None if row.end == NEVER else moment(row.end, who.now, who.zone),
        f"{typed['weekly'].replace(chr(10), ', ')} ({typed['zone']})" if row.times else "",
        blocks if row.blocking else warns,
    )
