"""A person's absences as pages show them, and whose absences somebody may enter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store import absences
from longwatch.store.absences import BadAbsence
from longwatch.store.tables import Membership, Person
from web.console.fields import Options
from web.console.names import names_of
from web.console.offers import MOST_CHOICES, options
from web.console.people import Face, Viewer
from web.console.times import Moment, moment


@dataclass(frozen=True)
class AbsenceRow:
    """An absence on a page."""

    row: int
    begins: Moment
    ends: Moment | None
    delegate: Face | None
    now: bool


@dataclass(frozen=True)
class AbsenceCard:
    """A person's absences, with the forms to enter and take back; `typed` and `error` after a refusal."""

    login: str
    own: bool
    rows: Sequence[AbsenceRow]
    deputy: str
    people: Options
    typed: Mapping[str, str]
    error: str = ""
    field: str = ""


def card(
    session: Session, who: Viewer, login: str, typed: Mapping[str, str] | None = None, refused: BadAbsence | None = None
) -> AbsenceCard:
    """The absences of a person that are not over."""
    found = absences.absences_of(session, login, who.now)
    names = names_of(session, [f"user:{row.delegate}" for row in found if row.delegate])
    rows = [
        AbsenceRow(
            row.row,
            moment(row.begins_at, who.now, who.zone),
            moment(row.ends_at, who.now, who.zone) if row.ends_at else None,
            names.face(f"user:{row.delegate}") if row.delegate else None,
            row.begins_at <= who.now,
        )
        for row in found
    ]
    return AbsenceCard(
        login=login,
        own=login == who.login,
        rows=rows,
        deputy=f"user:{deputy}" if (deputy := absences.deputy_of(session, login)) else "",
        people=[one for one in options(session)["person"] if one[0] != f"user:{login}"],
        typed=typed or {},
        error=refused.reason if refused else "",
        field=refused.field if refused else "",
    )


def may_enter(session: Session, who: Viewer, login: str) -> bool:
    """Whether the viewer may say when this person is away."""
    if login == who.login or "admin" in who.roles:
        return True
    teams = select(Membership.team).where(Membership.login == login)
    return "lead" in who.roles and any(team in who.actor.teams for team in session.scalars(teams))


@dataclass(frozen=True)
class Colleague:
    """Somebody whose absences the viewer may enter."""

    login: str
    name: str
    away: bool


def colleagues(session: Session, who: Viewer) -> list[Colleague]:
    """The others whose absences are the viewer's to enter, by name: everybody for admins, a lead's own teams."""
    others = select(Person.login, Person.name).where(Person.active, Person.login != who.login).order_by(Person.name)
    if "admin" not in who.roles:
        if "lead" not in who.roles:
            return []
        mine = select(Membership.login).where(Membership.team.in_(who.actor.teams))
        others = others.where(Person.login.in_(mine))
    people = list(session.execute(others.limit(MOST_CHOICES)))
    gone = absences.away(session, [login for login, _ in people], who.now)
    return [Colleague(login, name, login in gone) for login, name in people]
