"""People, their teams, passwords, sessions in browsers, and tokens for programs. Of secrets only digests are kept."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from longwatch.domain.roles import ROLES
from longwatch.store.database import Store
from longwatch.store.tables import Membership, Person, SignIn, Team, Token
from longwatch.store.writing import changed

LONGEST_SIGN_IN = timedelta(hours=16)
"""A session in a browser ends after this, whatever happens: no shift is longer."""

IDLE_SIGN_IN = timedelta(hours=4)
"""A session nobody uses ends after this."""

SHORTEST_PASSWORD = 12

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex(16))


class BadPerson(ValueError):  # noqa: N818 - named for who reads it
    """A person or team cannot be recorded like this; the text says why."""


def add_person(
    store: Store,
    session: Session,
    login: str,
    name: str,
    *,
    email: str | None = None,
    roles: Iterable[str] = (),
    password: str | None = None,
    time_zone: str = "UTC",
) -> Person:
    """Records somebody who may sign in. Raises BadPerson for a login that is taken or unusable, or an unknown role."""
    wanted = sorted(set(roles))
    unknown = [role for role in wanted if role not in ROLES]
    if unknown:
        raise BadPerson(f"There is no role called {', '.join(unknown)}. Roles are: {', '.join(ROLES)}.")
    if not login or not login.replace("-", "").replace(".", "").replace("_", "").isalnum() or login != login.lower():
        raise BadPerson(f"{login!r} cannot be a login: use small letters, digits, dots and dashes.")
    if session.get(Person, login) is not None:
        raise BadPerson(f"Somebody has the login {login} already.")
    person = Person(
        login=login, name=name, email=email, roles=wanted, time_zone=time_zone, created_at=store.now(session)
    )
    if password is not None:
        person.password = password_hash(password)
    session.add(person)
    session.flush()
    return person


def add_team(session: Session, team: str, name: str) -> Team:
    """Records a team; the same id again gives the one there is."""
    found = session.get(Team, team)
    if found is None:
        found = Team(id=team, name=name)
        session.add(found)
        session.flush()
    return found


def join_team(session: Session, team: str, login: str) -> None:
    """Makes somebody a member. Raises BadPerson when there is no such team or person."""
    if session.get(Team, team) is None or session.get(Person, login) is None:
        raise BadPerson(f"There is no team {team} or nobody called {login}.")
    if session.get(Membership, (team, login)) is None:
        session.add(Membership(team=team, login=login))


def password_hash(password: str) -> str:
    """The argon2 hash of a new password. Raises BadPerson when it is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadPerson(f"A password needs at least {SHORTEST_PASSWORD} characters.")
    return _HASHER.hash(password)


def set_password(session: Session, login: str, password: str, now: datetime) -> None:
    """A new password; every session of the person ends. Raises BadPerson when nobody has the login."""
    person = session.get(Person, login)
    if person is None:
        raise BadPerson(f"Nobody is called {login}.")
    person.password = password_hash(password)
    end_all_sign_ins(session, login, now)


def verify_password(session: Session, login: str, password: str) -> Person | None:
    """The active person whose login or address and password these are.

    It takes as long for somebody unknown as for a wrong password, so that nobody learns who works here.
    """
    wanted = login.strip().lower()
    person = session.scalars(select(Person).where(or_(Person.login == wanted, Person.email == wanted))).first()
    known = person.password if person is not None and person.active else None
    try:
        _HASHER.verify(known or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return person if known else None


def create_token(store: Store, session: Session, login: str, name: str = "token") -> str:
    """A new token for programs that act as this person. It is shown this once. Raises BadPerson for nobody."""
    if session.get(Person, login) is None:
        raise BadPerson(f"Nobody is called {login}.")
    token = f"lw_{secrets.token_urlsafe(32)}"
    session.add(Token(sha256=secret_digest(token), login=login, name=name, created_at=store.now(session)))
    session.flush()
    return token


def revoke_token(session: Session, digest: str, now: datetime) -> bool:
    """Ends a token at once; tells whether it was alive."""
    alive = update(Token).where(Token.sha256 == digest, Token.revoked_at.is_(None))
    return changed(session, alive.values(revoked_at=now)) == 1


def person_of_token(session: Session, token: str) -> Person | None:
    """Whose token it is; none when unknown, revoked, or the person has left."""
    wanted = (
        select(Person)
        .join(Token, Token.login == Person.login)
        .where(Token.sha256 == secret_digest(token), Token.revoked_at.is_(None), Person.active)
    )
    return session.scalar(wanted)


def begin_sign_in(store: Store, session: Session, login: str, address: str, agent: str) -> str:
    """A new session in a browser; its secret goes into the cookie and is kept here as a digest only."""
    secret, now = secrets.token_urlsafe(32), store.now(session)
    session.add(
        SignIn(
            id_sha256=secret_digest(secret),
            login=login,
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST_SIGN_IN,
            address=address[:120],
            agent=agent[:300],
        )
    )
    session.flush()
    return secret


def sign_in_of(session: Session, secret: str, now: datetime) -> tuple[SignIn, Person] | None:
    """The living session a cookie names, and its person; none when it ended, expired, lay idle, or the person left."""
    wanted = (
        select(SignIn, Person)
        .join(Person, Person.login == SignIn.login)
        .where(
            SignIn.id_sha256 == secret_digest(secret),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            SignIn.seen_at > now - IDLE_SIGN_IN,
            Person.active,
        )
    )
    row = session.execute(wanted).first()
    return (row[0], row[1]) if row else None


def seen(session: Session, id_sha256: str, now: datetime) -> None:
    """Notes that a session was used."""
    changed(session, update(SignIn).where(SignIn.id_sha256 == id_sha256).values(seen_at=now))


def end_sign_in(session: Session, id_sha256: str, now: datetime) -> None:
    """Ends a session for good: its cookie is worth nothing from now on."""
    living = update(SignIn).where(SignIn.id_sha256 == id_sha256, SignIn.ended_at.is_(None))
    changed(session, living.values(ended_at=now))


def end_all_sign_ins(session: Session, login: str, now: datetime) -> None:
    """Ends every session of a person."""
    changed(session, update(SignIn).where(SignIn.login == login, SignIn.ended_at.is_(None)).values(ended_at=now))


def sign_ins_of(session: Session, login: str, now: datetime) -> list[SignIn]:
    """The living sessions of a person, the newest first."""
    living = select(SignIn).where(SignIn.login == login, SignIn.ended_at.is_(None), SignIn.expires_at > now)
    return list(session.scalars(living.order_by(SignIn.created_at.desc())))


def secret_digest(secret: str) -> str:
    """What is kept of a secret: enough to know it again. Secrets are 256 random bits, so they need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
