"""Policies, calendars, matrices and routing rules: data, by version, the newest active one in force."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from longwatch.store.database import Store
from longwatch.store.tables import Configuration

POLICY, CALENDAR, MATRIX, ROUTING = "policy", "calendar", "matrix", "routing"


def in_force(session: Session, kind: str, name: str) -> Configuration | None:
    """The newest active version of a name."""
    named = select(Configuration).where(Configuration.kind == kind, Configuration.name == name, Configuration.active)
    return session.scalar(named.order_by(Configuration.version.desc()).limit(1))


def all_in_force(session: Session, kind: str) -> list[Configuration]:
    """The newest active version of every name, in order of name."""
    newest = (
        select(Configuration.name, func.max(Configuration.version).label("version"))
        .where(Configuration.kind == kind, Configuration.active)
        .group_by(Configuration.name)
        .subquery()
    )
    rows = select(Configuration).where(Configuration.kind == kind)
    joined = rows.join(newest, (Configuration.name == newest.c.name) & (Configuration.version == newest.c.version))
    return list(session.scalars(joined.order_by(Configuration.name)))


def publish(store: Store, session: Session, kind: str, name: str, data: dict[str, Any]) -> int:
    """Adds a version; tickets that pinned an older one keep it until a fact chooses again. Returns the version."""
    current = in_force(session, kind, name)
    if current is not None and current.data == data:
        return current.version
    version = (current.version if current else 0) + 1
    session.add(Configuration(kind=kind, name=name, version=version, data=data, created_at=store.now(session)))
    return version
