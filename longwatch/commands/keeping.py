"""Keeping what there is: backup, restore, rebuild."""

import argparse
import asyncio
from pathlib import Path

from temporalio.service import RPCError

from longwatch import backup, engine
from longwatch.commands.frame import Program, Refusal, furnished_store, note, only_our_words, say
from longwatch.settings import Settings
from longwatch.store.database import Store
from longwatch.temporal import connect
from longwatch.up import Part
from workflows.rebuild import Rebuilder, Rebuilt


def register(program: Program) -> None:
    """Adds the commands."""
    packing = program.add(
        "backup", "pack database, embedded engine and key into one file, while the desk works", _backup
    )
    packing.add_argument("file", type=Path, metavar="FILE")
    restoring = program.add("restore", "unpack a backup into an empty data folder", _restore)
    restoring.add_argument("file", type=Path, metavar="FILE")
    restoring.set_defaults(makes_key=False)
    program.add("rebuild", "mend a desk whose database or engine lost something, each from the other", _rebuild)


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    try:
        packed = backup.make(settings, options.file)
    except backup.BadBackup as problem:
        raise Refusal(str(problem)) from None
    say(f"{options.file} holds {', '.join(packed.parts) or 'nothing'}. It can read every ticket: keep it as a secret.")
    for line in packed.elsewhere:
        say(f"Not in it: {line}")
    return 0


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    try:
        packed = backup.restore(settings, options.file)
    except backup.BadBackup as problem:
        raise Refusal(str(problem)) from None
    say(f"Restored {', '.join(packed.parts)} into {settings.data}.")
    for line in packed.elsewhere:
        say(f"Was not in the backup: {line}")
    say("Next: `longwatch rebuild`, then start the desk, then `longwatch verify --all`.")
    return 0


def _rebuild(settings: Settings, _: argparse.Namespace) -> int:
    with furnished_store(settings) as store, only_our_words():
        rebuilt = _with_engine(settings, store)
    for problem in rebuilt.problems:
        say(problem)
    say(
        f"{rebuilt.lines} journal lines of {rebuilt.mended} tickets and {rebuilt.commands} commands came back from "
        f"histories; {rebuilt.begun} tickets were woken, {rebuilt.deliveries} messages are handed over again."
    )
    return 1 if rebuilt.problems else 0


def _with_engine(settings: Settings, store: Store) -> Rebuilt:
    """Starts the embedded engine for as long as it is needed, unless the desk is running."""
    own = _own_engine(settings) if engine.port_free(settings.engine_port) else None
    if own is not None:
        own.start()
    try:
        return asyncio.run(_rebuilt(settings, store, own_engine=own is not None))
    finally:
        if own is not None:
            own.stop()


def _own_engine(settings: Settings) -> Part | None:
    """The embedded engine of a desk that is stopped; none when the engine is elsewhere."""
    if not backup.embedded(settings):
        return None
    return Part("engine", engine.command(settings), settings.data / "engine.log")


async def _rebuilt(settings: Settings, store: Store, *, own_engine: bool) -> Rebuilt:
    try:
        if own_engine:
            await engine.prepare(settings)
        return await Rebuilder(store, settings.secret_keys, await connect(settings)).rebuild(note)
    except (RuntimeError, RPCError, TimeoutError):
        raise Refusal(
            f"The engine at {settings.temporal_address} cannot be reached: start it, then run this again."
        ) from None
