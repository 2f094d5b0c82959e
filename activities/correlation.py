"""Which alert group an alert belongs to: the one it already fires in, else that of its item, else the tool's own."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cmdb.impact import find_all
from integrations.alert import Alert
from longwatch.domain.alerts import correlation_key, group_id
from longwatch.store.tables import AlertRoute
from longwatch.store.writing import changed, insert_all_once

AT_ONCE = 500
"""Names in one query."""


@dataclass(frozen=True)
class Group:
    """An alert group and what it is about."""

    id: str
    key: str
    ci: str | None


def groups_of(session: Session, source: str, alerts: Sequence[Alert]) -> list[Group]:
    """The group of every alert, in order.

    An alert stays where it first fired until that group is sealed: an item that is added or renamed meanwhile must not
    send the end of an alert somewhere else than its beginning.
    """
    known = _known(session, source, {alert.fingerprint for alert in alerts})
    strangers = [alert for alert in alerts if alert.fingerprint not in known]
    routes: list[dict[str, str | None]] = []
    items = find_all(session, [alert.ci_hints for alert in strangers])
    for alert, ci in zip(strangers, items, strict=True):
        if alert.fingerprint in known:  # twice in one call
            continue
        key = correlation_key(source, ci, alert)
        group = known[alert.fingerprint] = Group(group_id(source, key), key, ci)
        if alert.state == "firing":
            route = {"source": source, "fingerprint": alert.fingerprint, "group": group.id, "key": key, "ci": ci}
            routes.append(route)
    insert_all_once(session, AlertRoute, routes)
    return [known[alert.fingerprint] for alert in alerts]


def forget(session: Session, group: str) -> None:
    """A sealed group holds its alerts no longer: when they fire again they are looked up anew."""
    changed(session, delete(AlertRoute).where(AlertRoute.group == group))


def _known(session: Session, source: str, fingerprints: set[str]) -> dict[str, Group]:
    names = sorted(fingerprints)
    known: dict[str, Group] = {}
    for begin in range(0, len(names), AT_ONCE):
        some = AlertRoute.fingerprint.in_(names[begin : begin + AT_ONCE])
        for route in session.scalars(select(AlertRoute).where(AlertRoute.source == source, some)):
            known[route.fingerprint] = Group(route.group, route.key, route.ci)
    return known
