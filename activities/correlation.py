"""Which alert group an alert belongs to: the one it already fires in, else that of its item, else the tool's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from cmdb.impact import find_all
from integrations.alert import Alert
from longwatch.domain.alerts import correlation_key, group_id
from longwatch.store.tables import AlertRoute
from longwatch.store.tables_correlation import CorrelatedGroup
from longwatch.store.writing import changed, insert_all_once

AT_ONCE = 500
"""Names in one query."""
TITLE = 300
ACROSS = "*/"
"""How the keys of groups begin in which alerts of several sources meet: no source has this name."""

_ROUTES = select(AlertRoute.fingerprint, AlertRoute.group, AlertRoute.key, AlertRoute.ci).where(
    AlertRoute.source == bindparam("source"), AlertRoute.fingerprint.in_(bindparam("names", expanding=True))
)
# Made once: making a statement takes longer than carrying it out.


@dataclass(frozen=True)
class Group:
    """An alert group and what it is about."""

    id: str
    source: str
    """Of its first alert."""
    key: str
    ci: str | None
    treat: Mapping[str, Any] = field(default_factory=dict)
    """What the rule that made it says of how it is treated."""

    @property
    def across(self) -> bool:
        """Whether alerts of several sources may meet in it."""
        return self.key.startswith(ACROSS)


@dataclass(frozen=True)
class Place:
    """Where an alert belongs and why. `new`: this call brought it there."""

    group: Group
    ci: str | None
    """Of the alert itself."""
    rule: str | None = None
    reason: str = ""
    new: bool = True


def groups_of(session: Session, source: str, alerts: Sequence[Alert], now: datetime) -> list[Place]:
    """The place of every alert, in order.

    An alert stays where it first fired until that group is sealed: an item that is added or renamed meanwhile must not
    send the end of an alert somewhere else than its beginning.
    """
    known = routes_of(session, source, {alert.fingerprint for alert in alerts})
    strangers = [alert for alert in alerts if alert.fingerprint not in known]
    routes: list[dict[str, str | None]] = []
    begun: dict[str, dict[str, Any]] = {}
    items = find_all(session, [alert.ci_hints for alert in strangers])
    for alert, ci in zip(strangers, items, strict=True):
        if alert.fingerprint in known:  # twice in one slice
            continue
        key = correlation_key(source, ci, alert)
        group = Group(group_id(source, key), source, key, ci)
        reason = _reason(alert, ci)
        known[alert.fingerprint] = Place(group, ci, None, reason)
        if alert.state == "firing":
            route = {"source": source, "fingerprint": alert.fingerprint, "group": group.id, "key": key, "ci": ci}
            routes.append(route)
            begun.setdefault(group.id, _begun(source, group, alert.title, reason, now))
    insert_all_once(session, AlertRoute, routes)
    insert_all_once(session, CorrelatedGroup, list(begun.values()))
    return [known[alert.fingerprint] for alert in alerts]


def begin(session: Session, place: Place, title: str, now: datetime) -> None:
    """Notes how a group came to be that is no rule's work."""
    row = _begun(place.group.source, place.group, title, place.reason, now)
    insert_all_once(session, CorrelatedGroup, [row])


def forget(session: Session, group: str) -> None:
    """A sealed group holds its alerts no longer: when they fire again they are looked up anew."""
    changed(session, delete(AlertRoute).where(AlertRoute.group == group))
    changed(session, delete(CorrelatedGroup).where(CorrelatedGroup.group == group))


def routes_of(session: Session, source: str, fingerprints: set[str]) -> dict[str, Place]:
    """Where alerts of a source that fired stand already."""
    names = sorted(fingerprints)
    known: dict[str, Place] = {}
    for begin in range(0, len(names), AT_ONCE):
        some = {"source": source, "names": names[begin : begin + AT_ONCE]}
        for fingerprint, group, key, ci in session.execute(_ROUTES, some):
            known[fingerprint] = Place(Group(group, source, key, ci), ci, new=False)
    return known


def _reason(alert: Alert, ci: str | None) -> str:
    if ci:
        return f"About the same item, {ci}."
    if alert.group:
        return f"The tool itself groups it: {alert.group}."
    return "Alone: neither an item nor a group of the tool's is known."


def _begun(source: str, group: Group, title: str, reason: str, now: datetime) -> dict[str, Any]:
    return {
        "group": group.id,
        "base": group.id,
        "source": source,
        "key": group.key,
        "ci": group.ci,
        "title": title[:TITLE],
        "rule": None,
        "reason": reason,
        "treat": {},
        "begun_at": now,
    }
