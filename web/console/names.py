"""Looks up the names that a page shows, in one query a kind: people by login, teams and configuration items by id."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store.tables import Ci, Person, Team
from web.console.people import Names


def names_of(session: Session, actors: Iterable[str | None], cis: Iterable[str | None] = ()) -> Names:
    """The names of the actors (`user:<login>`), of all teams, and of the configuration items."""
    logins = {actor.removeprefix("user:") for actor in actors if actor and actor.startswith("user:")}
    items = {ci for ci in cis if ci}
    people = select(Person.login, Person.name).where(Person.login.in_(sorted(logins)))
    return Names(
        people=dict(session.execute(people).all()) if logins else {},
        teams=dict(session.execute(select(Team.id, Team.name)).all()),
        cis=dict(session.execute(select(Ci.id, Ci.name).where(Ci.id.in_(sorted(items)))).all()) if items else {},
    )
