"""Coverage: which items monitoring is silent about, which sources are, and whose alerts found no item."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from longwatch.store.tables import Ci, Source
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_intake import SourceCount

CLASS, CRITICALITY, SERVICE = DIVISIONS = ("class", "criticality", "service")
LARGEST_PAGE = 100
MOST_EXPORTED = 20_000
MOST_READ = 5_000
"""Alerts without an item that are looked through, the last seen first."""
MOST_HOSTS = 100
HOSTS = (
    *("host", "hostname", "host_name", "instance", "node", "nodename"),
    *("server", "device", "machine", "vm", "exported_instance"),
)
"""Labels that name a host, the most telling first."""


@dataclass(frozen=True)
class Share:
    """Of the items of one class, criticality or service: how many there are, and how many were heard of."""

    name: Any
    items: int
    heard: int
    ever: int

    @property
    def silent(self) -> int:
        """Heard of before, not lately."""
        return self.ever - self.heard

    @property
    def never(self) -> int:
        """Never heard of."""
        return self.items - self.ever


@dataclass(frozen=True)
class Silence:
    """An item that nothing was heard of lately; `last`: when it was, if ever."""

    ci: Ci
    last: datetime | None


@dataclass(frozen=True)
class Host:
    """A host whose alerts found no item. `name` is empty where they name none."""

    name: str
    alerts: int
    sources: tuple[str, ...]
    title: str
    last: datetime


@dataclass
class _Heard:
    """What was read of one host so far."""

    title: str
    last: datetime
    alerts: int = 0
    sources: Counter[str] = field(default_factory=Counter)


def shares(session: Session, by: str, since: datetime) -> list[Share]:
    """Items in use by class, criticality or service. Raises KeyError for another division."""
    name = _COLUMNS[by]
    heard, ever = (func.sum(case((_heard(at), 1), else_=0)) for at in (since, None))
    query = select(name, func.count(), heard, ever).where(*_IN_USE).group_by(name).order_by(name)
    return [Share(*row) for row in session.execute(query)]


def silences(
    session: Session,
    since: datetime,
    only: Mapping[str, Any],
    after: tuple[str, str] | None = None,
    limit: int = LARGEST_PAGE,
) -> list[Silence]:
    """Items in use that nothing was heard of since, by name; those beyond `after`, a name and an id."""
    query = select(Ci, _last()).where(*_IN_USE, ~_heard(since))
    for by, wanted in only.items():
        query = query.where(_COLUMNS[by].is_(None) if wanted is None else _COLUMNS[by] == wanted)
    if after is not None:
        query = query.where(Ci.name >= after[0], or_(Ci.name > after[0], Ci.id > after[1]))
    return [Silence(*row) for row in session.execute(query.order_by(Ci.name, Ci.id).limit(limit))]


def silent_sources(session: Session, since: datetime) -> list[tuple[str, str, datetime | None]]:
    """Sources that may send and have not since: name, kind, when they last did."""
    seen = SourceCount.seen_at
    query = select(Source.name, Source.kind, seen).outerjoin(SourceCount, SourceCount.source == Source.name)
    quiet = or_(seen.is_(None), seen < since)
    return [
        (row[0], row[1], row[2]) for row in session.execute(query.where(Source.active, quiet).order_by(Source.name))
    ]


def strangers(session: Session, since: datetime) -> tuple[list[Host], bool]:
    """Hosts whose alerts found no item since, the loudest first; and whether more alerts than were read did not."""
    columns = (KnownAlert.source, KnownAlert.host, KnownAlert.labels, KnownAlert.title, KnownAlert.last_at)
    query = select(*columns).where(KnownAlert.ci.is_(None), KnownAlert.last_at >= since)
    rows = session.execute(query.order_by(KnownAlert.last_at.desc()).limit(MOST_READ + 1)).all()
    found: dict[str, _Heard] = {}
    for source, named, labels, title, last in rows[:MOST_READ]:
        host = found.setdefault(_without_port(named or host_of(labels)), _Heard(title, last))
        host.alerts += 1
        host.sources[source] += 1
    hosts = [Host(name, one.alerts, tuple(sorted(one.sources)), one.title, one.last) for name, one in found.items()]
    hosts.sort(key=lambda host: (-host.alerts, host.name))
    return hosts[:MOST_HOSTS], len(rows) > MOST_READ


def host_of(labels: Mapping[str, Any]) -> str:
    """The host that labels name, without its port; empty where they name none."""
    for name in HOSTS:
        said = labels.get(name)
        if isinstance(said, str) and said.strip():
            return _without_port(said.strip())
    return ""


def _without_port(name: str) -> str:
    host, colon, port = name.rpartition(":")
    return host.strip("[]") if colon and port.isdecimal() and (":" not in host or "]" in host) else name


def _heard(since: datetime | None) -> ColumnElement[bool]:
    """Whether an alert about the item, or about one that was merged into it, came since; or ever."""
    merged = aliased(Ci)
    lately = () if since is None else (KnownAlert.last_at >= since,)
    own = exists().where(KnownAlert.ci == Ci.id, *lately)
    of_merged = exists().where(and_(merged.merged_into == Ci.id, KnownAlert.ci == merged.id, *lately))
    return or_(own, of_merged)


def _last() -> Any:
    return select(func.max(KnownAlert.last_at)).where(KnownAlert.ci == Ci.id).correlate(Ci).scalar_subquery()


_IN_USE = (Ci.ended_at.is_(None), Ci.merged_into.is_(None), Ci.obsolete_at.is_(None))
_COLUMNS: dict[str, Any] = {CLASS: Ci.class_, CRITICALITY: Ci.criticality, SERVICE: Ci.service}
