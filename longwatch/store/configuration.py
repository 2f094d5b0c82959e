"""Policies, calendars, matrices and routing rules: data, by version, the newest active one in force."""

from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from longwatch.store.database import Store
from longwatch.store.tables import Configuration

POLICY, CALENDAR, MATRIX, ROUTING = "policy", "calendar", "matrix", "routing"


_NAMED = (
    select(Configuration)
    .where(Configuration.kind == bindparam("kind"), Configuration.name == bindparam("name"), Configuration.active)
    .order_by(Configuration.version.desc())
    .limit(1)
)
_VERSIONS = (
    select(Configuration.name, func.max(Configuration.version).label("version"))
    .where(Configuration.kind == bindparam("kind"), Configuration.active)
    .group_by(Configuration.name)
    .subquery()
)
_NEWEST = (
    select(Configuration)
    .join(_VERSIONS, (Configuration.name == _VERSIONS.c.name) & (Configuration.version == _VERSIONS.c.version))
    .where(Configuration.kind == bindparam("kind"))
    .order_by(Configuration.name)
)
# Made once: making a statement takes longer than carrying it out.


def in_force(session: Session, kind: str, name: str) -> Configuration | None:
    """The newest active version of a name."""
    return session.scalar(_NAMED, {"kind": kind, "name": name})


def all_in_force(session: Session, kind: str) -> list[Configuration]:
    """The newest active version of every name, in order of name."""
    return list(session.scalars(_NEWEST, {"kind": kind}))


def publish(store: Store, session: Session, kind: str, name: str, data: dict[str, Any]) -> int:
    """Adds a version; tickets that pinned an older one keep it until a fact chooses again. Returns the version."""
    current = in_force(session, kind, name)
    if current is not None and current.data == data:
        return current.version
    version = (current.version if current else 0) + 1
    session.add(Configuration(kind=kind, name=name, version=version, data=data, created_at=store.now(session)))
    return version
