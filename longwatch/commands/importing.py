"""The CMDB from the command line: import files of tools, see what a delivery would do, export items as a table."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from activities.cmdb_import_settings import (
    IMPORT,
    MAPPING,
    ImportFault,
    check_source,
    keep_token,
    mapping_named,
    read_import,
)
from activities.cmdb_importing import carry_out, delivery_of, lay_out
from cmdb.listing import Wanted, by_id
from cmdb.reconcile import BadRun, preview
from integrations.cmdb_csv_out import lines
from integrations.cmdb_kinds import ALL, KINDS
from integrations.cmdb_mapping import MappingFault, read_mapping
from integrations.cmdb_record import Unreadable
from longwatch.commands.frame import Program, Refusal, furnished_store, note, say
from longwatch.domain.ticket import Actor
from longwatch.settings import Settings
from longwatch.store import audit, publishing
from longwatch.store.database import Store
from longwatch.store.tables_cmdb import CiRun, CiStaged

OPERATOR = Actor("system:command-line", "system")
CORE = ("id", "class", "name", "criticality", "owner_team", "service", "state", "users")
TOLD = 200
"""Rows with remarks that are printed; the rest are in the console."""
PAGE = 500


def register(program: Program) -> None:
    """Adds the commands."""
    program.group("cmdb", "configuration items: import and export")
    importing = program.add("cmdb import", "import what a tool knows of configuration items", _import)
    importing.add_argument("kind", choices=sorted(KINDS), metavar="KIND", help=", ".join(kind.name for kind in ALL))
    importing.add_argument("path", type=Path, metavar="FILE", help="a file, a folder or a zip")
    importing.add_argument("--source", required=True, metavar="NAME", help="who says so: netbox, assets, prod-cluster")
    importing.add_argument("--mapping", metavar="M", help="a saved mapping of columns, for csv and json")
    importing.add_argument("--complete", action="store_true", help="what the source does not name has vanished there")
    importing.add_argument("--even-if-most-vanish", action="store_true", help="really")
    how = importing.add_mutually_exclusive_group()
    how.add_argument("--preview", action="store_true", help="lay it out and tell what it would do (the default)")
    how.add_argument("--apply", action="store_true", help="lay it out and apply it")
    mapping = program.add("cmdb mapping", "save a mapping of columns, from JSON", _map)
    mapping.add_argument("name", metavar="NAME")
    mapping.add_argument("path", type=Path, metavar="FILE")
    asking = program.add("cmdb schedule", "ask a tool again and again", _schedule)
    asking.add_argument("source", metavar="NAME", help="the name of the source")
    asking.add_argument("--kind", required=True, choices=[kind.name for kind in ALL if kind.fetched])
    asking.add_argument("--url", required=True, metavar="U")
    asking.add_argument("--every", type=int, default=60, metavar="MINUTES", help="5 minutes to 31 days (60)")
    asking.add_argument("--mapping", metavar="M", help="a saved mapping, for csv and json")
    asking.add_argument("--part", action="store_true", help="what it does not name has not vanished")
    asking.add_argument("--look-first", action="store_true", help="do not apply: people look at each delivery")
    asking.add_argument("--token-stdin", action="store_true", help="read a token from standard input, keep it sealed")
    asking.add_argument("--off", action="store_true", help="do not ask it any more")
    exporting = program.add("cmdb export", "print items as CSV, safe to open in a spreadsheet", _export)
    exporting.add_argument("--class", dest="class_", metavar="C", help="of this class, or one below it")


def _import(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store:
        try:
            source = check_source(options.source)
            with store.reading() as session:
                mapping = mapping_named(session, options.mapping)
            delivery = delivery_of(source, options.kind, options.path, mapping, complete=options.complete)
            runs = lay_out(store, delivery, OPERATOR, _progress(store, source))
            for run in runs:
                if options.apply:
                    sure = options.even_if_most_vanish
                    beat = _progress(store, source)
                    carry_out(store, source, run, OPERATOR, even_if_most_vanish=sure, beat=beat)
                _report(store, run)
        except (ImportFault, MappingFault, Unreadable, BadRun) as problem:
            raise Refusal(str(problem)) from problem
    return 0


def _map(settings: Settings, options: argparse.Namespace) -> int:
    try:
        name = check_source(options.name)
        data = json.loads(options.path.read_text(encoding="utf-8"))
        read_mapping(data)
    except (ImportFault, MappingFault, OSError, ValueError) as problem:
        raise Refusal(f"The mapping cannot be saved: {problem}") from problem
    with furnished_store(settings) as store, store.writing() as session:
        version = publishing.publish(store, session, OPERATOR, publishing.Setting(MAPPING, name), data)
        say(f"{name}: version {version}")
    return 0


def _schedule(settings: Settings, options: argparse.Namespace) -> int:
    flags = {"complete": not options.part, "apply": not options.look_first}
    data = {"kind": options.kind, "url": options.url, "every": options.every * 60, "mapping": options.mapping, **flags}
    with furnished_store(settings) as store, store.writing() as session:
        try:
            read_import(options.source, data)
            mapping_named(session, options.mapping)
        except (ImportFault, MappingFault) as problem:
            raise Refusal(str(problem)) from problem
        setting = publishing.Setting(IMPORT, options.source)
        publishing.publish(store, session, OPERATOR, setting, data)
        publishing.switch(store, session, OPERATOR, setting, active=not options.off)
        if options.token_stdin:
            keep_token(store, session, settings.secret_keys, options.source, sys.stdin.readline().strip())
            audit.note(store, session, OPERATOR, "import token set", setting.subject, data={})
    say(f"{options.source}: {'not asked any more' if options.off else f'asked every {options.every} minutes'}")
    return 0


def _progress(store: Store, source: str) -> Any:
    """Says every few seconds how far it is."""

    def beat() -> None:
        with store.reading() as session:
            run = session.query(CiRun).filter_by(source=source).order_by(CiRun.row.desc()).first()
            if run is not None and run.state == "staging":
                note(f"{run.size:,} rows laid out ...")
            elif run is not None and run.state == "applying":
                note(f"{min(99, run.position * 50 // max(1, run.size))} % applied ...")

    return beat


def _report(store: Store, run: int) -> None:
    with store.reading() as session:
        found = preview(session, run, told=True, limit=TOLD)
        counts = ", ".join(f"{count} {verdict}" for verdict, count in found.run.counts.items()) or "no rows"
        say(f"delivery {run} of {found.run.source}: {found.run.state}: {counts}")
        for row in found.rows:
            say(_line(row))
        if found.next is not None:
            say(f"and more: /cmdb/runs/{run}?told=1 in the console shows all of them")
        if found.run.state == "staged":
            say(f"Nothing was written yet: look at /cmdb/runs/{run} in the console, or run it again with --apply.")


def _line(row: CiStaged) -> str:
    where = f"row {row.number}" if row.number else "no row"
    return f"  {where}: {row.verdict}{f' ({row.label})' if row.label else ''}: {' '.join(row.reasons)}"


def _export(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store:
        names = _attributes(store, options.class_)
        for line in lines((*CORE, *names), _rows(store, options.class_, names)):
            sys.stdout.write(line)
    return 0


def _items(store: Store, class_: str | None) -> Iterator[Any]:
    after = None
    while True:
        with store.reading() as session:
            found, after = by_id(session, Wanted(class_=class_), PAGE, after)
        yield from found
        if after is None:
            return


def _attributes(store: Store, class_: str | None) -> list[str]:
    return sorted({name for item in _items(store, class_) for name in item.attributes or {}})


def _rows(store: Store, class_: str | None, names: list[str]) -> Iterator[list[Any]]:
    for item in _items(store, class_):
        held = item.attributes or {}
        core = [item.class_ if name == "class" else getattr(item, name) for name in CORE]
        yield [*core, *(held.get(name) for name in names)]
