"""Backup and restore: one file that holds everything an embedded desk is made of, taken while it works.

The engine's database is copied before the desk's own: a desk that knows more than its engine mends itself.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from longwatch import __version__
from longwatch.engine import port_free
from longwatch.settings import KEY_FILE, Settings

FORMAT = 1
DESK, ENGINE = "longwatch.db", "temporal.db"
PIECE = 1024 * 1024


class BadBackup(Exception):  # noqa: N818 - named for the person who reads it
    """A backup cannot be made or restored; the text says why and what to do."""


@dataclass(frozen=True)
class Packed:
    """What a backup holds, and what it does not and where that is to be had."""

    parts: list[str]
    elsewhere: list[str]


def desk_file(settings: Settings) -> Path | None:
    """The file of the desk's database; none when it is PostgreSQL."""
    url = make_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def embedded(settings: Settings) -> bool:
    """Whether the engine is the embedded one, kept in the data folder."""
    return settings.temporal_address == f"127.0.0.1:{settings.engine_port}" and not settings.production


def make(settings: Settings, target: Path) -> Packed:
    """Writes a backup. The desk may be at work. Raises BadBackup; an existing file is never touched."""
    if target.exists():
        raise BadBackup(f"{target} exists already: name another file.")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.absolute().parent) as folder:
            packed = _collect(settings, Path(folder))
            whole = Path(folder) / "whole"
            _zip(Path(folder), packed, whole)
            os.link(whole, target)
    except FileExistsError:
        raise BadBackup(f"{target} exists already: name another file.") from None
    except OSError as problem:
        raise BadBackup(f"{target} cannot be written: {problem.strerror}.") from None
    return packed


def _collect(settings: Settings, folder: Path) -> Packed:
    parts, elsewhere = [], []
    desk, engine, key = desk_file(settings), settings.data / ENGINE, settings.data / KEY_FILE
    if engine.exists() and embedded(settings):
        _copy(engine, folder / ENGINE)
        parts.append(ENGINE)
    elif not embedded(settings):
        elsewhere.append("The engine's own database: back up the Temporal cluster by its own means.")
    if desk is not None:
        _copy(desk, folder / DESK)
        parts.append(DESK)
    else:
        elsewhere.append("The desk's database: run `pg_dump --format=custom` right after this.")
    if key.exists():
        shutil.copyfile(key, folder / KEY_FILE)
        parts.append(KEY_FILE)
    else:
        elsewhere.append("LONGWATCH_SECRET_KEY: keep it apart, without it histories cannot be read.")
    return Packed(parts, elsewhere)


def _copy(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite database that others write to meanwhile. Raises BadBackup."""
    if not source.exists():
        raise BadBackup(f"There is no database at {source}: run `longwatch db upgrade`, or set LONGWATCH_DATA.")
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as problem:
        raise BadBackup(f"{source} cannot be copied: {problem}.") from None
    if found != "ok":
        raise BadBackup(f"{source} is damaged ({found}): restore an earlier backup, then `longwatch rebuild`.")


def _zip(folder: Path, packed: Packed, target: Path) -> None:
    head: dict[str, Any] = {"format": FORMAT, "made_by": f"longwatch {__version__}", "elsewhere": packed.elsewhere}
    head["parts"] = {part: _digest(folder / part) for part in packed.parts}
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("backup.json", json.dumps(head, indent=2) + "\n")
        for part in packed.parts:
            archive.write(folder / part, part)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def restore(settings: Settings, source: Path) -> Packed:
    """Unpacks a backup into an empty data folder. Raises BadBackup; nothing is left of a restore that failed."""
    _refuse_if_in_use(settings)
    try:
        with zipfile.ZipFile(source) as archive, tempfile.TemporaryDirectory(dir=settings.data) as folder:
            head = json.loads(archive.read("backup.json"))
            if head["format"] != FORMAT:
                raise BadBackup(f"This backup has format {head['format']}; this Longwatch reads format {FORMAT}.")
            for part, digest in head["parts"].items():
                _unpack(archive, part, Path(folder), digest)
            _move(settings, Path(folder), list(head["parts"]))
            return Packed(list(head["parts"]), list(head["elsewhere"]))
    except OSError as problem:
        raise BadBackup(f"{source} cannot be restored: {problem.strerror}.") from None
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as problem:
        raise BadBackup(f"{source} is no backup of Longwatch, or was damaged: {problem}") from None


def _refuse_if_in_use(settings: Settings) -> None:
    for name, port in {"web": settings.port, "engine": settings.engine_port}.items():
        if not port_free(port):
            raise BadBackup(
                f"Something listens on port {port}, where this desk's {name} would be: stop the desk first."
            )
    if any(settings.data.iterdir()):
        raise BadBackup(f"{settings.data} is not empty: set LONGWATCH_DATA to a new folder, or move the old one away.")
    desk = desk_file(settings)
    if desk is not None and desk.exists():
        raise BadBackup(f"{desk} exists already: move it away first.")


def _unpack(archive: zipfile.ZipFile, part: str, folder: Path, digest: str) -> None:
    if part not in {DESK, ENGINE, KEY_FILE}:
        raise BadBackup(f"The backup holds {part!r}, which no backup of Longwatch does.")
    handle = os.open(folder / part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with archive.open(part) as packed, os.fdopen(handle, "wb") as file:
        shutil.copyfileobj(packed, file, PIECE)
    if _digest(folder / part) != digest:
        raise BadBackup(f"{part} in the backup was damaged: use another backup.")


def _move(settings: Settings, folder: Path, parts: list[str]) -> None:
    desk = desk_file(settings)
    if DESK in parts and desk is None:
        raise BadBackup("This backup holds a SQLite database, but LONGWATCH_DATABASE_URL names PostgreSQL: unset it.")
    for part in parts:
        target = desk if part == DESK and desk is not None else settings.data / part
        shutil.move(folder / part, target)
