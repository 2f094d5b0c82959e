"""What every command is made of: a name, arguments, something that carries it out, and one clear line on error."""

import argparse
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from temporalio.runtime import Runtime, TelemetryConfig

from longwatch.settings import Settings
from longwatch.store import migrate
from longwatch.store.database import Store, open_engine

Handler = Callable[[Settings, argparse.Namespace], int]


class Refusal(Exception):  # noqa: N818 - named for the person who reads it
    """A command cannot be carried out; the text says why and what to do next."""


class Add(Protocol):
    """Adds a command: its name (two words for one under a group), what it does, and its handler."""

    def __call__(self, name: str, about: str, handler: Handler) -> argparse.ArgumentParser:
        """The parser of the command, ready for its arguments."""


class Program:
    """The parser of the whole program."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._commands = parser.add_subparsers(required=True, metavar="COMMAND")
        self._groups: dict[str, argparse._SubParsersAction[argparse.ArgumentParser]] = {}

    def group(self, name: str, about: str) -> None:
        """A first word that more words follow."""
        parser = self._commands.add_parser(name, help=about, description=about)
        self._groups[name] = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(self, name: str, about: str, handler: Handler) -> argparse.ArgumentParser:
        """A command of one word, or of two when the first is a group."""
        first, _, second = name.partition(" ")
        parent = self._groups[first] if second else self._commands
        parser = parent.add_parser(second or first, help=about, description=about)
        parser.set_defaults(handler=handler)
        return parser


def say(line: str = "") -> None:
    """One line of a command's answer."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def note(line: str) -> None:
    """One line about how it goes; not part of the answer."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


@contextmanager
def only_our_words() -> Iterator[None]:
    """The engine's library writes to the same output as we do: inside, it is silent, and problems are told by us."""
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=None)), error_if_already_set=False)
    logger = logging.getLogger("temporalio")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def furnished_store(settings: Settings) -> Iterator[Store]:
    """The desk's database. Raises Refusal when its tables are not those of this release."""
    with opened(settings) as store:
        here, newest = migrate.revisions(store.engine)
        if here != newest:
            what = "has no tables yet" if here is None else f"stands at revision {here}, this release needs {newest}"
            raise Refusal(f"The database {what}: run `longwatch db upgrade` first.")
        yield store


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The desk's database as it is; its connections are closed afterwards."""
    store = Store(open_engine(settings.database_url))
    try:
        yield store
    finally:
        store.engine.dispose()
