"""Furnishing a desk: its tables, what it begins with, people, teams and tokens."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from longwatch import seed
from longwatch.commands.frame import Program, Refusal, furnished_store, opened, say
from longwatch.domain.roles import ROLES
from longwatch.settings import Settings
from longwatch.store import migrate, people


def register(program: Program) -> None:
    """Adds the commands."""
    program.group("db", "look after the database")
    program.add("db upgrade", "bring the database to the newest form of the tables", _upgrade)
    seeding = program.add("seed", "add calendars, policies and a matrix to begin with", _seed)
    seeding.add_argument("--demo", action="store_true", help="and the demo company")
    _register_people(program)


def _register_people(program: Program) -> None:
    program.group("user", "people who sign in")
    adding = program.add("user add", "add somebody who may sign in", _add_user)
    adding.add_argument("login", metavar="NAME", help="small letters, digits, dots and dashes")
    adding.add_argument("--name", dest="full_name", help="the full name")
    adding.add_argument("--role", action="append", default=[], metavar="R", help=f"one of: {', '.join(ROLES)}")
    adding.add_argument("--team", action="append", default=[], metavar="T", help="a team to belong to")
    adding.add_argument("--email", help="an address for notifications")
    adding.add_argument("--password-stdin", action="store_true", help="read a password from standard input")
    changing = program.add("user password", "set a password, read from standard input; ends all sign-ins", _password)
    changing.add_argument("login", metavar="NAME")
    program.group("team", "teams that tickets are assigned to")
    team = program.add("team add", "add a team", _add_team)
    team.add_argument("id", metavar="ID")
    team.add_argument("--name", dest="full_name", help="the name people read")
    program.group("token", "keys for programs")
    token = program.add("token create", "make a token; prints only the token, this once", _create_token)
    token.add_argument("--user", required=True, metavar="U", help="whose rights it has")
    token.add_argument("--name", default="token", metavar="N", help="what it is for")


def _upgrade(settings: Settings, _: argparse.Namespace) -> int:
    with opened(settings) as store:
        migrate.upgrade(store.engine)
    say("The database is up to date.")
    return 0


def _seed(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store:
        demo = options.demo or settings.demo
        (seed.demo if demo else seed.basics)(store)
        if demo:
            seed.windows(store)
    say("Seeded.")
    return 0


def _add_user(settings: Settings, options: argparse.Namespace) -> int:
    password = _password_read() if options.password_stdin else None
    name, email = options.full_name or options.login, options.email.lower() if options.email else None
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        people.add_person(store, session, options.login, name, email=email, roles=options.role, password=password)
        for team in options.team:
            people.join_team(session, team, options.login)
    say(f"Added {options.login}.")
    return 0


def _password(settings: Settings, options: argparse.Namespace) -> int:
    password = _password_read()
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        people.set_password(session, options.login, password, store.now(session))
    say(f"{options.login} has a new password.")
    return 0


def _password_read() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Refusal("No password came on standard input.")
    return password


def _add_team(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store, store.writing() as session:
        people.add_team(session, options.id, options.full_name or options.id)
    say(f"Added team {options.id}.")
    return 0


def _create_token(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        token = people.create_token(store, session, options.user, options.name)
    say(token)
    return 0


@contextmanager
def _refusals() -> Iterator[None]:
    """What the store refuses becomes the command's one clear line."""
    try:
        yield
    except people.BadPerson as problem:
        raise Refusal(str(problem)) from None
    except IntegrityError:
        raise Refusal("Somebody has this address already: every person needs an address of their own.") from None
