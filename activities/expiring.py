"""Certificates, domain names, contracts and licences near their end: each opens a request, once for its date."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session
from temporalio import activity

from cmdb.model import model
from longwatch.domain.configuring import CI_EXPIRY
from longwatch.domain.entries import Fault
from longwatch.domain.renewing import read_lead_times
from longwatch.messages import REQUEST
from longwatch.store import configuration
from longwatch.store.acceptance import Request, accept_opening
from longwatch.store.database import Store
from longwatch.store.tables import Ci, Command

ONLY = "default"
"""The one name that lead times have."""
LEAD_TIMES: Mapping[str, int] = {
    "certificate": 30,
    "domain-name": 45,
    "contract": 60,
    "licence": 60,
    "agreement": 60,
}
"""Days, where the desk has no setting of its own. A notice period counts before them."""
ACTOR = "system:renewals"
ENDS = ("expires", "warranty_until")
AT_ONCE = 100
"""Requests opened by one look; the next look opens the rest."""
WEEK, MONTH = 7, 30
"""Days left at which a renewal is urgent, and at which it is not so any more."""
PAST = timedelta(days=90)
"""What ended longer ago than this is history, not a task."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ending:
    """An item and the day on which something about it ends."""

    ci: str
    name: str
    label: str
    attribute: str
    on: date
    team: str | None

    @property
    def key(self) -> str:
        """One request for an item and a date, whoever looks."""
        return f"expiry:{self.ci}:{self.attribute}:{self.on.isoformat()}"[:150]


class Renewing:
    """Opens requests for what is near its end."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn(name="open_renewals", no_thread_cancel_exception=True)
    def open_renewals(self) -> list[str]:
        """One look; the numbers of the requests opened. Raises DBAPIError."""
        with self._store.reading() as session:
            today = self._store.now(session).date()
            due = [one for one in endings(session, today) if not _opened(session, one.key)]
        numbers = []
        for one in due[:AT_ONCE]:
            with self._store.writing() as session:
                numbers.append(accept_opening(self._store, session, REQUEST, _asked(one, today)).ticket)
        return numbers


def endings(session: Session, today: date) -> list[Ending]:
    """Everything in use that is within its lead time, or ended not long ago; the nearest end first."""
    days = lead_times(session)
    known = model(session)
    named = [cast(Ci.attributes, String).contains(f'"{name}"') for name in ENDS]
    query = select(Ci).where(or_(*named), Ci.merged_into.is_(None), Ci.ended_at.is_(None), Ci.obsolete_at.is_(None))
    found = []
    for ci in session.scalars(query.execution_options(yield_per=500)):
        line = known.tree.get(ci.class_).line
        lead = next((days[class_] for class_ in reversed(line) if class_ in days), None)
        label = known.tree.get(ci.class_).label
        found += list(_near(ci, label, lead, today))
    return sorted(found, key=lambda one: (one.on, one.ci))


def _near(ci: Ci, label: str, lead: int | None, today: date) -> Iterator[Ending]:
    held = ci.attributes or {}
    notice = held.get("notice_days")
    for name in ENDS:
        on = _date(held.get(name))
        if lead is None or on is None or on < today - PAST:
            continue
        ahead = timedelta(days=lead + (notice if isinstance(notice, int) else 0))
        if on - today <= ahead:
            yield Ending(ci.id, ci.name, label, name, on, ci.owner_team)


def lead_times(session: Session) -> Mapping[str, int]:
    """Days before the end, by class: the desk's own setting, else (or when nobody can read it) the usual ones."""
    row = configuration.in_force(session, CI_EXPIRY, ONLY)
    if row is None:
        return LEAD_TIMES
    try:
        return read_lead_times(row.data)
    except Fault as fault:
        log.warning("the lead times of renewals cannot be read, the usual ones count: %s", fault)
        return LEAD_TIMES


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _opened(session: Session, key: str) -> bool:
    return session.scalar(select(Command.id).where(Command.key == key)) is not None


def _asked(one: Ending, today: date) -> Request:
    left = (one.on - today).days
    when = f"ended on {one.on}" if left < 0 else f"ends on {one.on}"
    what = "The warranty of " if one.attribute == "warranty_until" else ""
    title = f"{what}{one.name[:120]} {when}"
    far = f"{abs(left)} days {'ago' if left < 0 else 'from now'}"
    hint = "Renew or retire it, then correct the date in the CMDB."
    text = f"{one.label} {one.name} ({one.ci}): {when}, {far}. {hint}"
    urgency = 1 if left <= WEEK else 2 if left <= MONTH else 3
    data = {"source": "desk", "ci": one.ci, "category": "renewal", "impact": 2, "urgency": urgency}
    return Request("", REQUEST, "open", ACTOR, data, {"title": title, "description": text}, key=one.key)
