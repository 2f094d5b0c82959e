"""Freezes and maintenance windows: kept, edited and ended by people, each time with a line in the audit log."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from longwatch.domain.schedule_scope import CIS, CLASSES, SERVICES, TEAMS, Scope, scope_of
from longwatch.domain.schedule_windows import Agreed, WindowFault, agreed_data, read_agreed
from longwatch.domain.ticket import Actor, stamp
from longwatch.store import audit
from longwatch.store.database import Store
from longwatch.store.projection import NEVER
from longwatch.store.tables import Ci, Team
from longwatch.store.tables_schedule import AgreedWindow

KEEPERS = ("change-manager", "admin")
"""The roles whose holders keep them; everybody else may read."""

MOST_SHOWN = 200


class Stale(Exception):  # noqa: N818 - says what is the case
    """Somebody else changed the window since it was looked at."""


def add(store: Store, session: Session, actor: Actor, data: Mapping[str, Any]) -> AgreedWindow:
    """Records a freeze or maintenance window. Raises WindowFault, naming the entry, when it cannot be one."""
    now = store.now(session)
    agreed = _judged(session, data, now)
    row = AgreedWindow(**_columns(agreed), kind=agreed.kind, version=1, created_by=actor.id, created_at=now)
    row.updated_at = now
    session.add(row)
    session.flush()
    audit.note(store, session, actor, f"{agreed.kind}.added", str(row.row), data=agreed_data(agreed))
    return row


def edit(store: Store, session: Session, actor: Actor, row: AgreedWindow, data: Mapping[str, Any]) -> None:
    """Changes a window that is `held`; its kind stays. Raises WindowFault, naming the entry."""
    now, before = store.now(session), agreed_data(agreed_of(row))
    if row.end <= now:
        raise WindowFault("It is over. Add a new one.", "end")
    agreed = _judged(session, {**data, "kind": row.kind}, now)
    for name, value in _columns(agreed).items():
        setattr(row, name, value)
    row.version, row.updated_at = row.version + 1, now
    session.flush()
    both = {"before": before, "after": agreed_data(agreed)}
    audit.note(store, session, actor, f"{row.kind}.edited", str(row.row), data=both)


def end(store: Store, session: Session, actor: Actor, row: AgreedWindow) -> None:
    """Ends a window that is `held`, now; one that had not begun never takes place. Again, it changes nothing."""
    now = store.now(session)
    if row.end <= max(row.begin, now):
        return
    planned = row.end
    row.end, row.version, row.updated_at = max(row.begin, now), row.version + 1, now
    session.flush()
    data = {"name": row.name, "planned_end": stamp(planned), "end": stamp(row.end)}
    audit.note(store, session, actor, f"{row.kind}.ended", str(row.row), data=data)


def held(session: Session, row: int, seen: int | None = None) -> AgreedWindow | None:
    """The window, held against others until the transaction ends; None when there is none.

    Raises Stale when `seen` is not its version.
    """
    found = session.get(AgreedWindow, row, with_for_update=True)
    if found is not None and seen is not None and found.version != seen:
        raise Stale("Somebody else has changed this window meanwhile.")
    return found


def in_span(session: Session, begin: datetime, end: datetime) -> list[AgreedWindow]:
    """The windows that may be on between two instants; which of their weekly times are, is for the unfolding."""
    found = select(AgreedWindow).where(
        AgreedWindow.end > begin, AgreedWindow.begin < end, AgreedWindow.end > AgreedWindow.begin
    )
    return list(session.scalars(found.order_by(AgreedWindow.begin, AgreedWindow.row)))


def listed(session: Session, kind: str, now: datetime, *, over: bool) -> list[AgreedWindow]:
    """Those on or to come, by beginning; or those that are over, the latest first."""
    found = select(AgreedWindow).where(AgreedWindow.kind == kind).limit(MOST_SHOWN)
    if over:
        return list(session.scalars(found.where(AgreedWindow.end <= now).order_by(AgreedWindow.end.desc())))
    return list(session.scalars(found.where(AgreedWindow.end > now).order_by(AgreedWindow.begin, AgreedWindow.row)))


def agreed_of(row: AgreedWindow) -> Agreed:
    """The window a row holds, as the rules know it."""
    stored = {"begin": stamp(row.begin), "end": None if row.end == NEVER else stamp(row.end)}
    plain = {"kind": row.kind, "name": row.name, "reason": row.reason, "blocking": row.blocking}
    if row.end <= row.begin:  # called off before it began
        return Agreed(row.kind, row.name, row.reason, scope_of(row.scope), row.begin, row.end, None, row.blocking)
    return read_agreed({**plain, **stored, "scope": row.scope, "times": row.times})


def _columns(agreed: Agreed) -> dict[str, Any]:
    return {
        "name": agreed.name,
        "reason": agreed.reason,
        "scope": {"kind": agreed.scope.kind, "names": list(agreed.scope.names)},
        "begin": agreed.begin,
        "end": agreed.end or NEVER,
        "times": agreed.times.data() if agreed.times else None,
        "blocking": agreed.blocking,
    }


def _judged(session: Session, data: Mapping[str, Any], now: datetime) -> Agreed:
    agreed = read_agreed(data, now)
    if agreed.times is not None:
        check_zone(agreed.times.zone)
    unknown = _unknown(session, agreed.scope)
    if unknown:
        raise WindowFault(f"Nothing of this kind is called {unknown[0][:60]}.", "scope.names")
    return agreed


def check_zone(name: str) -> None:
    """Raises WindowFault for a time zone nobody knows."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WindowFault(f"There is no time zone called {name[:60]}.", "times.zone") from None


def _unknown(session: Session, scope: Scope) -> list[str]:
    columns: dict[str, InstrumentedAttribute[Any]] = {
        CIS: Ci.id,
        CLASSES: Ci.class_,
        SERVICES: Ci.service,
        TEAMS: Team.id,
    }
    if scope.kind not in columns:
        return []
    return sorted(set(scope.names) - set(_known(session, columns[scope.kind], scope.names)))


def _known(session: Session, column: InstrumentedAttribute[Any], names: Iterable[str]) -> Iterable[str]:
    return session.scalars(select(column).where(column.in_(sorted(set(names)))).distinct())
