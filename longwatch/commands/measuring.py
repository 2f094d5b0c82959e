"""Measuring: bench."""

import argparse
from pathlib import Path

from longwatch.commands.frame import Program, Refusal
from longwatch.settings import Settings


def register(program: Program) -> None:
    """Adds the command."""
    about = "measure a desk of its own, beside the bare limits of its engine (minutes; nothing of yours is touched)"
    measuring = program.add("bench", about, _bench)
    measuring.set_defaults(makes_key=False)
    measuring.add_argument("--quick", action="store_true", help="show that it works, within a minute")
    names = "pages alerts openings commands open cmdb"
    measuring.add_argument("--only", nargs="+", default=[], metavar="NAME", help=names)
    measuring.add_argument("--tickets", type=int, metavar="N", help="tickets on the desk (100000)")
    measuring.add_argument("--open-tickets", type=int, metavar="N", help="workflows open at once, and timers (10000)")
    measuring.add_argument("--rounds", type=int, metavar="N", help="turns of bare engine and desk (3)")
    measuring.add_argument("--json", type=Path, metavar="FILE", help="keep the figures as JSON, too")


def _bench(_: Settings, options: argparse.Namespace) -> int:
    from longwatch.bench.rows import GROUPS  # noqa: PLC0415 - only this command pays for loading it
    from longwatch.bench.run import run  # noqa: PLC0415 - likewise
    from longwatch.bench.sizes import chosen  # noqa: PLC0415 - likewise

    unknown = [name for name in options.only if name not in GROUPS]
    if unknown:
        raise Refusal(f"There is nothing called {unknown[0]} to measure. Names are: {', '.join(GROUPS)}.")
    sizes = chosen(
        quick=options.quick, tickets=options.tickets, open_tickets=options.open_tickets, rounds=options.rounds
    )
    return run(sizes, options.only, options.json)
