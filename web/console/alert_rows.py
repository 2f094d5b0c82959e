"""The alerts of a group, as tables show them: firing before resolved, the last seen first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from longwatch.domain import alerts
from longwatch.domain.ticket import instant
from longwatch.store import alert_lists, states
from longwatch.store.tables import Process
from longwatch.store.tables_alerts import KnownAlert
from web.console.alert_words import severity
from web.console.badges import Badge
from web.console.people import Viewer
from web.console.times import Moment, moment

MOST_SHOWN = alert_lists.MOST_MEMBERS

STATES: Mapping[str, Badge] = {
    "firing": Badge("Firing", "red", icon="siren"),
    "resolved": Badge("Resolved", "green", icon="circle-check"),
}


@dataclass(frozen=True)
class AlertRow:
    """One condition that monitoring told us of. `since`: of its state; `why`: why it stands in its group."""

    state: Badge
    name: str
    fingerprint: str
    severity: Badge | None
    since: Moment | None
    seen: Moment | None
    times: int
    source: str
    ci: str = ""
    why: str = ""
    stale: Moment | None = None


def alerts_behind(session: Session, state: Any, who: Viewer) -> list[AlertRow]:
    """The rows of the group that the incident is linked to; none when no alert stands behind it."""
    link = getattr(state, "alert", None)
    return rows_of(session, link.group, who) if link else []


def rows_of(session: Session, group: str, who: Viewer) -> list[AlertRow]:
    """The alerts of a group as they were last told; of older groups, as the group itself keeps them."""
    known = alert_lists.members(session, group, MOST_SHOWN)
    if known:
        return [_row(alert, who) for alert in known]
    process = session.get(Process, group)
    if process is None:
        return []
    told = alerts.summary(states.load(alerts, process.state))
    return [_kept(alert, told["source"], who) for alert in told["alerts"][:MOST_SHOWN]]


def _row(alert: KnownAlert, who: Viewer) -> AlertRow:
    return AlertRow(
        STATES[alert.state],
        alert.title or alert.fingerprint,
        alert.fingerprint,
        severity(alert.severity),
        moment(alert.changed_at, who.now, who.zone),
        moment(alert.last_at, who.now, who.zone),
        alert.fired,
        alert.source,
        alert.ci or "",
        alert.reason if alert.rule is None else f"{alert.reason} (rule {alert.rule})",
        moment(alert.stale_at, who.now, who.zone) if alert.stale_at and alert.state == "firing" else None,
    )


def _kept(alert: Mapping[str, Any], source: str, who: Viewer) -> AlertRow:
    began = alert["starts_at"] or alert["seen_at"]
    return AlertRow(
        STATES[alert["state"]],
        alert["title"] or alert["fingerprint"],
        alert["fingerprint"],
        severity(alert["severity"]),
        moment(instant(began), who.now, who.zone) if began else None,
        moment(instant(alert["seen_at"]), who.now, who.zone) if alert["seen_at"] else None,
        alert["fired"],
        source,
    )
