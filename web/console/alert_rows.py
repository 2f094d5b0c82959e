"""The alerts behind an incident, as their group keeps them: firing before resolved, the worst first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from longwatch.domain import alerts
from longwatch.domain.ticket import instant
from longwatch.store import states
from longwatch.store.tables import Process
from web.console.people import Viewer
from web.console.times import Moment, Tone, moment

MOST_SHOWN = 200

TONES: Mapping[str, Tone] = {"critical": "red", "error": "red", "warning": "amber", "info": "blue"}


@dataclass(frozen=True)
class AlertRow:
    """One condition that monitoring told us of."""

    state: str
    tone: Tone
    name: str
    severity: str
    since: Moment | None
    times: int
    source: str


def alerts_behind(session: Session, state: Any, who: Viewer) -> list[AlertRow]:
    """The rows of the group that the incident is linked to; none when no alert stands behind it."""
    link = getattr(state, "alert", None)
    group = session.get(Process, link.group) if link else None
    if group is None:
        return []
    told = alerts.summary(states.load(alerts, group.state))
    return [_row(alert, told["source"], who) for alert in told["alerts"][:MOST_SHOWN]]


def _row(alert: Mapping[str, Any], source: str, who: Viewer) -> AlertRow:
    firing = alert["state"] == "firing"
    began = alert["starts_at"] or alert["seen_at"]
    return AlertRow(
        alert["state"],
        TONES[alert["severity"]] if firing else "green",
        alert["title"] or alert["fingerprint"],
        alert["severity"],
        moment(instant(began), who.now, who.zone) if began else None,
        alert["fired"],
        source,
    )
