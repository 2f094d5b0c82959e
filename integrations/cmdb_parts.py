"""A delivery as files: one file, a folder of files, or a zip of them. What unpacks to too much is refused while read.

A zip says itself how large its members are; that is not believed: what comes out is counted, and reading ends where the
bounds are.
"""

import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from integrations.cmdb_record import Unreadable

MOST_FILES = 20_000
MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes that a zip may hold in all."""
MOST_TIMES = 200
"""How many times its own size a zip may unpack to, once it is past the first megabytes."""
FREE = 16 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"


@dataclass(frozen=True)
class Part:
    """One file of a delivery, opened anew each time."""

    name: str
    open: Callable[[], BinaryIO]


def parts(path: Path) -> list[Part]:
    """The files of a delivery in order of name. Raises Unreadable when there is nothing to read."""
    if path.is_dir():
        return _folder(path)
    try:
        with path.open("rb") as file:
            begin = file.read(4)
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}.") from error
    return _zip(path) if begin in (_ZIP, _EMPTY_ZIP) else [_file(path)]


def one_part(found: list[Part]) -> Part:
    """The only file. Raises Unreadable when there are several."""
    if len(found) != 1:
        raise Unreadable(f"This kind of delivery is one file; here are {len(found)}.")
    return found[0]


def _file(path: Path) -> Part:
    return Part(path.name, lambda: path.open("rb"))


def _folder(path: Path) -> list[Part]:
    files = sorted(one for one in path.iterdir() if stat.S_ISREG(one.stat().st_mode) and not one.name.startswith("."))
    if not files:
        raise Unreadable(f"The folder {path.name} holds no files.")
    if len(files) > MOST_FILES:
        raise Unreadable(f"A delivery has at most {MOST_FILES} files.")
    return [_file(one) for one in files]


def _zip(path: Path) -> list[Part]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and not _hidden(one.filename)]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(f"{path.name} is no zip that can be read.") from error
    if not members:
        raise Unreadable(f"{path.name} holds no files.")
    if len(members) > MOST_FILES:
        raise Unreadable(f"A delivery has at most {MOST_FILES} files.")
    left = _Left(min(MOST_UNPACKED, max(FREE, path.stat().st_size * MOST_TIMES)))
    return [_member(path, one, left) for one in sorted(members, key=lambda one: one.filename)]


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _member(path: Path, info: zipfile.ZipInfo, left: "_Left") -> Part:
    def opened() -> BinaryIO:
        try:
            inner = zipfile.ZipFile(path).open(info)  # noqa: SIM115 - whoever reads the part closes it
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
            raise Unreadable(f"{info.filename} in the zip cannot be read: {error}.") from error
        return cast("BinaryIO", io.BufferedReader(_Bounded(inner, info.filename, left)))

    return Part(info.filename.rpartition("/")[2], opened)


@dataclass
class _Left:
    """Bytes that may still come out of a zip, over all its members; what is read twice counts once a member."""

    bytes: int


class _Bounded(io.RawIOBase):
    """What comes out of a member. Raises Unreadable as soon as it is too much, or broken."""

    def __init__(self, inner: IO[bytes], name: str, left: _Left) -> None:
        self._inner = inner
        self._name = name
        self._left = left

    def readable(self) -> bool:
        """It is only read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # what BufferedReader hands in
        """The next bytes."""
        try:
            found = self._inner.read(len(buffer))
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError) as error:
            raise Unreadable(f"{self._name} in the zip is broken: {error}.") from error
        except Exception as error:  # zlib, bz2 and lzma each have an error of their own
            raise Unreadable(f"{self._name} in the zip is broken.") from error
        self._left.bytes -= len(found)
        if self._left.bytes < 0:
            raise Unreadable("The zip unpacks to more than it may: deliver the files one by one.")
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        """Closes the member too."""
        self._inner.close()
        super().close()
