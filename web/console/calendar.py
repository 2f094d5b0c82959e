"""The change calendar: month, week and list of planned work, freezes and maintenance windows, conflicts marked."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.calendar_marks import marks
from activities.windows import occurrences
from longwatch.store import schedule
from longwatch.store.agreed_windows import KEEPERS
from longwatch.store.schedule import Asked, Work
from longwatch.store.tables import Team
from web import policies
from web.console.calendar_page import LIST, MONTH, VIEWS, Entry, Shown, change_entry, days_of, span_of, window_entry
from web.console.frame import frame, viewer
from web.console.names import names_of
from web.console.people import Viewer
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("calendar", __name__)

MOST_SHOWN = 1000
"""Changes on one page; a calendar with more is read by team or item."""

FIRST, LAST = date(2000, 1, 1), date(2200, 1, 1)
"""Days beyond are slips of the pen, and calendars end."""


@blueprint.get("/calendar")
@policies.signed_in
def show() -> str:
    """The page: `view`, the day it is about (`at`), and filters."""
    view = request.args.get("view", "")
    view = view if view in VIEWS else MONTH
    asked = {name: request.args.get(name, "").strip()[:120] for name in ("ci", "team")}
    with desk().store.reading() as session:
        who = viewer(session)
        shown = _shown(session, who, view, _day(request.args.get("at", ""), who), asked)
        return render(
            "calendar.html",
            "calendar",
            shown=shown,
            calendar_views=[(name, f"/calendar?{_query(name, shown.span.at, asked)}") for name in VIEWS],
            teams=session.execute(select(Team.id, Team.name).order_by(Team.name)).all(),
            asked=asked,
            keeps=any(role in KEEPERS for role in who.roles),
            **frame(session, who, "/calendar"),
        )


def _day(text: str, who: Viewer) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return who.now.astimezone(who.zone).date()
    return min(max(day, FIRST), LAST)


def _shown(session: Session, who: Viewer, view: str, at: date, asked: Mapping[str, str]) -> Shown:
    span = span_of(view, at)
    window = span.window(who.zone)
    wanted = Asked(window.begin, window.end, asked["ci"] or None, asked["team"] or None)
    works, left_out = _works(session, who, wanted)
    marked = marks(session, works, who.now, who.actor)
    names = names_of(session, [], [ci for work in works for ci in work.cis])
    entries: list[Entry] = [window_entry(one, who.zone) for one in occurrences(session, window.begin, window.end)]
    entries += [change_entry(work, marked.get(work.row.ticket, ()), names, who.zone) for work in works]
    entries.sort(key=lambda one: (one.window.begin, one.kind == "change", one.id))
    today = who.now.astimezone(who.zone).date()
    steps = {"before": span.before, "after": span.after, "today": today}
    links = {name: f"/calendar?{_query(view, day, asked)}" for name, day in steps.items()}
    shown = Shown(span, entries=entries, left_out=left_out, links=links)
    return shown if view == LIST else replace(shown, days=days_of(span, entries, who.zone, today))


def _works(session: Session, who: Viewer, wanted: Asked) -> tuple[list[Work], bool]:
    works: list[Work] = []
    after: str | None = None
    while len(works) < MOST_SHOWN:
        page = schedule.page(session, who.actor, wanted, schedule.LARGEST_PAGE, after)
        works += page.items
        after = page.next
        if after is None:
            return works, False
    return works, True


def _query(view: str, at: date, asked: Mapping[str, str]) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return urlencode({"view": view, "at": at.isoformat(), **kept})
