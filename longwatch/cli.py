"""The command line: `longwatch COMMAND`. One clear line and a non-zero exit on every error."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from longwatch import __version__, engine, seed, up
from longwatch.settings import BadSetting, Settings, read
from longwatch.store import migrate
from longwatch.store.database import Store, open_engine

Handler = Callable[[Settings, argparse.Namespace], int]


def main() -> None:
    """The entry point of the `longwatch` program."""
    leave(run(sys.argv[1:]))


def leave(code: int) -> None:
    """Ends the process. The engine's client may abort a normal interpreter exit, so this one does not return."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Does what the arguments say; returns the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        handler: Handler = options.handler
        return handler(read(), options)
    except BadSetting as problem:
        print(f"longwatch: {problem}", file=sys.stderr)
    except SQLAlchemyError as problem:
        print(f"longwatch: the database cannot be used: {str(problem).splitlines()[0]}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="longwatch", description="A service desk in which nothing is forgotten.")
    parser.add_argument("--version", action="version", version=f"longwatch {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, help_: str, handler: Handler) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_, description=help_)
        command.set_defaults(handler=handler)
        return command

    add("up", "run the whole desk: engine, worker and web", _up)
    add("web", "run the web server", _web)
    add("worker", "run the worker and the relay", _worker)
    add("engine", "run the embedded engine alone", _engine)
    database = add("db", "upgrade the database", _db)
    database.add_argument("what", choices=["upgrade"])
    seeding = add("seed", "add calendars, policies and a matrix to begin with", _seed)
    seeding.add_argument("--demo", action="store_true", help="and the demo company")
    return parser


def _store(settings: Settings) -> Store:
    return Store(open_engine(settings.database_url))


def _up(settings: Settings, _: argparse.Namespace) -> int:
    store = _store(settings)
    migrate.upgrade(store.engine)
    (seed.demo if settings.demo else seed.basics)(store)
    store.engine.dispose()
    return up.run(settings)


def _web(settings: Settings, _: argparse.Namespace) -> int:
    from web.server import serve  # noqa: PLC0415 - only this command pays for loading the web

    serve(settings)
    return 0


def _worker(settings: Settings, _: argparse.Namespace) -> int:
    from workflows.worker import serve  # noqa: PLC0415 - likewise

    asyncio.run(serve(settings))
    return 0


def _engine(settings: Settings, _: argparse.Namespace) -> int:
    part = up.Part("engine", engine.command(settings), settings.data / "engine.log")
    return up.alone(part, lambda: asyncio.run(engine.prepare(settings)))


def _db(settings: Settings, _: argparse.Namespace) -> int:
    migrate.upgrade(_store(settings).engine)
    print("The database is up to date.")
    return 0


def _seed(settings: Settings, options: argparse.Namespace) -> int:
    (seed.demo if options.demo or settings.demo else seed.basics)(_store(settings))
    print("Seeded.")
    return 0


if __name__ == "__main__":
    main()
