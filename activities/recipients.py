"""Who is meant: `user:<login>`, `team:<id>` and `role:<name>` as people who can be told."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from longwatch.store.tables import Membership, Person

_MEMBERS = select(Person).where(Person.login.in_(select(Membership.login).where(Membership.team == bindparam("team"))))
_ACTIVE = select(Person).where(Person.active)


def people_of(session: Session, names: Iterable[str]) -> list[Person]:
    """The active people behind the names, each once, in order of login."""
    found: dict[str, Person] = {}
    for name in names:
        for person in _meant(session, name):
            if person.active:
                found.setdefault(person.login, person)
    return [found[login] for login in sorted(found)]


def _meant(session: Session, name: str) -> list[Person]:
    part, _, rest = name.partition(":")
    if part == "user":
        person = session.get(Person, rest)
        return [person] if person else []
    if part == "team":
        return list(session.scalars(_MEMBERS, {"team": rest}))
    if part == "role":
        everyone = session.scalars(_ACTIVE)
        return [person for person in everyone if rest in person.roles]
    return []
