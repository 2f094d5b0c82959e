"""What the alert pages draw: a line for each group beside its incident, and one group with all that is known of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Line, instant
from longwatch.store import alert_lists, tickets
from longwatch.store.alert_lists import Filters, Listed
from longwatch.store.tables import Ci, Source
from longwatch.store.tables_alerts import GroupLine
from web.console import words
from web.console.alert_rows import AlertRow, rows_of
from web.console.alert_words import (
    CHOICES,
    LINKS,
    MEANINGS,
    SEVERITIES,
    link_name,
    parked_href,
    parked_name,
    severity,
    tell,
    why_grouped,
)
from web.console.badges import Badge
from web.console.fields import Field
from web.console.names import names_of
from web.console.people import Names, Viewer
from web.console.times import Moment, moment

ROWS = 50
FILTERS = ("source", "link", "severity", "ci", "q")
MOST_LINES = 100
"""Facts of a group that its page tells, the last ones."""


@dataclass(frozen=True)
class Parking:
    """By whom or what a group is parked, and why; `snoozed`: by a person, who may wake it again."""

    name: str
    text: str
    href: str
    snoozed: bool


@dataclass(frozen=True)
class GroupRow:
    """A line of the alert list."""

    group: str
    title: str
    link: Badge
    meaning: str
    stale: bool
    severity: Badge | None
    firing: int
    members: int
    ci: str
    ci_href: str
    source: str
    why: str
    first: Moment | None
    last: Moment | None
    flaps: int
    transients: int
    incident: str
    incident_title: str
    incident_status: Badge | None
    until: Moment | None
    since: Moment | None
    parked: Parking | None
    gone: bool = False


@dataclass(frozen=True)
class AlertsPage:
    """One page of the list. `query` repeats the filters in addresses; `fresh` counts groups not shown yet."""

    rows: Sequence[GroupRow]
    filters: Sequence[Field]
    chosen: Mapping[str, str]
    query: str
    next_href: str
    first_href: str
    fresh: int = 0

    @property
    def active_filters(self) -> int:
        """How many filters are in use."""
        return len(self.chosen)


@dataclass(frozen=True)
class Told:
    """A fact of a group in words."""

    seq: int
    at: Moment
    text: str


@dataclass(frozen=True)
class Remark:
    """What a tool said of an alert besides that it fires."""

    at: Moment
    about: str
    author: str
    text: str
    fingerprint: str


@dataclass(frozen=True)
class GroupPage:
    """One group. `left_out`: facts before those that are told."""

    row: GroupRow
    deliveries: int
    alerts: Sequence[AlertRow]
    told: Sequence[Told]
    left_out: int
    remarks: Sequence[Remark]
    rule: str
    version: int


def alerts_page(session: Session, who: Viewer, asked: Mapping[str, str], *, whole: bool = True) -> AlertsPage:
    """The page that was asked for; without the choices of its filters if not `whole`. Raises BadCursor."""
    chosen = {name: asked[name].strip()[:200] for name in FILTERS if asked.get(name, "").strip()}
    listed = alert_lists.page(session, Filters(**chosen), ROWS, asked.get("after"))
    query = f"?{urlencode(chosen)}" if chosen else ""
    return AlertsPage(
        rows=rows(session, who, listed.items),
        filters=_fields(session, chosen) if whole else [],
        chosen=chosen,
        query=query,
        next_href=f"/alerts?{urlencode({**chosen, 'after': listed.next})}" if listed.next else "",
        first_href=f"/alerts{query}" if asked.get("after") else "",
    )


def live_rows(session: Session, who: Viewer, page: AlertsPage, shown: str) -> AlertsPage:
    """The rows somebody has hands on, in the order they stand there, refreshed; new ones are only counted."""
    groups = [group for group in shown.split(",")[: alert_lists.LARGEST_PAGE] if group]
    within = {row.group: row for row in page.rows}
    left = [group for group in groups if group not in within]
    outside = [found for group in left if (found := alert_lists.one(session, group)) is not None]
    known = within | {row.group: replace(row, gone=True) for row in rows(session, who, outside)}
    fresh = len(within.keys() - set(groups))
    return replace(page, rows=[known[group] for group in groups if group in known], fresh=fresh)


def rows(session: Session, who: Viewer, listed: Sequence[Listed]) -> list[GroupRow]:
    """The lines for these groups."""
    names = names_of(session, [one.line.parked_by for one in listed], [one.line.ci for one in listed])
    return [_row(one, names, who) for one in listed]


def _row(one: Listed, names: Names, who: Viewer) -> GroupRow:
    line = one.line
    name = link_name(line.link, transients=line.transients, sealed=line.sealed)
    first, last, until, since = (
        moment(at, who.now, who.zone) if at else None
        for at in (line.first_seen, line.last_seen, line.until, line.since)
    )
    return GroupRow(
        group=line.group,
        title=line.title or line.key,
        link=LINKS[name],
        meaning=MEANINGS[name],
        stale=one.stale,
        severity=severity(line.severity),
        firing=line.firing,
        members=line.members,
        ci=names.ci(line.ci),
        ci_href=f"/cis/{line.ci}" if line.ci else "",
        source=line.source,
        why=why_grouped(line.source, line.key, line.reason),
        first=first,
        last=last,
        flaps=line.flaps,
        transients=line.transients,
        incident=line.incident or "",
        incident_title=one.title or "",
        incident_status=words.status(one.ticket.status) if one.ticket else None,
        until=until,
        since=since,
        parked=_parking(line, names),
    )


def _parking(line: GroupLine, names: Names) -> Parking | None:
    by = line.parked_by if line.link == "parked" else None
    if by is None:
        return None
    return Parking(parked_name(by, names), line.parked_text or "", parked_href(by), by.startswith("user:"))


def group_page(session: Session, who: Viewer, one: Listed) -> GroupPage:
    """One group: its line, its alerts, what was said of them, and what happened."""
    line = one.line
    lines = tickets.journal(session, line.group, max(0, line.version - MOST_LINES))
    return GroupPage(
        row=rows(session, who, [one])[0],
        deliveries=line.alerts,
        alerts=rows_of(session, line.group, who),
        told=_told(session, lines, who),
        left_out=max(0, line.version - MOST_LINES),
        remarks=_remarks(session, line.group, who),
        rule=line.rule or "",
        version=line.version,
    )


def _told(session: Session, lines: Sequence[Line], who: Viewer) -> list[Told]:
    records = [json.loads(line.text) for line in lines]
    names = names_of(session, [record["data"].get("by") for record in records])
    facts = zip(lines, records, strict=True)
    return [
        Told(line.seq, moment(instant(record["at"]), who.now, who.zone), tell(record, names, who))
        for line, record in facts
    ]


def _remarks(session: Session, group: str, who: Viewer) -> list[Remark]:
    said = alert_lists.remarks(session, alert_lists.members(session, group))
    return [
        Remark(moment(row.at, who.now, who.zone), words.readable(row.about), row.author, row.text, row.fingerprint)
        for row in said
    ]


def _fields(session: Session, chosen: Mapping[str, str]) -> list[Field]:
    sources = [(name, name) for name in session.scalars(select(Source.name).order_by(Source.name))]
    cis = session.execute(select(Ci.id, Ci.name).order_by(Ci.name).limit(200))
    options = {
        "link": list(CHOICES),
        "severity": [(name, badge.label) for name, badge in SEVERITIES.items()],
        "source": sources,
        "ci": [(key, name) for key, name in cis],
    }
    labels = {"link": "State", "severity": "Severity", "source": "Source", "ci": "Item"}
    return [Field(name, labels[name], "select", tuple(options[name]), value=chosen.get(name, "")) for name in options]
