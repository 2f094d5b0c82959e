"""Files that people send to be imported: kept in the data folder until they are laid out, for a day at most."""

import json
import re
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

FOLDER = "imports"
LARGEST = 32 * 1024 * 1024
"""Bytes of a file; larger ones go by the command line."""
DAY = 24 * 3600
BLOCK = 1024 * 1024
MOST_KEPT = 200
_ID = re.compile(r"[0-9a-f]{32}\Z")


class TooLarge(ValueError):  # noqa: N818 - read by who sent it
    """The file is larger than what the web takes."""


@dataclass(frozen=True)
class Upload:
    """A file that was sent: by whom, what it is, and what it says it is called."""

    id: str
    by: str
    kind: str
    source: str
    name: str
    complete: bool


def keep(data: Path, upload: Upload, stream: IO[bytes]) -> None:
    """Keeps the file. Raises TooLarge."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    _tidy(folder)
    path, size = folder / upload.id, 0
    with path.open("xb") as file:
        while block := stream.read(BLOCK):
            size += len(block)
            if size > LARGEST:
                break
            file.write(block)
    if size > LARGEST:
        path.unlink()
        raise TooLarge(f"A file has at most {LARGEST // 1024 // 1024} MB here: use `longwatch cmdb import`.")
    path.with_suffix(".json").write_text(json.dumps(asdict(upload)))


def new_id() -> str:
    """A name that nobody guesses."""
    return secrets.token_hex(16)


def find(data: Path, identity: str, by: str) -> tuple[Upload, Path] | None:
    """The file somebody sent, if it is still there; nobody finds another's."""
    path = data / FOLDER / identity
    if not _ID.match(identity) or not path.exists():
        return None
    upload = Upload(**json.loads(path.with_suffix(".json").read_text()))
    return (upload, path) if upload.by == by else None


def drop(data: Path, identity: str) -> None:
    """The file is not needed any more."""
    for path in (data / FOLDER / identity, data / FOLDER / f"{identity}.json"):
        path.unlink(missing_ok=True)


def _tidy(folder: Path) -> None:
    """What nobody laid out within a day goes, and the oldest when there are too many."""
    with suppress(OSError):  # another process tidies at the same time
        files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
        old = [path for path in files if path.stat().st_mtime < time.time() - DAY]
        for path in {*old, *files[: max(0, len(files) - MOST_KEPT)]}:
            path.unlink(missing_ok=True)
