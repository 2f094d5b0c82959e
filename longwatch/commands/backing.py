"""Sources: where the tool behind one is told what became of its alerts, a test, and what it was told."""

import argparse
import sys
from pathlib import Path

from longwatch.commands.frame import Program, Refusal, furnished_store, say
from longwatch.domain.ticket import Actor
from longwatch.settings import Settings
from longwatch.store import audit, back_ledger, sources
from longwatch.store.back_ledger import Asked
from longwatch.store.back_settings import USUAL_HOURS, Wish, back_of, switch_off

OPERATOR = Actor("system:command-line", "system")
SHOWN = 50


def register(program: Program) -> None:
    """Adds the commands; the group they stand in is that of the sources."""
    setting = program.add("source back", "say where the tool behind a source is told of incidents", _set)
    setting.add_argument("name", metavar="NAME")
    setting.add_argument("--kind", required=True, metavar="K", help="alertmanager, grafana, zabbix, icinga2 ...")
    setting.add_argument("--address", default="", metavar="U", help="where the tool is: https://...")
    setting.add_argument("--user", default="", metavar="U", help="whose credentials they are, where the tool asks")
    setting.add_argument("--secret-stdin", action="store_true", help="read the credentials from standard input")
    setting.add_argument("--authority", type=Path, metavar="FILE", help="PEM: who made the tool's certificate")
    setting.add_argument(
        "--tell", action="append", metavar="W", help="acknowledged, resolved, reopened; may repeat; else all"
    )
    setting.add_argument("--hours", type=int, default=USUAL_HOURS, metavar="H", help="hours a silence stands")
    setting.add_argument("--option", action="append", default=[], metavar="O", help="of the tool; may repeat")
    for name, about, handler in (
        ("source back-off", "tell the tool behind a source nothing more", _off),
        ("source back-test", "find out whether the tool behind a source can be told", _test),
        ("source told", "list what the tool behind a source was told, the newest first", _told),
    ):
        program.add(name, about, handler).add_argument("name", metavar="NAME")


def _set(settings: Settings, options: argparse.Namespace) -> int:
    from activities.back_wishes import wished  # noqa: PLC0415 - only these commands pay for loading them
    from integrations.back_call import CHOICES  # noqa: PLC0415 - only these commands pay for loading them

    wish = Wish(
        options.kind,
        options.address,
        options.user,
        sys.stdin.readline().rstrip("\r\n") if options.secret_stdin else "",
        _read(options.authority),
        tuple(options.tell or CHOICES),
        options.hours,
        dict.fromkeys(options.option, True),
    )
    try:
        with furnished_store(settings) as store, store.writing() as session:
            row = wished(store, session, settings, options.name, wish)
            said = {"kind": row.kind, "address": row.address, "tells": row.tells, "secret": bool(wish.secret)}
            audit.note(store, session, OPERATOR, "set back channel", f"source:{options.name}", data=said)
    except sources.BadSource as problem:
        raise Refusal(str(problem)) from None
    say(f"The tool behind {options.name} is told. `longwatch source back-test {options.name}` tries it.")
    return 0


def _off(settings: Settings, options: argparse.Namespace) -> int:
    try:
        with furnished_store(settings) as store, store.writing() as session:
            switch_off(store, session, options.name)
            audit.note(store, session, OPERATOR, "switch back channel off", f"source:{options.name}", data={})
    except sources.BadSource as problem:
        raise Refusal(str(problem)) from None
    say(f"The tool behind {options.name} is told nothing more.")
    return 0


def _test(settings: Settings, options: argparse.Namespace) -> int:
    try:
        with furnished_store(settings) as store, store.writing() as session:
            back_of(session, options.name)
            back_ledger.write_test(session, options.name, OPERATOR.id, store.now(session))
    except sources.BadSource as problem:
        raise Refusal(str(problem)) from None
    say(f"A running desk tries it now; `longwatch source told {options.name}` shows the answer.")
    return 0


def _told(settings: Settings, options: argparse.Namespace) -> int:
    try:
        with furnished_store(settings) as store, store.reading() as session:
            sources.found(session, options.name)
            for row in back_ledger.page(session, Asked(source=options.name, limit=SHOWN)):
                about = f"{row.incident} {row.fingerprint}" if row.incident else "-"
                say(f"{row.at:%Y-%m-%d %H:%M:%S}  {about}  {row.what}  {row.state}  {row.answer or ''}".rstrip())
    except sources.BadSource as problem:
        raise Refusal(str(problem)) from None
    return 0


def _read(file: Path | None) -> str:
    try:
        return file.read_text().strip() if file is not None else ""
    except (OSError, ValueError) as problem:
        raise Refusal(f"{file} cannot be read: {problem}") from None
