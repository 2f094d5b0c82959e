"""The command line: `longwatch COMMAND`. One clear line and a non-zero exit on every error."""

import argparse
import logging
import os
import sys

from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from longwatch import __version__
from longwatch.commands import (
    backing,
    checking,
    furnishing,
    hooking,
    importing,
    keeping,
    measuring,
    proving,
    running,
    sourcing,
    watching,
)
from longwatch.commands.frame import Handler, Program, Refusal, note
from longwatch.settings import BadSetting, read

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended."""


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
        return handler(read(make_key=options.makes_key), options)
    except (BadSetting, Refusal) as problem:
        note(f"longwatch: {problem}")
    except ArgumentError:
        note("longwatch: LONGWATCH_DATABASE_URL is no address of a database: postgresql://USER:PASSWORD@HOST/NAME.")
    except SQLAlchemyError as problem:
        note(f"longwatch: the database cannot be used: {_first_line(problem)} `longwatch doctor` says more.")
    except KeyboardInterrupt:
        return INTERRUPTED
    return 1


def _first_line(problem: SQLAlchemyError) -> str:
    line = str(problem).splitlines()[0].rstrip()
    return line if line.endswith(".") else f"{line}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="longwatch", description="A service desk in which nothing is forgotten.")
    parser.add_argument("--version", action="version", version=f"longwatch {__version__}")
    parser.set_defaults(makes_key=True)
    program = Program(parser)
    about_tools = (sourcing, watching, backing, hooking, importing)
    for subject in (running, furnishing, *about_tools, proving, keeping, checking, measuring):
        subject.register(program)
    return parser


if __name__ == "__main__":
    main()
