"""Members of a stored call, translated: alerts, remarks, tests of the tool's own, and what must be parked."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from integrations import TRANSLATORS
from integrations.alert import Alert, Untranslatable
from longwatch.store.tables import Inbox, Parked
from longwatch.store.tables_intake import AlertRemark

log = logging.getLogger(__name__)

KEPT_PARKED = 100_000
"""Characters of a member that are kept when it is parked."""


@dataclass
class Part:
    """Some members of one call, translated. Alerts come with their place in the call."""

    row: Inbox
    end: int
    alerts: list[tuple[int, Alert]] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    remarks: list[AlertRemark] = field(default_factory=list)
    tests: int = 0
    unreadable: str | None = None

    @property
    def over(self) -> bool:
        """Whether nothing of the call is left, also where it turns out to have fewer members than were counted."""
        return self.end >= self.row.size or self.end == self.row.position


def translated(row: Inbox, members: Iterable[dict[str, Any]]) -> Part:
    """These members, from the call's mark on. One that cannot be translated harms only itself."""
    part = Part(row, row.position)
    for position, member in enumerate(members, row.position):
        part.end = position + 1
        try:
            alert = TRANSLATORS[row.kind].alert(member)
        except Untranslatable as problem:
            part.parked.append(_parked(row, position, problem.reason, member))
            continue
        except Exception as fault:
            log.exception("a member of call %s could not be translated", row.row)
            part.parked.append(_parked(row, position, f"A fault of ours: {type(fault).__name__}.", member))
            continue
        _sort(part, position, alert)
    return part


def _sort(part: Part, position: int, alert: Alert) -> None:
    if alert.test:  # the tool's own test button: answered, and no incident
        part.tests += 1
    elif alert.about != "state":
        part.remarks.append(_remark(part.row, position, alert))
    else:
        part.alerts.append((position, alert))


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


def _parked(row: Inbox, position: int, reason: str, member: dict[str, Any]) -> Parked:
    body = json.dumps(member)[:KEPT_PARKED]
    return Parked(inbox=row.row, position=position, reason=reason, body=body, parked_at=row.received_at)
