"""Alert groups and alerts as the API tells them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from longwatch.domain.ticket import stamp
from longwatch.store.alert_lists import Listed
from longwatch.store.tables_alerts import GroupLine, KnownAlert
from longwatch.store.tables_intake import AlertRemark
from web.console.alert_words import link_name, why_grouped


def group_json(one: Listed) -> dict[str, Any]:
    """A group as lists show it. `state` is its link, told apart: suspended for transients, ended for what is over."""
    line = one.line
    return {
        "group": line.group,
        "title": line.title,
        "state": link_name(line.link, transients=line.transients, sealed=line.sealed),
        "stale": one.stale,
        "severity": line.severity,
        "source": line.source,
        "key": line.key,
        "ci": line.ci,
        "rule": line.rule,
        "why": why_grouped(line.source, line.key, line.reason),
        "firing": line.firing,
        "members": line.members,
        "deliveries": line.alerts,
        "flaps": line.flaps,
        "transients": line.transients,
        "first_seen": _stamp(line.first_seen),
        "last_seen": _stamp(line.last_seen),
        "since": _stamp(line.since),
        "until": _stamp(line.until),
        "parked": _parked(line),
        "incident": _incident(one),
        "version": line.version,
    }


def _parked(line: GroupLine) -> dict[str, Any] | None:
    if line.link != "parked":
        return None
    return {"by": line.parked_by, "text": line.parked_text, "until": _stamp(line.until)}


def _incident(one: Listed) -> dict[str, Any] | None:
    if one.line.incident is None:
        return None
    status = one.ticket.status if one.ticket is not None else None
    return {"number": one.line.incident, "status": status, "title": one.title}


def alerts_json(alerts: Iterable[KnownAlert]) -> list[dict[str, Any]]:
    """The alerts of a group as they were last told."""
    return [
        {
            "source": alert.source,
            "fingerprint": alert.fingerprint,
            "state": alert.state,
            "severity": alert.severity,
            "title": alert.title,
            "ci": alert.ci,
            "labels": alert.labels,
            "rule": alert.rule,
            "reason": alert.reason,
            "first_at": _stamp(alert.first_at),
            "last_at": _stamp(alert.last_at),
            "changed_at": _stamp(alert.changed_at),
            "fired": alert.fired,
            "again": alert.again,
            "stale_at": _stamp(alert.stale_at),
        }
        for alert in alerts
    ]


def remarks_json(remarks: Iterable[AlertRemark]) -> list[dict[str, Any]]:
    """What tools said of the alerts, the latest first."""
    return [
        {
            "at": _stamp(row.at),
            "source": row.source,
            "fingerprint": row.fingerprint,
            "about": row.about,
            "author": row.author,
            "text": row.text,
        }
        for row in remarks
    ]


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
