"""Writes what is known of alerts now, a slice of deliveries at a time, in the transaction that splits them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from activities.correlation import AT_ONCE, Place
from integrations.alert import Alert, Severity
from longwatch.domain.alerts_order import SEVERITIES, Delivery, Row, to_milliseconds
from longwatch.domain.correlating_known import Known, hear
from longwatch.domain.correlating_rules import Rule
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.writing import put_all

NAME = 300
"""Characters of the name that a tool gives for an item."""
_PLACE = {severity: place for place, severity in enumerate(SEVERITIES)}
_KNOWN = (
    KnownAlert.fingerprint,
    KnownAlert.state,
    KnownAlert.severity,
    KnownAlert.starts,
    KnownAlert.ends,
    KnownAlert.told,
    KnownAlert.fired,
    KnownAlert.title,
    KnownAlert.first_at,
    KnownAlert.last_at,
    KnownAlert.changed_at,
    KnownAlert.again,
    KnownAlert.rule,
    KnownAlert.reason,
    KnownAlert.ci,
)
_WANTED = (
    select(*_KNOWN)
    .where(KnownAlert.source == bindparam("source"))
    .where(KnownAlert.fingerprint.in_(bindparam("names", expanding=True)))
)


@dataclass(frozen=True)
class Told:
    """One alert as it was delivered: where it belongs, and where it stands in the inbox."""

    alert: Alert
    place: Place
    received: datetime
    inbox: int
    position: int


@dataclass(frozen=True)
class Standing:
    """An alert that is known already, and why it stands where it stands."""

    known: Known
    rule: str | None
    reason: str
    ci: str | None


def standing_of(session: Session, source: str, fingerprints: Iterable[str]) -> dict[str, Standing]:
    """What is known of these alerts of a source, by fingerprint."""
    names = sorted(set(fingerprints))
    found: dict[str, Standing] = {}
    for begin in range(0, len(names), AT_ONCE):
        some = {"source": source, "names": names[begin : begin + AT_ONCE]}
        for row in session.execute(_WANTED, some):
            said = Row(row.state == "firing", _PLACE[row.severity], row.starts, row.ends, row.told, row.fired)
            known = Known(said, row.title, row.first_at, row.last_at, row.changed_at, row.again)
            found[row.fingerprint] = Standing(known, row.rule, row.reason, row.ci)
    return found


def judged(deliveries: Sequence[Told], standing: Mapping[str, Standing], rules: Iterable[Rule]) -> list[Told]:
    """The deliveries with the severity that the rule of each gives it, where it gives one."""
    severities = {rule.name: rule.severity for rule in rules if rule.severity}
    if not severities:
        return list(deliveries)
    return [_judged(told, standing.get(told.alert.fingerprint), severities) for told in deliveries]


def _judged(told: Told, before: Standing | None, severities: Mapping[str, str]) -> Told:
    rule = before.rule if before is not None and not told.place.new else told.place.rule
    severity = severities.get(rule or "")
    return replace(told, alert=replace(told.alert, severity=cast("Severity", severity))) if severity else told


def know(session: Session, source: str, deliveries: Iterable[Told], standing: Mapping[str, Standing]) -> None:
    """Folds the deliveries of a slice into what is known, and writes each alert once."""
    heard: dict[str, Known] = {}
    last: dict[str, Told] = {}
    for told in deliveries:
        name = told.alert.fingerprint
        before = heard.get(name) or (standing[name].known if name in standing else None)
        heard[name], last[name] = hear(before, _said(told), told.received), told
    put_all(session, KnownAlert, [_row(source, heard[name], told, standing.get(name)) for name, told in last.items()])


def _said(told: Told) -> Delivery:
    alert = told.alert
    firing = alert.state == "firing"
    return Delivery(
        key=alert.fingerprint,
        firing=firing,
        severity=_PLACE[alert.severity],
        starts=None if alert.starts_at is None else to_milliseconds(alert.starts_at),
        ends=None if firing or alert.ends_at is None else to_milliseconds(alert.ends_at),
        at=to_milliseconds(told.received),
        title=alert.title,
        text="",
        links=(),
    )


def _row(source: str, known: Known, told: Told, before: Standing | None) -> dict[str, Any]:
    place, row = told.place, known.row
    kept = before if before is not None and not place.new else None
    return {
        "source": source,
        "fingerprint": told.alert.fingerprint,
        "group": place.group.id,
        "state": "firing" if row.firing else "resolved",
        "severity": SEVERITIES[row.severity],
        "title": known.title,
        "ci": kept.ci if kept else place.ci,
        "host": told.alert.ci_hints[0][:NAME] if told.alert.ci_hints else None,
        "labels": told.alert.labels,
        "rule": kept.rule if kept else place.rule,
        "reason": kept.reason if kept else place.reason,
        "first_at": known.first,
        "last_at": known.last,
        "changed_at": known.changed,
        "again": known.again,
        "fired": row.fired,
        "stale_at": None,
        "inbox": told.inbox,
        "position": told.position,
        "starts": row.starts,
        "ends": row.ends,
        "told": row.seen,
    }
