"""Signs of life: heard where calls are split and at the door of jobs, missed by the clock, each told as an alert once.

A heartbeat is marked and its alert filed in one transaction that holds its row: however many relays look, and whatever
dies, silence is told once, and so is its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations import desk
from integrations.alert import Alert, AlertState, Severity
from longwatch.domain import heartbeat
from longwatch.store import heartbeats
from longwatch.store.database import Store
from longwatch.store.heartbeats import ALIVE, MISSING
from longwatch.store.inbox import Call, keep
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_heartbeats import Heartbeat

PREFIX = "longwatch/heartbeat/"
"""How the fingerprints of these alerts begin; no tool tells them, so no poll misses them."""


@dataclass(frozen=True)
class Heard:
    """A call, or a part of one, as it was split; `kind` is that of its row in the inbox."""

    source: str
    kind: str
    at: datetime
    alerts: Sequence[Alert]


def beats(store: Store, session: Session, calls: Sequence[Heard]) -> list[list[Alert]]:
    """Notes the signs of life in these calls; returns the alerts of each that are more than a sign of life."""
    tools = {call.source for call in calls if call.kind != desk.KIND}
    owed = heartbeats.owed_by(session, tools) if tools else {}
    if not owed:
        return [list(call.alerts) for call in calls]
    signs: dict[int, list[datetime]] = {}
    left = [
        _heard(call, owed.get(call.source, []), signs) if call.kind != desk.KIND else list(call.alerts)
        for call in calls
    ]
    for row, at in sorted(signs.items()):
        _seen(store, session, row, at)
    return left


def beat(store: Store, session: Session, source: str, signal: str) -> bool:
    """A job says that it ran. False where nobody expects this signal of this source."""
    rows = {row.signal: row.row for row in heartbeats.owed_by(session, [source]).get(source, [])}
    now = store.now(session)
    for row in sorted(rows[name] for name in {signal, heartbeat.ANY} & set(rows)):
        _seen(store, session, row, [now])
    return signal in rows


def miss(store: Store, session: Session, row: int) -> bool:
    """Tells of a sign of life that did not come; tells whether it is still so, and was not told before."""
    known = heartbeats.of(session, row)
    now = store.now(session)
    if known.state == MISSING or known.due_at > now:
        return False
    waited = now - (known.seen_at or known.since)
    known.state, known.since = MISSING, now
    _file(store, session, known, silence(known, waited))
    return True


def remove(store: Store, session: Session, row: int) -> Heartbeat:
    """Expects it no longer; what its silence opened is cleared. Raises BadHeartbeat."""
    known = heartbeats.of(session, row)
    if known.state == MISSING:
        _file(store, session, known, _back(known, store.now(session), "Nobody expects it any more."))
    session.delete(known)
    session.flush()
    return known


def silence(known: Heartbeat, waited: timedelta) -> Alert:
    """The alert that silence is: since the last sign of life or, where none ever came, since one is expected."""
    last, spell = known.seen_at, heartbeat.span(int(waited.total_seconds()))
    came = "None has come since it was set up" if last is None else f"The last one came at {_utc(last)}"
    text = (
        f"A sign of life is expected every {heartbeat.span(known.interval)}, and may be late by "
        f"{heartbeat.span(known.grace)}. {came}. What the source watches over is not watched while it is silent."
    )
    return _alert(known, "firing", f"No sign of life from {_name(known)} for {spell}", text)


def trusted(session: Session, data: Mapping[str, Any], _now: datetime) -> dict[str, Any]:
    """Which dead-man signals of the group's sources are missing: none, and the end of its alerts may be believed."""
    sources = {str(data["source"])}
    if data.get("group"):
        others = select(KnownAlert.source).where(KnownAlert.group == data["group"])
        sources.update(session.scalars(others.distinct()))
    return {"missing": [_name(row) for row in heartbeats.missing(session, sources)]}


def _heard(call: Heard, owed: Sequence[Heartbeat], signs: dict[int, list[datetime]]) -> list[Alert]:
    left = []
    for row in owed:
        if row.signal == heartbeat.ANY:
            signs.setdefault(row.row, []).append(call.at)
    for alert in call.alerts:
        mine = [each.row for each in owed if heartbeat.is_beat(each.signal, alert.fingerprint, alert.labels)]
        if not mine:
            left.append(alert)
        for number in mine if alert.state == "firing" else ():  # its end is no sign of life: the clock says what it is
            signs.setdefault(number, []).append(call.at)
    return left


def _seen(store: Store, session: Session, row: int, at: Sequence[datetime]) -> None:
    """One that comes too late, out of a long queue, is kept but proves nothing about now."""
    known, now = heartbeats.of(session, row), store.now(session)
    known.beats += len(at)
    known.seen_at = max(at) if known.seen_at is None else max(*at, known.seen_at)
    due_at = heartbeat.due(known.seen_at, known.interval, known.grace)
    if due_at > now:
        if known.state == MISSING:
            _file(store, session, known, _back(known, now, "A sign of life came."))
        if known.state != ALIVE:
            known.state, known.since = ALIVE, now
        known.due_at = max(due_at, known.due_at)
    session.flush()


def _back(known: Heartbeat, now: datetime, why: str) -> Alert:
    gone = heartbeat.span(int((now - known.since).total_seconds()))
    return _alert(known, "resolved", f"{_name(known)} gives signs of life", f"{why} It was missing for {gone}.", now)


def _alert(known: Heartbeat, state: AlertState, title: str, text: str, over: datetime | None = None) -> Alert:
    return Alert(
        fingerprint=f"{PREFIX}{known.row}",
        state=state,
        title=title,
        severity=cast("Severity", known.severity),
        text=text,
        starts_at=known.since,
        ends_at=over,
        ci_hints=(known.ci,) if known.ci else (),
        group=f"Signs of life of {_name(known)}",
        labels={"source": known.source, "signal": known.signal, "heartbeat": "back" if over else "missing"},
    )


def _file(store: Store, session: Session, known: Heartbeat, alert: Alert) -> None:
    keep(store, session, [Call(known.source, desk.KIND, desk.body([alert]), 1)])


def _name(known: Heartbeat) -> str:
    return f"{known.source}: {known.signal}" if known.signal else known.source


def _utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")
