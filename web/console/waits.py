"""What a person asked of a ticket that is not done: still processing, or refused after they had left."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store.tables import Command
from longwatch.store.tickets import Found
from web.console import words
from web.console.people import Viewer
from web.console.times import Moment, moment
from web.console.words import Badge

LATE = timedelta(seconds=10)
"""A command that waits longer than this waits for the engine."""

RECENT = timedelta(minutes=10)
"""How long a person is told that something they asked for was refused after they had left."""


@dataclass(frozen=True)
class Pending:
    """Something that is saved and not processed yet."""

    label: str
    since: Moment
    late: bool


def pendings(found: Found, who: Viewer) -> list[Pending]:
    """What people asked for that is saved and not processed yet; machines' commands are no news to anybody."""
    waiting = [command for command in found.pending if command.actor.startswith("user:")]
    return [
        Pending(
            words.readable(command.action).lower(),
            moment(command.accepted_at, who.now, who.zone),
            who.now - command.accepted_at > LATE,
        )
        for command in waiting
    ]


def refusals(session: Session, found: Found, who: Viewer) -> list[Badge]:
    """What the person asked for lately and was refused only after the page had answered; and what is parked."""
    mine = (
        select(Command)
        .where(Command.ticket == found.number, Command.outcome.in_(["refused", "stale", "parked"]))
        .where(Command.actor == who.actor.id, Command.settled_at > who.now - RECENT)
        .order_by(Command.row.desc())
        .limit(3)
    )
    return [
        Badge(f"Not done: {words.readable(row.action).lower()}. {row.reason or ''}", "amber", icon="triangle-alert")
        for row in session.scalars(mine)
    ]
