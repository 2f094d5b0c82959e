"""Lists of alert groups and their alerts: filtered, the last seen first, paged by keyset over the indexes."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import instant, stamp
from longwatch.store.tables import Body, Inbox, Ticket
from longwatch.store.tables_alerts import GroupLine, KnownAlert
from longwatch.store.tables_intake import AlertRemark
from longwatch.store.ticket_lists import BadCursor

LARGEST_PAGE = 200
LINKS = ("pending", "parked", "firing", "flapping", "quiet", "cleared")
SUSPENDED, STALE, ENDED = "suspended", "stale", "ended"
STATES = (*LINKS, SUSPENDED, STALE, ENDED)
"""What a list may be narrowed to. Suspended: nothing lasted longer than the hold-down. Stale: something fires of which
nothing was heard for long. Ended: sealed; without this one, lists show what lives."""

MOST_MEMBERS = 200
MOST_REMARKS = 50


@dataclass(frozen=True)
class Filters:
    """What a list shows. `q`: words of title, key or item, or the number of an incident."""

    source: str | None = None
    link: str | None = None
    severity: str | None = None
    ci: str | None = None
    q: str | None = None


@dataclass(frozen=True)
class Listed:
    """A group with the incident it asked for last, that one's title, and whether something in it is stale."""

    line: GroupLine
    ticket: Ticket | None
    title: str | None
    stale: bool


@dataclass(frozen=True)
class Page:
    """A page of a list, and the cursor of the next one."""

    items: list[Listed]
    next: str | None


def page(session: Session, filters: Filters, limit: int = 50, after: str | None = None) -> Page:
    """The groups that were seen last, from the cursor on. Raises BadCursor."""
    limit = max(1, min(limit, LARGEST_PAGE))
    query = _joined().where(GroupLine.last_seen.is_not(None), *_conditions(filters))
    if after:
        query = query.where(_beyond(*_read_cursor(after)))
    query = query.order_by(GroupLine.last_seen.desc(), GroupLine.group.desc()).limit(limit + 1)
    rows = [Listed(*row) for row in session.execute(query)]
    more, rows = len(rows) > limit, rows[:limit]
    return Page(rows, _cursor(rows[-1].line) if more else None)


def one(session: Session, group: str) -> Listed | None:
    """A group, whether it lives or not."""
    row = session.execute(_joined().where(GroupLine.group == group)).one_or_none()
    return Listed(*row) if row else None


def parked(session: Session, limit: int = LARGEST_PAGE) -> list[Listed]:
    """What is parked now, what ends first before the rest."""
    query = _joined().where(GroupLine.link == "parked").order_by(GroupLine.until, GroupLine.group).limit(limit)
    return [Listed(*row) for row in session.execute(query)]


def _joined() -> Any:
    silent = exists().where(
        KnownAlert.group == GroupLine.group, KnownAlert.state == "firing", KnownAlert.stale_at.is_not(None)
    )
    return (
        select(GroupLine, Ticket, Body.text, silent)
        .outerjoin(Ticket, Ticket.number == GroupLine.incident)
        .outerjoin(Body, Body.id == Ticket.title_body)
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    exact = ((GroupLine.source, filters.source), (GroupLine.severity, filters.severity), (GroupLine.ci, filters.ci))
    conditions: list[ColumnElement[bool]] = [column == wanted for column, wanted in exact if wanted is not None]
    conditions.append(and_(GroupLine.sealed) if filters.link == ENDED else ~GroupLine.sealed)
    if filters.link in LINKS:
        conditions.append(GroupLine.link == filters.link)
    elif filters.link == SUSPENDED:
        conditions.append(GroupLine.link == "idle")
    elif filters.link == STALE:
        silent = select(KnownAlert.group).where(KnownAlert.state == "firing", KnownAlert.stale_at.is_not(None))
        conditions.append(GroupLine.group.in_(silent))
    if filters.q:
        conditions.append(_says(filters.q))
    return conditions


def _says(words: str) -> ColumnElement[bool]:
    """Every word stands in title, key or item; or the whole is the incident's number."""
    text = GroupLine.title + " " + GroupLine.key + " " + func.coalesce(GroupLine.ci, "")
    said = and_(*(text.icontains(word, autoescape=True) for word in words.split()[:8]))
    return or_(said, GroupLine.incident == words.strip().upper())


def _beyond(at: datetime, group: str) -> ColumnElement[bool]:
    later = or_(GroupLine.last_seen < at, and_(GroupLine.last_seen == at, GroupLine.group < group))
    return and_(GroupLine.last_seen <= at, later)


def _cursor(line: GroupLine) -> str:
    assert line.last_seen is not None
    return base64.urlsafe_b64encode(json.dumps([stamp(line.last_seen), line.group]).encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[datetime, str]:
    try:
        at, group = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return instant(at), str(group)
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise BadCursor("This cursor was not made by this list.") from error


def members(session: Session, group: str, limit: int = MOST_MEMBERS) -> list[KnownAlert]:
    """The alerts of a group: what fires first, the last seen before the rest."""
    mine = select(KnownAlert).where(KnownAlert.group == group)
    order = (KnownAlert.state != "firing", KnownAlert.last_at.desc(), KnownAlert.source, KnownAlert.fingerprint)
    return list(session.scalars(mine.order_by(*order).limit(limit)))


@dataclass(frozen=True)
class Call:
    """A call as it came: its beginning, and how long it is in characters; `position` is the member it is about."""

    source: str
    kind: str
    received_at: datetime
    position: int
    body: str
    length: int

    @property
    def whole(self) -> bool:
        """Whether the beginning is all of it."""
        return len(self.body) == self.length


def last_call(session: Session, group: str, most: int) -> Call | None:
    """The call that the group's last delivery came in, up to so many characters; none where it is not kept."""
    mine = select(KnownAlert.inbox, KnownAlert.position).where(KnownAlert.group == group)
    alert = session.execute(mine.order_by(KnownAlert.inbox.desc(), KnownAlert.position.desc()).limit(1)).one_or_none()
    if alert is None:
        return None
    body = (func.substr(Inbox.body, 1, most), func.length(Inbox.body))
    asked = select(Inbox.source, Inbox.kind, Inbox.received_at, *body).where(Inbox.row == alert.inbox)
    row = session.execute(asked).one_or_none()
    return None if row is None else Call(row[0], row[1], row[2], alert.position, row[3], row[4])


def remarks(session: Session, alerts: Sequence[KnownAlert]) -> list[AlertRemark]:
    """What tools said of these alerts besides that they fire, the latest first."""
    if not alerts:
        return []
    known = sorted({alert.fingerprint for alert in alerts})
    sources = sorted({alert.source for alert in alerts})
    said = select(AlertRemark).where(AlertRemark.source.in_(sources), AlertRemark.fingerprint.in_(known))
    pairs = {(alert.source, alert.fingerprint) for alert in alerts}
    rows = session.scalars(said.order_by(AlertRemark.row.desc()).limit(MOST_REMARKS))
    return [row for row in rows if (row.source, row.fingerprint) in pairs]
