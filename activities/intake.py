"""Turns stored calls of monitoring tools into commands of alert groups; a member that cannot be is parked.

What neither begins nor ends an alert (acknowledged, a note, planned work) is kept as a remark; a tool's own test is
counted and opens nothing. Counters of sources are kept in the same transaction, so they are true to the last one.

Calls are split a slice at a time, each slice in one short transaction that also notes how far it came: a call of
20,000 alerts holds nobody up, and a crash repeats or skips none of them.
"""

import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session, defer

from activities.correlation import Group, groups_of
from activities.heartbeats import Heard, beats
from integrations import TRANSLATORS
from integrations.alert import Alert, NotEnvelope, Untranslatable
from longwatch.domain.ticket import canonical, stamp
from longwatch.messages import ALERT_GROUP
from longwatch.store import source_counts
from longwatch.store.acceptance import Request, accept_machines
from longwatch.store.database import Store
from longwatch.store.tables import Inbox, Parked, Source
from longwatch.store.tables_intake import AlertRemark
from longwatch.store.writing import changed

log = logging.getLogger(__name__)

SLICE = 500
"""Members split in one transaction."""
CHUNK = 200
"""Alerts in one command,"""
CHUNK_CHARACTERS = 200_000
"""and how long it may be: far under the engine's payload limit."""
TEXT = 2_000
"""Characters of an alert's text that its group is told; the inbox keeps all of it."""
KEPT_PARKED = 100_000


@dataclass(frozen=True)
class _Part:
    """Some members of one call, translated."""

    row: Inbox
    end: int
    alerts: list[Alert]
    parked: list[Parked]
    remarks: list[AlertRemark]
    tests: int
    unreadable: str | None = None

    @property
    def over(self) -> bool:
        """Whether nothing of the call is left, also where it turns out to have fewer members than were counted."""
        return self.end >= self.row.size or self.end == self.row.position


class Intake:
    """Splits the inbox of one desk. Keeps the members of the call in hand, since parsing a large one is dear."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._in_hand: tuple[int, list[dict[str, Any]]] = (0, [])

    def split_next(self) -> bool:
        """Splits the next slice of what waits; tells whether there was anything."""
        with self._store.reading() as session:
            # Bodies may be large: each is fetched when its turn comes.
            waiting = select(Inbox).options(defer(Inbox.body, raiseload=True)).where(Inbox.state == "new")
            rows = list(session.scalars(waiting.order_by(Inbox.row).limit(SLICE)))
        parts = list(self._parts(rows))
        if parts:
            with self._store.writing() as session:
                self._write(session, parts)
        return bool(parts)

    def _parts(self, rows: Iterable[Inbox]) -> Iterator[_Part]:
        """As many members as one slice holds, over as many calls as it takes."""
        room = SLICE
        for row in rows:
            if room <= 0:
                return
            try:
                members = self._members(row)[row.position : row.position + room]
            except (NotEnvelope, KeyError) as problem:  # taken by an earlier release: it harms only itself
                room -= 1
                yield _Part(row, row.size, [], [], [], 0, unreadable=f"The call cannot be read any more: {problem}")
                continue
            room -= max(len(members), 1)
            yield _translated(row, members)

    def _members(self, row: Inbox) -> list[dict[str, Any]]:
        if self._in_hand[0] != row.row:
            with self._store.reading() as session:
                body = session.execute(select(Inbox.body).where(Inbox.row == row.row)).scalar_one()
            self._in_hand = (row.row, TRANSLATORS[row.kind].members(body.encode()))
        return self._in_hand[1]

    def _write(self, session: Session, parts: list[_Part]) -> None:
        requests: list[Request] = []
        mine = [part for part in parts if self._claimed(session, part)]  # in others another relay was quicker
        mine = self._without_heartbeats(session, mine)
        _count(session, mine)
        for part in mine:
            session.add_all([*part.parked, *part.remarks])
            groups = groups_of(session, part.row.source, part.alerts)
            requests += _requests(session, part, groups)
        accept_machines(self._store, session, requests)

    def _without_heartbeats(self, session: Session, parts: list[_Part]) -> list[_Part]:
        """Signs of life are noted; an alert that is nothing else opens nothing."""
        calls = [Heard(part.row.source, part.row.kind, part.row.received_at, part.alerts) for part in parts]
        left = beats(self._store, session, calls)
        return [replace(part, alerts=alerts) for part, alerts in zip(parts, left, strict=True)]

    def _claimed(self, session: Session, part: _Part) -> bool:
        """Moves the call's mark past the part; False when it does not stand where it stood."""
        row = part.row
        here = update(Inbox).where(Inbox.row == row.row, Inbox.position == row.position, Inbox.state == "new")
        now = self._store.now(session)
        values = {
            "position": part.end,
            "alerts": case((Inbox.alerts.is_(None), 0), else_=Inbox.alerts) + len(part.alerts),
            "state": "parked" if part.unreadable else "split" if part.over else "new",
            "reason": part.unreadable,
            "split_at": now if part.over else None,
        }
        return changed(session, here.values(**values)) == 1


def _translated(row: Inbox, members: list[dict[str, Any]]) -> _Part:
    part = _Part(row, row.position + len(members), [], [], [], 0)
    tests = 0
    for position, member in enumerate(members, row.position):
        try:
            alert = TRANSLATORS[row.kind].alert(member)
        except Untranslatable as problem:
            part.parked.append(_parked(row, position, problem.reason, member))
            continue
        except Exception as fault:
            log.exception("a member of call %s could not be translated", row.row)
            part.parked.append(_parked(row, position, f"A fault of ours: {type(fault).__name__}.", member))
            continue
        if alert.test:  # the tool's own test button: answered, and no incident
            tests += 1
        elif alert.about != "state":
            part.remarks.append(_remark(row, position, alert))
        else:
            part.alerts.append(alert)
    return replace(part, tests=tests)


def _remark(row: Inbox, position: int, alert: Alert) -> AlertRemark:
    return AlertRemark(
        inbox=row.row,
        position=position,
        source=row.source,
        fingerprint=alert.fingerprint,
        about=alert.about,
        author=alert.author,
        text=alert.text or alert.title,
        at=row.received_at,
    )


def _count(session: Session, parts: Iterable[_Part]) -> None:
    """Adds to the counters of each source once, however many calls of it a slice holds."""
    together: dict[str, Counter[str]] = {}
    seen: dict[str, datetime] = {}
    for part in parts:
        source = part.row.source
        together.setdefault(source, Counter()).update(
            calls=int(part.over),
            alerts=len(part.alerts),
            remarks=len(part.remarks),
            tests=part.tests,
            parked=len(part.parked) + int(part.unreadable is not None),
        )
        seen[source] = max(seen.get(source, part.row.received_at), part.row.received_at)
    for source, more in sorted(together.items()):
        source_counts.count(session, source, more, seen[source])


def _parked(row: Inbox, position: int, reason: str, member: dict[str, Any]) -> Parked:
    body = json.dumps(member)[:KEPT_PARKED]
    return Parked(inbox=row.row, position=position, reason=reason, body=body, parked_at=row.received_at)


def _requests(session: Session, part: _Part, groups: list[Group]) -> list[Request]:
    """One command per group and chunk."""
    source = session.get(Source, part.row.source)
    together: dict[Group, list[dict[str, Any]]] = {}
    for alert, group in zip(part.alerts, groups, strict=True):
        together.setdefault(group, []).append(told_of(alert, stamp(part.row.received_at)))
    actor = f"source:{part.row.source}"
    return [
        Request(
            group.id,
            ALERT_GROUP,
            "alerts",
            actor,
            {
                "group": group.id,
                "source": part.row.source,
                "key": group.key,
                "ci": group.ci,
                "settings": dict(source.settings) if source else {},
                "alerts": chunk,
            },
            key=f"inbox:{part.row.row}:{part.row.position}:{group.id}:{number}",
        )
        for group, alerts in together.items()
        for number, chunk in enumerate(_chunks(alerts))
    ]


def told_of(alert: Alert, received: str) -> dict[str, Any]:
    """What an alert group is told of an alert; `received` is a stamp."""
    kept = alert.to_data()
    for name in ("ci_hints", "labels", "group", "test", "about", "author"):
        del kept[name]
    return {**kept, "text": kept["text"][:TEXT], "at": received}


def _chunks(alerts: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    room = CHUNK_CHARACTERS
    for alert in alerts:
        length = len(canonical(alert))
        if chunk and (len(chunk) == CHUNK or room < length):
            yield chunk
            chunk, room = [], CHUNK_CHARACTERS
        chunk.append(alert)
        room -= length
    if chunk:
        yield chunk
