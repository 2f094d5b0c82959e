"""Secret addresses of the schedule, for calendar programs: they can send no token but what stands in the address.

Such an address opens the schedule alone, for reading, with the rights its person has at that moment; it can be revoked
without touching anything else. Only its digest is kept.
"""

import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from longwatch.store.database import Store
from longwatch.store.people import secret_digest
from longwatch.store.tables import Person
from longwatch.store.tables_schedule import CalendarFeed
from longwatch.store.writing import changed

MOST_FEEDS = 10
"""Living addresses of one person: a phone, a desk, a wall."""


class TooMany(Exception):  # noqa: N818 - says what is the case
    """The person has as many addresses as anybody needs."""


def create(store: Store, session: Session, login: str, name: str) -> str:
    """A new secret; it is shown this once. Raises TooMany."""
    living = select(func.count()).select_from(CalendarFeed).where(*_living(login))
    if (session.scalar(living) or 0) >= MOST_FEEDS:
        raise TooMany(f"You have {MOST_FEEDS} addresses. Revoke one first.")
    secret = secrets.token_urlsafe(32)
    session.add(CalendarFeed(sha256=secret_digest(secret), login=login, name=name, created_at=store.now(session)))
    session.flush()
    return secret


def person_of(session: Session, secret: str) -> Person | None:
    """Whose address it is; none when unknown or revoked, or the person has left."""
    wanted = (
        select(Person)
        .join(CalendarFeed, CalendarFeed.login == Person.login)
        .where(CalendarFeed.sha256 == secret_digest(secret), CalendarFeed.revoked_at.is_(None), Person.active)
    )
    return session.scalar(wanted)


def of_person(session: Session, login: str) -> list[CalendarFeed]:
    """The living addresses of a person, the newest first."""
    return list(
        session.scalars(
            select(CalendarFeed).where(*_living(login)).order_by(CalendarFeed.created_at.desc(), CalendarFeed.sha256)
        )
    )


def revoke(session: Session, login: str, digest: str, now: datetime) -> bool:
    """Ends one of the person's own addresses at once; tells whether it was alive."""
    mine = update(CalendarFeed).where(CalendarFeed.sha256 == digest, *_living(login))
    return changed(session, mine.values(revoked_at=now)) == 1


def _living(login: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return CalendarFeed.login == login, CalendarFeed.revoked_at.is_(None)
