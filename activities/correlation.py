"""Which alert group an alert belongs to: the one it already fires in, else the one that the desk's rules give it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from activities.correlation_memory import Memory
from activities.correlation_standing import (
    AT_ONCE,
    above_of,
    forget,
    know_folds,
    living_of,
    standing,
    storm_of,
    write_groups,
    write_storm,
)
from cmdb.impact import find_all
from cmdb.model import model
from integrations.alert import Alert
from longwatch.domain.alerts import group_id
from longwatch.domain.correlating import ACROSS, Choice, Seen, choose
from longwatch.domain.correlating_place import Correlator, Living, Placing
from longwatch.domain.correlating_rules import Rule, RulesFault, read_rules
from longwatch.domain.correlating_storm import RATE
from longwatch.store.configuration import ALERT_RULES, in_force
from longwatch.store.tables import AlertRoute, Ci, Source
from longwatch.store.writing import insert_all_once

__all__ = [
    "AT_ONCE",
    "ONLY",
    "Group",
    "Place",
    "begin",
    "forget",
    "group_of",
    "groups_of",
    "local",
    "routes_of",
    "rules_in_force",
    "seen_of",
]

log = logging.getLogger(__name__)

ONLY = "correlation"
"""The one name that the rules have: there is one list of them."""
STORM_RATE = "storm_rate"
"""How many new groups a minute a source may begin, among its settings."""

_ROUTES = select(AlertRoute.fingerprint, AlertRoute.group, AlertRoute.key, AlertRoute.ci).where(
    AlertRoute.source == bindparam("source"), AlertRoute.fingerprint.in_(bindparam("names", expanding=True))
)
_FACTS = select(Ci.id, Ci.class_, Ci.service).where(Ci.id.in_(bindparam("names", expanding=True)))
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

    def named(self, source: str, fingerprint: str) -> str:
        """What it calls an alert: tools name theirs alike, so beside others' the source tells them apart."""
        alone = source == self.source and not self.key.startswith(f"{ACROSS}/")
        return fingerprint if alone else f"{source}/{fingerprint}"


@dataclass(frozen=True)
class Place:
    """Where an alert belongs and why. `new`: this call brought it there."""

    group: Group
    ci: str | None
    """Of the alert itself."""
    rule: str | None = None
    reason: str = ""
    new: bool = True


def groups_of(
    session: Session, source: str, alerts: Sequence[tuple[Alert, datetime]], rules: Sequence[Rule]
) -> list[Place]:
    """The place of every alert, in order; each comes with when it was received.

    An alert stays where it first fired until that group is sealed: an item that is added or renamed meanwhile, or
    another rule, must not send the end of an alert somewhere else than its beginning.
    """
    known = routes_of(session, source, {alert.fingerprint for alert, _ in alerts})
    strangers = [(alert, at) for alert, at in alerts if alert.fingerprint not in known]
    if strangers:
        known |= _placed(session, source, strangers, rules)
    return [known[alert.fingerprint] for alert, _ in alerts]


def rules_in_force(session: Session) -> tuple[Rule, ...]:
    """The desk's rules; none where they were written for a release that is not this one: alerts must go on."""
    row = in_force(session, ALERT_RULES, ONLY)
    try:
        return read_rules(row.data) if row else ()
    except RulesFault:
        log.exception("the rules of correlation cannot be read: alerts are grouped as without any")
        return ()


def _placed(
    session: Session, source: str, strangers: Sequence[tuple[Alert, datetime]], rules: Sequence[Rule]
) -> dict[str, Place]:
    told = seen_of(session, source, strangers, rules)
    choices = [choose(rules, seen, local) for seen in told]
    correlator, memory = _correlator(session, source, list(zip(told, choices, strict=True)), rules)
    known: dict[str, Place] = {}
    routes: dict[str, dict[str, str | None]] = {}
    for (alert, _), seen, choice in zip(strangers, told, choices, strict=True):
        firing = alert.state == "firing"
        if alert.fingerprint in routes or (alert.fingerprint in known and not firing):  # twice in one slice
            continue
        place = known[alert.fingerprint] = _place(correlator.place(seen, firing=firing, choice=choice), seen)
        if firing:
            group = place.group
            route = {"source": source, "fingerprint": alert.fingerprint}
            routes[alert.fingerprint] = {**route, "group": group.id, "key": group.key, "ci": group.ci}
    insert_all_once(session, AlertRoute, list(routes.values()))
    write_groups(session, memory.begun)
    if correlator.storm is not None:
        write_storm(session, source, correlator.storm, memory.folded)
    return known


def _correlator(
    session: Session, source: str, choices: Sequence[tuple[Seen, Choice]], rules: Sequence[Rule]
) -> tuple[Correlator, Memory]:
    """What places these alerts, knowing of what lives as much as they may need."""
    asked = [(seen, choice.rule) for seen, choice in choices if choice.rule is not None]
    hops = max((rule.neighbourhood for _, rule in asked), default=0)
    above = above_of(session, {seen.ci for seen, rule in asked if rule.neighbourhood and seen.ci}, hops)
    bases = {choice.base for _, choice in choices}
    known = session.get(Source, source)
    bound = int((known.settings if known else {}).get(STORM_RATE, RATE))
    storm = storm_of(session, source) if bound else None
    stormy = {group_id(source, storm.key)} if storm and storm.key else set()
    memory = standing(session, bases | stormy, above, titles=any(rule.similar for _, rule in asked))
    for group in sorted(stormy):
        know_folds(session, memory, group, bases)
    return Correlator(source, rules, memory, local, bound, storm), memory


def seen_of(
    session: Session, source: str, alerts: Sequence[tuple[Alert, datetime]], rules: Sequence[Rule]
) -> list[Seen]:
    """What the rules are told of alerts; of their items no more than they ask for."""
    items = find_all(session, [alert.ci_hints for alert, _ in alerts])
    facts = _facts(session, {ci for ci in items if ci}) if rules else {}
    told = []
    for (alert, at), ci in zip(alerts, items, strict=True):
        classes, service = facts.get(ci or "", ((), None))
        told.append(
            Seen(
                source=source,
                fingerprint=alert.fingerprint,
                title=alert.title,
                severity=alert.severity,
                at=at,
                group=alert.group,
                labels=alert.labels,
                ci=ci,
                classes=classes,
                service=service,
            )
        )
    return told


def _facts(session: Session, cis: set[str]) -> dict[str, tuple[tuple[str, ...], str | None]]:
    """The classes (its own and those above) and the service of items."""
    tree = model(session).tree
    found: dict[str, tuple[tuple[str, ...], str | None]] = {}
    names = sorted(cis)
    for begun in range(0, len(names), AT_ONCE):
        for ci, class_, service in session.execute(_FACTS, {"names": names[begun : begun + AT_ONCE]}):
            known = tree.known(class_)
            found[ci] = (known.line if known else (class_,), service)
    return found


def local(zone: str, at: datetime) -> datetime:
    """The wall time of a zone."""
    return at.astimezone(ZoneInfo(zone))


def _place(placing: Placing, seen: Seen) -> Place:
    return Place(group_of(placing.group), seen.ci, placing.rule, placing.reason)


def group_of(group: Living) -> Group:
    """The group as commands name it."""
    return Group(group.id, group.source, group.key, group.ci, group.treat)


def begin(session: Session, place: Place, title: str, now: datetime) -> None:
    """Notes how a group came to be that is no rule's work."""
    group = place.group
    begun = Living(group.id, group.id, group.source, group.key, group.ci, title, now, None, place.reason)
    write_groups(session, [begun])


def routes_of(session: Session, source: str, fingerprints: set[str]) -> dict[str, Place]:
    """Where alerts of a source that fired stand already."""
    names = sorted(fingerprints)
    rows: list[tuple[str, str, str, str | None]] = []
    for begun in range(0, len(names), AT_ONCE):
        found = session.execute(_ROUTES, {"source": source, "names": names[begun : begun + AT_ONCE]})
        rows += [(row.fingerprint, row.group, row.key, row.ci) for row in found]
    special = {group for _, group, key, _ in rows if not _is_usual(source, key)}
    groups = {group.id: group_of(group) for group in living_of(session, special)}
    return {
        fingerprint: Place(groups.get(group) or Group(group, source, key, ci), ci, new=False)
        for fingerprint, group, key, ci in rows
    }


def _is_usual(source: str, key: str) -> bool:
    """Whether the key alone says all there is to say of a group: it is the source's own, and no rule's work."""
    return key.startswith(tuple(f"{source}/{part}/" for part in ("ci", "group", "alert")))
