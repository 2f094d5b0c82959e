"""What lives now, read from the database for the strangers of one slice; and what they began, written to it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from activities.correlation_memory import MOST_FIRING, Memory
from cmdb.closure import down
from longwatch.domain.correlating_place import Living
from longwatch.domain.correlating_storm import Storm
from longwatch.store.tables import AlertRoute
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_correlation import AlertStorm, CorrelatedGroup, StormFold
from longwatch.store.writing import changed, insert_all_once, put

AT_ONCE = 500
"""Names in one query."""
TITLE = 300
"""Characters of a title that are kept."""

_FIRES = (
    select(KnownAlert.fingerprint)
    .where(KnownAlert.group == CorrelatedGroup.group, KnownAlert.state == "firing")
    .exists()
)
_OLDEST_FIRST = (CorrelatedGroup.begun_at, CorrelatedGroup.group)
_UPSTREAM = text(
    """
    WITH RECURSIVE up(origin, id, depth) AS (
        SELECT c.id, c.id, 0 FROM cis c WHERE c.id IN :cis
        UNION
        SELECT u.origin, e.cause, u.depth + 1 FROM up u JOIN ci_edges e ON e.victim = u.id WHERE u.depth < :hops
    )
    SELECT origin, id, min(depth) FROM up GROUP BY origin, id
    """
).bindparams(bindparam("cis", expanding=True))


def standing(session: Session, bases: Collection[str], above: dict[str, dict[str, int]], *, titles: bool) -> Memory:
    """The living groups of these bases, those firing on items above, and, for titles, the newest that fire."""

    @lru_cache(maxsize=MOST_FIRING)
    def fails_with(ci: str) -> Collection[str]:
        return down(session, ci).keys()

    memory = Memory(fails_with, above)
    for some in _chunks(bases):
        for row in session.scalars(_groups().where(CorrelatedGroup.base.in_(some))):
            memory.know(living(row))
    causes = {cause for causes in above.values() for cause in causes}
    for some in _chunks(causes):
        for row in session.scalars(_groups().where(CorrelatedGroup.ci.in_(some), _FIRES)):
            _fires(memory, row)
    if titles:
        newest = select(CorrelatedGroup).where(_FIRES).order_by(*(each.desc() for each in _OLDEST_FIRST))
        for row in reversed(session.scalars(newest.limit(MOST_FIRING)).all()):
            _fires(memory, row)
    return memory


def above_of(session: Session, cis: Collection[str], hops: int) -> dict[str, dict[str, int]]:
    """For each item those from which failure could travel to it within so many hops, with their distance."""
    found: dict[str, dict[str, int]] = {}
    for some in _chunks(cis) if hops else ():
        for origin, cause, distance in session.execute(_UPSTREAM, {"cis": some, "hops": hops}):
            found.setdefault(origin, {})[cause] = distance
    return found


def living_of(session: Session, groups: Collection[str]) -> list[Living]:
    """The living groups of these ids."""
    wanted = (_groups().where(CorrelatedGroup.group.in_(some)) for some in _chunks(groups))
    return [living(row) for some in wanted for row in session.scalars(some)]


def living(row: CorrelatedGroup) -> Living:
    """The group that a row tells of."""
    return Living(
        id=row.group,
        base=row.base,
        source=row.source,
        key=row.key,
        ci=row.ci,
        title=row.title,
        begun=row.begun_at,
        rule=row.rule,
        reason=row.reason,
        treat=row.treat,
    )


def write_groups(session: Session, groups: Iterable[Living]) -> None:
    """Writes groups that began."""
    insert_all_once(session, CorrelatedGroup, [_row(group) for group in groups])


def storm_of(session: Session, source: str) -> Storm | None:
    """The counter of a source; none before its first group."""
    row = session.get(AlertStorm, source, populate_existing=True)
    return Storm(row.minute, row.counted, row.before, row.hot_at, row.begun_at, row.key) if row else None


def write_storm(session: Session, source: str, storm: Storm, folded: Sequence[tuple[str, str]]) -> None:
    """Writes the counter of a source, and what was folded into its storm."""
    now = {"minute": storm.minute, "counted": storm.counted, "before": storm.before}
    put(session, AlertStorm, {"source": source, **now, "hot_at": storm.hot, "begun_at": storm.begun, "key": storm.key})
    insert_all_once(session, StormFold, [{"storm": group, "base": base} for group, base in folded])


def know_folds(session: Session, memory: Memory, storm: str, bases: Collection[str]) -> None:
    """Reads which of these were folded into the storm already."""
    for some in _chunks(bases):
        wanted = select(StormFold.base).where(StormFold.storm == storm, StormFold.base.in_(some))
        for base in session.scalars(wanted):
            memory.know_fold(storm, base)


def forget(session: Session, group: str) -> None:
    """A sealed group holds its alerts no longer: when they fire again they are looked up anew."""
    changed(session, delete(AlertRoute).where(AlertRoute.group == group))
    changed(session, delete(CorrelatedGroup).where(CorrelatedGroup.group == group))
    changed(session, delete(StormFold).where(StormFold.storm == group))


def _groups() -> Any:
    return select(CorrelatedGroup).order_by(*_OLDEST_FIRST)


def _fires(memory: Memory, row: CorrelatedGroup) -> None:
    group = living(row)
    memory.know(group)
    memory.alive[group.id] = group


def _row(group: Living) -> dict[str, Any]:
    begun: datetime = group.begun
    return {
        "group": group.id,
        "base": group.base,
        "source": group.source,
        "key": group.key,
        "ci": group.ci,
        "title": group.title[:TITLE],
        "rule": group.rule,
        "reason": group.reason,
        "treat": dict(group.treat),
        "begun_at": begun,
    }


def _chunks(names: Iterable[str]) -> Iterator[list[str]]:
    ordered = iter(sorted(names))
    while some := list(islice(ordered, AT_ONCE)):
        yield some
