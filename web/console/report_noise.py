"""The report of noise: which alerts led to work and which never did; as a page and as a table to take away."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from integrations.cmdb_csv_out import lines as csv_lines
from longwatch.store import noise
from longwatch.store.noise import Counts, Days, Noise
from web import policies
from web.console.fields import Field
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("report_noise", __name__, url_prefix="/reports")

USUAL = 7
LENGTHS = (1, 7, 30, 90)
"""Days up to today, in UTC."""
LONGEST = timedelta(days=366)

BY: Mapping[str, str] = {"source": "Source", "rule": "Rule", "group": "Group", "title": "Title"}
COLUMNS = ("Deliveries", "Groups", "Incidents", "Taken by people", "Transients", "Flaps")
NO_RULE = "No rule: by item or the tool's own group"


@dataclass(frozen=True)
class Line:
    """A line of the report."""

    label: str
    href: str
    counts: tuple[int, ...]
    worked: bool


@dataclass(frozen=True)
class Asked:
    """What is asked: by what, and of which days."""

    by: str
    days: Days

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        return urlencode({"by": self.by, "from": self.days.first.isoformat(), "to": self.days.last.isoformat()})


@blueprint.get("/noise")
@policies.staff
def show() -> str:
    """The page: what never led to work first."""
    with desk().store.reading() as session:
        who = viewer(session)
        asked = asked_of(request.args, who)
        found = noise.lines(session, asked.by, asked.days)
        context = {
            "asked": asked,
            "columns": (BY[asked.by], *COLUMNS),
            "lines": [_line(one, asked) for one in found],
            "total": _cells(noise.total(session, asked.days)),
            "cut": len(found) == noise.MOST_SHOWN,
            "fields": _fields(asked),
            "lengths": _lengths(asked, who),
        }
        return render("report_noise.html", "main", **context, **frame(session, who, "/reports"))


@blueprint.get("/noise.csv")
@policies.staff
def export() -> Response:
    """The same as CSV, with more lines."""
    with desk().store.reading() as session:
        asked = asked_of(request.args, viewer(session))
        found = noise.lines(session, asked.by, asked.days, noise.MOST_EXPORTED)
    rows = [(_label(one), one.name, *_cells(one.counts), "yes" if one.counts.worked else "no") for one in found]
    columns = (BY[asked.by], "Name", *COLUMNS, "Led to work")
    return attachment(columns, rows, f"noise-{asked.by}-{asked.days.first}-{asked.days.last}.csv")


def attachment(columns: tuple[str, ...], rows: list[tuple[Any, ...]], name: str) -> Response:
    """A table to take away; what a spreadsheet would take for a formula stays a text."""
    response = Response(csv_lines(columns, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def asked_of(typed: Mapping[str, str], who: Viewer) -> Asked:
    """What the address asks; nonsense asks for the usual."""
    by = typed.get("by", "")
    today = who.now.date()
    last = min(_day(typed.get("to", "")) or today, today)
    first = _day(typed.get("from", "")) or last - timedelta(days=USUAL - 1)
    first = min(max(first, last - LONGEST), last)
    return Asked(by if by in BY else "title", Days(first, last))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _lengths(asked: Asked, who: Viewer) -> list[tuple[str, str, bool]]:
    """The usual stretches up to today: label, address, and whether it is shown."""
    today = who.now.date()
    stretches = [(days, Days(today - timedelta(days=days - 1), today)) for days in LENGTHS]
    return [
        ("Today" if days == 1 else f"{days} days", f"/reports/noise?{Asked(asked.by, span).query}", span == asked.days)
        for days, span in stretches
    ]


def _fields(asked: Asked) -> list[Field]:
    return [
        Field("by", "Told by", "select", tuple(BY.items()), value=asked.by, required=True),
        Field("from", "From", "date", value=asked.days.first.isoformat()),
        Field("to", "To", "date", value=asked.days.last.isoformat()),
    ]


def _line(one: Noise, asked: Asked) -> Line:
    href = {"group": f"/alerts/{one.name}", "source": f"/alerts?{urlencode({'source': one.name})}"}.get(asked.by, "")
    return Line(_label(one), href, _cells(one.counts), one.counts.worked)


def _label(one: Noise) -> str:
    return one.label or NO_RULE


def _cells(counts: Counts) -> tuple[int, ...]:
    return astuple(counts)
