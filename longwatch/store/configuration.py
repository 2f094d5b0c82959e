"""Policies, calendars, matrices, routing rules, catalogue items ...: data, by version, the newest active one in force.

A version is never changed. To take a setting out of force all its versions are switched off; the newest comes back.
"""

from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from longwatch.domain.configuring import (
    AGEING,
    ALERT_RULES,
    APPROVAL_POLICY,
    CALENDAR,
    CATALOGUE,
    CHANGE_MODEL,
    CI_EXPIRY,
    CI_IMPORT,
    CI_MAPPING,
    HOOK,
    MATRIX,
    POLICY,
    QUESTIONNAIRE,
    ROUTING,
    SIMILAR,
)
from longwatch.store.database import Store
from longwatch.store.tables import Configuration
from longwatch.store.writing import changed

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


def version_of(session: Session, kind: str, name: str, version: int) -> Configuration | None:
    """A version of a name, in force or not: what a ticket has pinned."""
    return session.get(Configuration, (kind, name, version))


def versions(session: Session, kind: str, name: str) -> list[Configuration]:
    """All versions of a name, the newest first."""
    wanted = select(Configuration).where(Configuration.kind == kind, Configuration.name == name)
    return list(session.scalars(wanted.order_by(Configuration.version.desc())))


def newest(session: Session, kind: str, name: str) -> Configuration | None:
    """The newest version of a name, in force or not."""
    wanted = select(Configuration).where(Configuration.kind == kind, Configuration.name == name)
    return session.scalar(wanted.order_by(Configuration.version.desc()).limit(1))


def all_newest(session: Session, kind: str) -> list[Configuration]:
    """The newest version of every name, in force or not, in order of name."""
    last = (
        select(Configuration.name, func.max(Configuration.version).label("version"))
        .where(Configuration.kind == kind)
        .group_by(Configuration.name)
        .subquery()
    )
    newest_ones = (Configuration.name == last.c.name) & (Configuration.version == last.c.version)
    wanted = select(Configuration).join(last, newest_ones).where(Configuration.kind == kind)
    return list(session.scalars(wanted.order_by(Configuration.name)))


class Overtaken(Exception):  # noqa: N818 - what happened
    """Another version came between the look and the writing."""


def publish(
    store: Store, session: Session, kind: str, name: str, data: dict[str, Any], *, after: int | None = None
) -> int:
    """Adds a version; tickets that pinned an older one keep it until a fact chooses again. Returns the version.

    What is in force already is not published again. `after` is the version that this one follows, else the newest.
    Raises Overtaken or IntegrityError when another one followed it first.
    """
    last = newest(session, kind, name)
    standing = last.version if last else 0
    if after is not None and after != standing:
        raise Overtaken
    if last is not None and last.active and last.data == data:
        return standing
    version = standing + 1
    session.add(Configuration(kind=kind, name=name, version=version, data=data, created_at=store.now(session)))
    session.flush()
    return version


def switch(session: Session, kind: str, name: str, *, active: bool) -> None:
    """Takes a name out of force, or its newest version back into force."""
    rows = update(Configuration).where(Configuration.kind == kind, Configuration.name == name)
    last = newest(session, kind, name)
    if active and last is not None:
        rows = rows.where(Configuration.version == last.version)
    changed(session, rows.values(active=active))
    session.expire_all()


__all__ = [
    "AGEING",
    "ALERT_RULES",
    "APPROVAL_POLICY",
    "CALENDAR",
    "CATALOGUE",
    "CHANGE_MODEL",
    "CI_EXPIRY",
    "CI_IMPORT",
    "CI_MAPPING",
    "HOOK",
    "MATRIX",
    "POLICY",
    "QUESTIONNAIRE",
    "ROUTING",
    "SIMILAR",
    "all_in_force",
    "all_newest",
    "in_force",
    "newest",
    "publish",
    "switch",
    "version_of",
    "versions",
]
