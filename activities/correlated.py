"""Tickets that a tool opens itself, at once, under a correlation of its own: one ticket for as long as it lasts.

The alert group behind it is told of the same firing and would ask for the very same incident: the door opens it under
the key the group is going to use, so the group finds it open and takes it for its own. From then on it clears, reopens
and hears of people like any other.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.correlation import Group, Place, begin
from activities.correlation_known import Told, know, standing_of
from activities.heartbeats import Heard, beats
from activities.intake_telling import about, source_settings, told_of, why
from cmdb.impact import find as find_ci
from integrations.alert import Alert, AlertState
from longwatch.domain import alerts
from longwatch.domain.ticket import stamp
from longwatch.messages import ALERT_GROUP, INCIDENT
from longwatch.store import source_counts, states
from longwatch.store.acceptance import Request, accept, accept_machines, accept_opening
from longwatch.store.database import Store
from longwatch.store.tables import Inbox, Process
from longwatch.store.tables_intake import CorrelatedTicket
from longwatch.store.writing import insert_once

_TICKETS = uuid.UUID("6d0f5f0e-5a0b-4e07-8a3e-0b0c7a6f7d52")
"""The name space of record ids: a ticket's number has the same id for ever."""


@dataclass(frozen=True)
class Opening:
    """What a tool opens: its alert, under which correlation, and the call as it came."""

    source: str
    kind: str
    correlation: str
    alert: Alert
    body: str


@dataclass(frozen=True)
class _Behind:
    """The alert group behind a ticket, and which of its episodes this is."""

    group: str
    key: str
    episode: int
    ci: str | None = None


def open_at_once(store: Store, session: Session, opening: Opening) -> CorrelatedTicket:
    """The ticket of this correlation: the living one, told of it again, or a new one."""
    firing = _of(opening.alert, opening.correlation, "firing")
    wanted = select(CorrelatedTicket).where(
        CorrelatedTicket.source == opening.source, CorrelatedTicket.correlation == opening.correlation
    )
    row = session.scalars(wanted.with_for_update()).first()
    behind = _behind(session, opening.source, firing, row)
    if row is None:  # the same at once from two places: one of them makes it, both find it
        number = _opened(store, session, firing, behind)
        mine = {"source": opening.source, "correlation": opening.correlation}
        insert_once(session, CorrelatedTicket, mine | _kept(number, behind, store.now(session)))
        row = session.scalars(wanted.with_for_update()).one()
    elif behind.episode != row.episode:
        number = _opened(store, session, firing, behind)
        for name, value in _kept(number, behind, store.now(session)).items():
            setattr(row, name, value)
        session.flush()
    _tell(store, session, opening, firing, behind)
    return row


def end(store: Store, session: Session, opening: Opening, row: CorrelatedTicket) -> None:
    """Tells the group behind a ticket that its trouble is over."""
    over = _of(opening.alert, row.correlation, "resolved")
    key = alerts.correlation_key(row.source, None, over)
    _tell(store, session, opening, over, _Behind(row.group, key, row.episode))


def comment(store: Store, session: Session, row: CorrelatedTicket, text: str) -> None:
    """Writes what the tool says into the ticket, as an internal note."""
    note = {"body": f"{row.source}: {text}"}
    accept(store, session, Request(row.number, INCIDENT, "message", "system:intake", {"public": False}, note))


def _kept(number: str, behind: _Behind, now: datetime) -> dict[str, Any]:
    sys_id = uuid.uuid5(_TICKETS, number).hex
    return {"number": number, "sys_id": sys_id, "group": behind.group, "episode": behind.episode, "opened_at": now}


def _of(alert: Alert, correlation: str, state: AlertState) -> Alert:
    """The alert as its own group knows it: by the correlation alone, in the order of arrival."""
    return replace(alert, fingerprint=correlation, state=state, starts_at=None, ends_at=None, group="")


def _behind(session: Session, source: str, alert: Alert, row: CorrelatedTicket | None) -> _Behind:
    """The group, and the episode that goes on, or the next one where the incident of the last has ended."""
    key = alerts.correlation_key(source, None, alert)
    group = alerts.group_id(source, key)
    recorded = session.get(Process, group)
    state = states.load(alerts, recorded.state) if recorded else alerts.State()
    on = row is not None and (state.episode < row.episode or (state.episode == row.episode and state.engaged))
    episode = row.episode if row is not None and on else state.episode + 1
    return _Behind(group, key, episode, find_ci(session, list(alert.ci_hints)))


def _opened(store: Store, session: Session, alert: Alert, behind: _Behind) -> str:
    data: Mapping[str, Any] = {
        "source": "monitoring",
        "ci": behind.ci,
        "urgency": None,
        "impact": None,
        "alert": {"group": behind.group, "episode": behind.episode, "severity": alert.severity},
        "tags": [],
        "category": "monitoring",
    }
    texts = {"title": alert.title, "description": "\n\n".join(part for part in (alert.text, *alert.links) if part)}
    mark = f"open:{behind.group}:{behind.episode}"
    asked = Request("", INCIDENT, "open", f"process:{behind.group}", data, texts, key=mark)
    return accept_opening(store, session, INCIDENT, asked).ticket


def _tell(store: Store, session: Session, opening: Opening, alert: Alert, behind: _Behind) -> None:
    """Keeps the call, split already, and tells the group of its alert."""
    now = store.now(session)
    call = Inbox(
        source=opening.source,
        kind=opening.kind,
        body=opening.body,
        size=1,
        received_at=now,
        state="split",
        position=1,
        split_at=now,
        alerts=1,
    )
    session.add(call)
    session.flush()
    place = _place(opening, behind)
    if alert.state == "firing":
        begin(session, place, alert.title, now)
    mine = Told(alert, place, now, call.row, 0)
    know(session, opening.source, [mine], standing_of(session, opening.source, [alert.fingerprint]))
    told = _told(session, place, alert, stamp(now))
    actor, mark = f"source:{opening.source}", f"inbox:{call.row}:0:{behind.group}:0"
    accept_machines(store, session, [Request(behind.group, ALERT_GROUP, "alerts", actor, told, key=mark)])
    source_counts.count(session, opening.source, {"calls": 1, "alerts": 1}, now)
    beats(store, session, [Heard(opening.source, opening.kind, now, ())])


def _place(opening: Opening, behind: _Behind) -> Place:
    group = Group(behind.group, opening.source, behind.key, behind.ci)
    return Place(group, behind.ci, None, f"The tool itself opened a ticket for it, {opening.correlation}.")


def _told(session: Session, place: Place, alert: Alert, received: str) -> dict[str, Any]:
    """The ticket is open already: the group neither waits nor asks whether work is planned."""
    settings = {**source_settings(session, place.group.source), "hold_down": 0, "occurrences": 1, "ask_planned": False}
    return {**about(place.group, settings), **why([place]), "alerts": [told_of(alert, received)]}
