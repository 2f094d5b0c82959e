"""People change settings: each change is a new version, noted in the audit log with who made it and why.

An editor says which version they saw; whoever was quicker is never overwritten unseen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor
from longwatch.store import audit, configuration
from longwatch.store.configuration import CALENDAR, Overtaken
from longwatch.store.database import Store
from longwatch.store.tables import Audit
from longwatch.store.tables_configuration import CalendarNews
from longwatch.store.writing import insert_once

PUBLISHED, SWITCHED_ON, SWITCHED_OFF = ACTIONS = (
    "configuration published",
    "configuration switched on",
    "configuration switched off",
)

SETTLES = timedelta(seconds=10)
"""Tickets hear of an edited calendar this much later: who just read the old hours has written them down by then."""

MOST_CHANGES = 200


class Outdated(Exception):  # noqa: N818 - an answer, not a fault
    """Somebody changed the setting since it was looked at. `version` is the newest one now, 0 for none."""

    def __init__(self, version: int) -> None:
        super().__init__(f"Somebody has changed this meanwhile: it is now at version {version}.")
        self.version = version


@dataclass(frozen=True)
class Change:
    """A change of a setting, as the audit log has it."""

    at: datetime
    actor: str
    action: str
    version: int
    why: str


class Setting(NamedTuple):
    """A setting by kind and name."""

    kind: str
    name: str

    @property
    def subject(self) -> str:
        """How the audit log names it."""
        return f"{self.kind}/{self.name}"


def publish(
    store: Store,
    session: Session,
    actor: Actor,
    setting: Setting,
    data: dict[str, Any],
    *,
    seen: int | None = None,
    why: str = "",
) -> int:
    """Publishes what a person wrote as a new version; returns it, or the one in force when nothing is new in it.

    `seen` is the newest version the person knew of (0: there was none). Raises Outdated when there is a newer one.
    """
    last = _check_seen(session, setting, seen)
    try:
        version = configuration.publish(store, session, *setting, data, after=last)
    except (IntegrityError, Overtaken) as error:  # somebody published at the same instant
        raise Outdated(last + 1) from error
    if version == last:
        return version
    note = {"version": version, "before": last or None, "why": why}
    audit.note(store, session, actor, PUBLISHED, setting.subject, data=note)
    if setting.kind == CALENDAR:
        spread(store, session, setting.name, f"version {version}")
    return version


def switch(
    store: Store,
    session: Session,
    actor: Actor,
    setting: Setting,
    *,
    active: bool,
    seen: int | None = None,
    why: str = "",
) -> None:
    """Takes a setting out of force, or back into it. Raises Outdated."""
    last = _check_seen(session, setting, seen)
    configuration.switch(session, *setting, active=active)
    action = SWITCHED_ON if active else SWITCHED_OFF
    audit.note(store, session, actor, action, setting.subject, data={"version": last, "why": why})


def _check_seen(session: Session, setting: Setting, seen: int | None) -> int:
    row = configuration.newest(session, *setting)
    last = row.version if row else 0
    if seen is not None and seen != last:
        raise Outdated(last)
    return last


def spread(store: Store, session: Session, calendar: str, cause: str) -> None:
    """Notes that a calendar's hours may be others now: open tickets that count by it are told, some at a time."""
    due = store.now(session) + SETTLES
    insert_once(session, CalendarNews, {"calendar": calendar, "cause": cause, "due_at": due, "after": "", "told": 0})


def changes(session: Session, setting: Setting) -> list[Change]:
    """Who changed a setting, the newest change first."""
    wanted = select(Audit).where(Audit.subject == setting.subject, Audit.action.in_(ACTIONS))
    rows = session.scalars(wanted.order_by(Audit.row.desc()).limit(MOST_CHANGES))
    return [
        Change(row.at, row.actor, row.action, int(row.data.get("version") or 0), str(row.data.get("why") or ""))
        for row in rows
    ]
