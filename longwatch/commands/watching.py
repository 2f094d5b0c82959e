"""What must not fall silent: heartbeats, asking the tools themselves, marks of alerts nobody speaks of any more."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from longwatch.commands.frame import Program, Refusal, furnished_store, say
from longwatch.domain.heartbeat import SEVERITIES, BadHeartbeat, exactly, seconds_of, vouches
from longwatch.settings import Settings
from longwatch.store import heartbeats, polls, sources
from longwatch.store.heartbeats import Owed
from longwatch.store.polls import BadPoll, Wanted
from longwatch.store.sources import BadSource
from longwatch.store.tables_heartbeats import Heartbeat, SourcePoll

STAMP = "%Y-%m-%d %H:%M:%S UTC"


def register(program: Program) -> None:
    """Adds the commands; the group `source` must be there."""
    program.group("heartbeat", "signals that must not fall silent")
    adding = program.add("heartbeat add", "expect a sign of life; prints the path of its door, or nothing", _add)
    adding.add_argument("--source", required=True, metavar="N", help="the source that owes it")
    adding.add_argument("--signal", default="", metavar="S", help="name=value labels, a job's name; any call if none")
    adding.add_argument("--every", required=True, metavar="T", help="90 s, 5 min, 2 h, 1 d")
    adding.add_argument("--grace", default="1 min", metavar="T", help="by how much it may be late (1 min)")
    adding.add_argument("--severity", default="critical", choices=SEVERITIES, help="of its silence (critical)")
    adding.add_argument("--ci", metavar="ID", help="the configuration item that has died when it is silent")
    guarding = adding.add_mutually_exclusive_group()
    guarding.add_argument(
        "--guards", action="store_true", default=None, help="ends are not believed while it is missing"
    )
    guarding.add_argument("--guards-nothing", action="store_false", dest="guards", help="ends are believed anyway")
    program.add("heartbeat list", "list what is expected, and what is missing", _list)
    removing = program.add("heartbeat remove", "expect it no longer; what its silence opened is cleared", _remove)
    removing.add_argument("--source", required=True, metavar="N")
    removing.add_argument("--signal", default="", metavar="S")
    _register_asking(program)


def _register_asking(program: Program) -> None:
    asking = program.add("source poll", "ask the tool behind a source what is not well, again and again", _poll)
    asking.add_argument("name", metavar="NAME")
    asking.add_argument("--url", metavar="U", help="where its API is")
    asking.add_argument("--every", default="2 min", metavar="T", help="2 min")
    asking.add_argument("--grace", default="3 min", metavar="T", help="how long an alert must be gone there (3 min)")
    asking.add_argument("--login", default="", metavar="L", help="without one, the secret is a bearer token")
    asking.add_argument("--secret-stdin", action="store_true", help="read the secret from standard input")
    asking.add_argument("--authority", type=Path, metavar="FILE", help="certificates in PEM that vouch for the tool")
    asking.add_argument("--any-name", action="store_true", help="its certificate need not bear the name of its host")
    asking.add_argument("--scope", default="", metavar="S", help="a receiver of Alertmanager, a filter of Icinga 2")
    asking.add_argument("--off", action="store_true", help="do not ask it any more")
    program.add("source ask", "have the tool asked now", _ask).add_argument("name", metavar="NAME")
    program.add("source polls", "list what the tool answered last", _polls).add_argument("name", metavar="NAME")
    stale = program.add("source stale", "mark alerts that nobody speaks of any more", _stale)
    stale.add_argument("name", metavar="NAME")
    stale.add_argument("--after", metavar="T", help="2 h, 1 d; never when left out")


def _add(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        times = {"interval": seconds_of(options.every), "grace": seconds_of(options.grace)}
        guards = vouches(options.signal) if options.guards is None else options.guards
        owed = Owed(options.source, options.signal, **times, severity=options.severity, ci=options.ci, guards=guards)
        heartbeats.add(store, session, owed)
    if "=" not in options.signal:
        say(f"/hooks/heartbeat/KEY{'/' if options.signal else ''}{options.signal}")
    return 0


def _list(settings: Settings, _: argparse.Namespace) -> int:
    with furnished_store(settings) as store, store.reading() as session:
        for row in heartbeats.every(session):
            last = f"{row.seen_at:{STAMP}}" if row.seen_at else "never"
            say(f"{row.state:8}  {row.source}  {row.signal or 'any call'}  every {exactly(row.interval)}  last {last}")
    return 0


def _remove(settings: Settings, options: argparse.Namespace) -> int:
    from activities.heartbeats import remove  # noqa: PLC0415 - only this command pays for loading it

    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        mine = Heartbeat.source == options.source, Heartbeat.signal == options.signal
        row = session.query(Heartbeat.row).filter(*mine).scalar()
        if row is None:
            raise Refusal(f"Nobody expects {options.signal or 'calls'} of {options.source}.")
        remove(store, session, row)
    say(f"Nobody waits for {options.signal or 'calls'} of {options.source} any more.")
    return 0


def _poll(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        kind = sources.found(session, options.name).kind
        if options.off:
            polls.switch(session, options.name, active=False)
        else:
            polls.save(session, settings.secret_keys, _wanted(options, kind))
            polls.want(store, session, options.name)
    say(f"{options.name}: {'asked no more' if options.off else f'asked every {options.every}'}")
    return 0


def _wanted(options: argparse.Namespace, kind: str) -> Wanted:
    from integrations.polls import POLLS  # noqa: PLC0415 - only this command pays for loading them

    if kind not in POLLS:
        raise Refusal(f"A source of the kind {kind} cannot be asked; {', '.join(sorted(POLLS))} can.")
    if not options.url:
        raise Refusal("Say where its API is: --url https://alertmanager.example.net:9093")
    return Wanted(
        source=options.name,
        kind=kind,
        url=options.url,
        every=seconds_of(options.every),
        grace=seconds_of(options.grace),
        login=options.login,
        secret=sys.stdin.readline().rstrip("\r\n") if options.secret_stdin else "",
        authority=_text(options.authority),
        any_name=options.any_name,
        scope=options.scope,
    )


def _text(path: Path | None) -> str:
    try:
        return path.read_text().strip() if path else ""
    except (OSError, UnicodeDecodeError) as problem:
        raise Refusal(f"{path} cannot be read: {problem}") from None


def _ask(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        polls.want(store, session, options.name)
    say("A running desk asks within moments; `source polls` tells what came of it.")
    return 0


def _polls(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store, _refusals(), store.reading() as session:
        sources.found(session, options.name)
        poll = session.get(SourcePoll, options.name)
        say(f"{options.name}: {f'asked every {exactly(poll.every)}' if poll and poll.active else 'not asked'}")
        for run in reversed(polls.runs(session, options.name, 20)):
            counts = f"{run.seen} fire, {run.opened} began, {run.cleared} ended, {run.held} held, {run.remarks} remarks"
            say(f"{run.at:{STAMP}}  {run.state:8}  {counts}{f'  {run.reason}' if run.reason else ''}")
    return 0


def _stale(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        polls.mark_stale_after(session, options.name, seconds_of(options.after) if options.after else None)
    say(f"{options.name}: {f'marked after {options.after}' if options.after else 'never marked'}")
    return 0


@contextmanager
def _refusals() -> Iterator[Any]:
    """What the store refuses becomes the command's one clear line."""
    try:
        yield
    except (BadSource, BadPoll, BadHeartbeat) as problem:
        raise Refusal(str(problem)) from None
