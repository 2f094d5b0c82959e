"""Who asks: the person behind a session cookie, or behind a bearer token at the API.

The cookie holds a random secret only. The session it names is a row in the database, so that ending it really ends it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, abort, g, request
from flask_login import LoginManager, current_user

from activities.commands import actor_of
from longwatch.domain.ticket import Actor
from longwatch.store import people
from web.desk import desk

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is noted when a session was last used."""

API = "/api/"


@dataclass(frozen=True)
class SignedIn:
    """A signed-in person as pages see them: flask-login's `current_user`."""

    secret: str
    id_sha256: str
    login: str
    name: str
    email: str | None
    time_zone: str
    since: datetime
    actor: Actor

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.secret


def register(app: Flask) -> None:
    """Lets flask-login find people by their session's secret."""
    manager = LoginManager(app)
    manager.session_protection = None  # the row is the session; addresses of phones change all day
    manager.user_loader(load)


def load(secret: str) -> SignedIn | None:
    """The person whose living session the secret names, with the rights held now."""
    store = desk().store
    with store.reading() as session:
        now = store.now(session)
        found = people.sign_in_of(session, secret, now)
        if found is None:
            return None
        row, person = found
        actor = actor_of(session, person.actor)
    signed_in = SignedIn(
        secret, row.id_sha256, person.login, person.name, person.email, person.time_zone, row.created_at, actor
    )
    if now - row.seen_at > SEEN_EVERY:
        with store.writing() as session:
            people.seen(session, row.id_sha256, now)
    return signed_in


def current_actor() -> Actor | None:
    """Who asks, with the roles and teams held now: by bearer token at the API, by session cookie everywhere else."""
    if "actor" not in g:
        g.actor = _bearer() if request.path.startswith(API) else _browser()
    actor: Actor | None = g.actor
    return actor


def the_actor() -> Actor:
    """Who asks, behind a policy that let nobody else in."""
    actor = current_actor()
    if actor is None:
        abort(401)
    return actor


def signed_in() -> SignedIn | None:
    """The person whose browser asks, if somebody signed in there."""
    return cast("SignedIn", current_user._get_current_object()) if current_user.is_authenticated else None  # noqa: SLF001 - how werkzeug hands out what a proxy stands for


def _browser() -> Actor | None:
    person = signed_in()
    return person.actor if person else None


def _bearer() -> Actor | None:
    return by_token(request.headers.get("Authorization", ""))


def by_token(header: str) -> Actor | None:
    """Whose token an Authorization header carries."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    with desk().store.reading() as session:
        person = people.person_of_token(session, token.strip())
        return actor_of(session, person.actor) if person else None
