"""The report of coverage: items nothing is heard of, sources that are silent, alerts whose host nobody recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations import KINDS
from longwatch.store import coverage
from longwatch.store.coverage import CLASS, CRITICALITY, SERVICE, Silence
from longwatch.store.tables import Ci
from web import policies
from web.console.ci_door import CRITICALITY as LEVELS
from web.console.ci_door import EDITORS
from web.console.fields import Field
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.report_noise import attachment
from web.console.times import Moment, moment
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("report_coverage", __name__, url_prefix="/reports")

USUAL = 30
LENGTHS = ("1", "7", "30", "90", "365")
BY: Mapping[str, str] = {CLASS: "Class", CRITICALITY: "Criticality", SERVICE: "Service"}
NONE = "none"
"""In an address: the items that have no service, or no criticality."""


@dataclass(frozen=True)
class Asked:
    """What is asked: silent for how many days, the summary by what, and the list of which items."""

    days: int
    by: str
    chosen: Mapping[str, str]

    def since(self, now: datetime) -> datetime:
        """The instant after which something must have been heard."""
        return now - timedelta(days=self.days)

    def query(self, **more: str) -> str:
        """The same as the query of an address, with what differs."""
        return urlencode({"days": str(self.days), "by": self.by, **self.chosen, **more})

    @property
    def only(self) -> dict[str, Any]:
        """What the list is narrowed to, as the store knows it."""
        return {name: _value(name, text) for name, text in self.chosen.items()}


@dataclass(frozen=True)
class ShareLine:
    """A line of the summary."""

    label: str
    href: str
    items: int
    heard: int
    silent: int
    never: int


@dataclass(frozen=True)
class ItemLine:
    """An item in the list."""

    id: str
    name: str
    class_: str
    criticality: str
    service: str
    last: Moment | None


@dataclass(frozen=True)
class HostLine:
    """A host whose alerts found no item."""

    name: str
    alerts: int
    sources: str
    title: str
    last: Moment


@blueprint.get("/coverage")
@policies.staff
def show() -> str:
    """The page."""
    with desk().store.reading() as session:
        who = viewer(session)
        asked = asked_of(request.args)
        since = asked.since(who.now)
        hosts, more = coverage.strangers(session, since)
        found = coverage.silences(session, since, asked.only, _after(), coverage.LARGEST_PAGE + 1)
        context = {
            "asked": asked,
            "shares": [_share(one, asked) for one in coverage.shares(session, asked.by, since)],
            "items": [_item(one, who) for one in found[: coverage.LARGEST_PAGE]],
            "next_href": _next(asked, found),
            "fields": _fields(session, asked),
            "sources": [
                (name, KINDS[kind].TOOL.label if kind in KINDS else kind, _moment(seen, who))
                for name, kind, seen in coverage.silent_sources(session, since)
            ],
            "hosts": [
                HostLine(one.name, one.alerts, ", ".join(one.sources), one.title, moment(one.last, who.now, who.zone))
                for one in hosts
            ],
            "more_alerts": coverage.MOST_READ if more else 0,
            "edits": any(role in EDITORS for role in who.roles),
        }
        return render("report_coverage.html", "main", **context, **frame(session, who, "/reports"))


@blueprint.get("/coverage.csv")
@policies.staff
def export() -> Response:
    """The items nothing is heard of, as CSV."""
    with desk().store.reading() as session:
        who = viewer(session)
        asked = asked_of(request.args)
        found = coverage.silences(session, asked.since(who.now), asked.only, None, coverage.MOST_EXPORTED)
        rows = [
            (
                one.ci.id,
                one.ci.name,
                one.ci.class_,
                LEVELS[one.ci.criticality],
                one.ci.service or "",
                one.last.isoformat() if one.last else "never",
            )
            for one in found
        ]
    columns = ("Item", "Name", "Class", "Criticality", "Service", "Last heard of")
    return attachment(columns, rows, f"coverage-{asked.days}-days.csv")


def asked_of(typed: Mapping[str, str]) -> Asked:
    """What the address asks; nonsense asks for the usual."""
    days, by = typed.get("days", ""), typed.get("by", "")
    chosen = {name: typed[name].strip()[:120] for name in BY if typed.get(name, "").strip()}
    if chosen.get(CRITICALITY, NONE) not in (NONE, "1", "2", "3"):
        del chosen[CRITICALITY]
    return Asked(int(days) if days in LENGTHS else USUAL, by if by in BY else CLASS, chosen)


def _value(name: str, text: str) -> Any:
    if text == NONE and name != CLASS:
        return None
    return int(text) if name == CRITICALITY else text


def _after() -> tuple[str, str] | None:
    name, identity = request.args.get("name"), request.args.get("id")
    return (name, identity) if name is not None and identity is not None else None


def _next(asked: Asked, found: list[Silence]) -> str:
    if len(found) <= coverage.LARGEST_PAGE:
        return ""
    last = found[coverage.LARGEST_PAGE - 1].ci
    return f"/reports/coverage?{asked.query(name=last.name, id=last.id)}#items"


def _share(one: coverage.Share, asked: Asked) -> ShareLine:
    label = LEVELS[one.name] if asked.by == CRITICALITY else one.name or "No service"
    href = f"/reports/coverage?{asked.query(**{asked.by: NONE if one.name is None else str(one.name)})}#items"
    return ShareLine(label, href, one.items, one.heard, one.silent, one.never)


def _item(one: Silence, who: Viewer) -> ItemLine:
    ci: Ci = one.ci
    return ItemLine(ci.id, ci.name, ci.class_, LEVELS[ci.criticality], ci.service or "", _moment(one.last, who))


def _moment(at: datetime | None, who: Viewer) -> Moment | None:
    return moment(at, who.now, who.zone) if at else None


def _fields(session: Session, asked: Asked) -> list[Field]:
    classes = session.scalars(select(Ci.class_).distinct().order_by(Ci.class_))
    services = session.scalars(select(Ci.service).where(Ci.service.is_not(None)).distinct().order_by(Ci.service))
    lengths = tuple((days, "a day" if days == "1" else f"{days} days") for days in LENGTHS)
    levels = (*((str(level), label) for level, label in LEVELS.items() if level), (NONE, LEVELS[None]))
    return [
        Field("days", "Silent for", "select", lengths, value=str(asked.days), required=True),
        Field("by", "Summary by", "select", tuple(BY.items()), value=asked.by, required=True),
        Field(CLASS, "Class", "select", tuple((name, name) for name in classes), value=asked.chosen.get(CLASS, "")),
        Field(CRITICALITY, "Criticality", "select", levels, value=asked.chosen.get(CRITICALITY, "")),
        Field(
            SERVICE,
            "Service",
            "select",
            (*((name, name) for name in services if name), (NONE, "No service")),
            value=asked.chosen.get(SERVICE, ""),
        ),
    ]
