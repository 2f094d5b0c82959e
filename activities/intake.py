"""Turns stored calls of monitoring tools into commands of alert groups; a member that cannot be is parked."""

import json
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cmdb.impact import find
from integrations import KINDS
from integrations.alert import Alert, Untranslatable
from longwatch.domain.alerts import correlation_key, group_id
from longwatch.domain.ticket import stamp
from longwatch.messages import ALERT_GROUP
from longwatch.store.acceptance import Request, accept
from longwatch.store.database import Store
from longwatch.store.tables import Inbox, Parked, Source
from longwatch.store.writing import changed

CHUNK = 200
"""Alerts in one command: keeps a command well under the engine's payload limit."""

Group = tuple[str, str, str | None]


def split_next(store: Store) -> bool:
    """Splits the oldest waiting call in one transaction; tells whether there was one."""
    with store.writing() as session:
        row = session.scalar(select(Inbox).where(Inbox.state == "new").order_by(Inbox.row).limit(1))
        if row is None:
            return False
        claim = update(Inbox).where(Inbox.row == row.row, Inbox.state == "new").values(state="split")
        if changed(session, claim) == 0:
            return True  # another relay was quicker
        row.split_at = store.now(session)
        row.alerts = _split(store, session, row)
        return True


def _split(store: Store, session: Session, row: Inbox) -> int:
    """Writes the commands of a call; returns how many alerts came out of it (tests of the tool are none)."""
    groups: dict[Group, list[dict[str, Any]]] = {}
    for position, member in enumerate(KINDS[row.kind].members(row.body.encode())):
        try:
            alert = KINDS[row.kind].alert(member)
        except Untranslatable as problem:
            _park(session, row, position, problem.reason, member)
            continue
        if not alert.test:
            groups.setdefault(_group(session, row.source, alert), []).append(_data(alert, row.received_at))
    for group, alerts in groups.items():
        _command(store, session, row, group, alerts)
    return sum(len(alerts) for alerts in groups.values())


def _group(session: Session, source: str, alert: Alert) -> Group:
    ci = find(session, alert.ci_hints)
    key = correlation_key(source, ci, alert)
    return group_id(source, key), key, ci


def _data(alert: Alert, received: datetime) -> dict[str, Any]:
    kept = alert.to_data()
    for name in ("ci_hints", "labels", "group", "test"):
        del kept[name]
    return {**kept, "at": stamp(received)}


def _command(store: Store, session: Session, row: Inbox, group: Group, alerts: list[dict[str, Any]]) -> None:
    name, key, ci = group
    source = session.get(Source, row.source)
    settings = dict(source.settings) if source else {}
    rest = iter(alerts)
    position = 0
    while chunk := list(islice(rest, CHUNK)):
        data = {
            "group": name,
            "source": row.source,
            "key": key,
            "ci": ci,
            "settings": settings,
            "alerts": chunk,
        }
        mark = f"inbox:{row.row}:{name}:{position}"
        accept(store, session, Request(name, ALERT_GROUP, "alerts", f"source:{row.source}", data, key=mark))
        position += 1


def _park(session: Session, row: Inbox, position: int, reason: str, member: dict[str, Any]) -> None:
    session.add(
        Parked(
            inbox=row.row,
            position=position,
            reason=reason,
            body=json.dumps(member)[:100_000],
            parked_at=row.received_at,
        )
    )
