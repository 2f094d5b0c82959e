"""When people are away, and who stands in for them: what the approvals ask before they count voices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor
from longwatch.store.database import Store
from longwatch.store.tables import Person
from longwatch.store.tables_approvals import Absence, Deputy
from longwatch.store.writing import changed, put

FARTHEST = timedelta(days=2 * 366)
"""No absence is entered farther ahead than this: a year typed wrong would make somebody away for ever."""


class BadAbsence(ValueError):  # noqa: N818 - named for who reads it
    """An absence or deputy that cannot be recorded like this: the sentence says why, `field` names the input."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class Away:
    """Somebody is away: until when, if that is known, and the login that stands in, if any."""

    until: datetime | None
    delegate: str | None


@dataclass(frozen=True)
class Period:
    """A time to be away. No end: until it is taken back. `delegate` is the login that stands in."""

    begins_at: datetime
    ends_at: datetime | None = None
    delegate: str | None = None


def away(session: Session, logins: Iterable[str], now: datetime) -> dict[str, Away]:
    """Those of the people who are away now. Of the delegates only those who still work here are told."""
    wanted = sorted(set(logins))
    absent = {row.login: row for row in session.scalars(_covering(now).where(Absence.login.in_(wanted)))}
    unavailable = select(Person.login).where(Person.login.in_(wanted), ~Person.present)
    gone = {*absent, *session.scalars(unavailable)}
    standing = _deputies(session, gone)
    named = {login: _delegate(absent.get(login)) or standing.get(login) for login in gone}
    active = _active(session, named.values())
    return {
        login: Away(
            absent[login].ends_at if login in absent else None,
            delegate if (delegate := named[login]) in active else None,
        )
        for login in sorted(gone)
    }


def _covering(now: datetime) -> Select[Absence]:
    return select(Absence).where(Absence.begins_at <= now, or_(Absence.ends_at.is_(None), Absence.ends_at > now))


def _delegate(absence: Absence | None) -> str | None:
    return absence.delegate if absence is not None else None


def _deputies(session: Session, logins: Iterable[str]) -> dict[str, str]:
    rows = session.execute(select(Deputy.login, Deputy.deputy).where(Deputy.login.in_(sorted(logins))))
    return {row[0]: row[1] for row in rows}


def _active(session: Session, logins: Iterable[str | None]) -> set[str]:
    wanted = sorted({login for login in logins if login})
    return set(session.scalars(select(Person.login).where(Person.login.in_(wanted), Person.active)))


def absences_of(session: Session, login: str, now: datetime) -> list[Absence]:
    """The absences of a person that are not over, the nearest first."""
    ahead = or_(Absence.ends_at.is_(None), Absence.ends_at > now)
    return list(session.scalars(select(Absence).where(Absence.login == login, ahead).order_by(Absence.begins_at)))


def deputy_of(session: Session, login: str) -> str | None:
    """The login that stands in for a person whenever they are away."""
    return session.scalar(select(Deputy.deputy).where(Deputy.login == login))


def enter(store: Store, session: Session, by: Actor, login: str, period: Period) -> Absence:
    """Records that somebody is away. Raises BadAbsence."""
    now = store.now(session)
    _check_period(period, now)
    _check_delegate(session, login, period.delegate, "delegate")
    if any(_overlap(known, period) for known in absences_of(session, login, now)):
        raise BadAbsence("Another absence covers part of this time. Take it back first.", "begins_at")
    row = Absence(
        login=login,
        begins_at=period.begins_at,
        ends_at=period.ends_at,
        delegate=period.delegate,
        entered_by=by.id,
        entered_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _overlap(known: Absence, period: Period) -> bool:
    begins_before_it_ends = known.ends_at is None or period.begins_at < known.ends_at
    return begins_before_it_ends and (period.ends_at is None or known.begins_at < period.ends_at)


def _check_period(period: Period, now: datetime) -> None:
    begins_at, ends_at = period.begins_at, period.ends_at
    if ends_at is not None and ends_at <= begins_at:
        raise BadAbsence("It must end after it begins.", "ends_at")
    if ends_at is not None and ends_at <= now:
        raise BadAbsence("It is over already.", "ends_at")
    if max(begins_at, ends_at or begins_at) > now + FARTHEST:
        raise BadAbsence("That is more than two years ahead. Please check the year.", "begins_at")


def _check_delegate(session: Session, login: str, delegate: str | None, field: str) -> None:
    if delegate is None:
        return
    person = session.get(Person, delegate)
    if delegate == login:
        raise BadAbsence("Name another person.", field)
    if person is None or not person.active or not person.roles:
        raise BadAbsence(f"Nobody who could stand in is called {delegate}.", field)


def take_back(session: Session, login: str, row: int) -> Absence | None:
    """The absence is not, or not any more; returns it as it stood. None when the person has none of this number."""
    found = session.scalar(select(Absence).where(Absence.row == row, Absence.login == login))
    if found is not None:
        changed(session, delete(Absence).where(Absence.row == row))
    return found


def name_deputy(store: Store, session: Session, by: Actor, login: str, deputy: str | None) -> None:
    """Names who stands in for a person in every absence, or nobody. Raises BadAbsence."""
    _check_delegate(session, login, deputy, "deputy")
    if deputy is None:
        changed(session, delete(Deputy).where(Deputy.login == login))
        return
    put(
        session,
        Deputy,
        {"login": login, "deputy": deputy, "named_by": by.id, "named_at": store.now(session)},
    )
