"""Tables as CSV: read as a stream, row by row, whatever the size; a broken row harms itself alone.

A quote that is never closed would swallow the rows after it: the row it stands in is told as broken, and reading goes
on with the next line. Rows count as spreadsheets do: the header is row 1. What a cell holds is taken as it is; cells
that spreadsheets would take for formulas are made harmless where tables are written (`integrations.cmdb_csv_out`).
"""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from integrations.cmdb_mapping import DELIMITERS, MOST, TableMapping, translated
from integrations.cmdb_parts import Part, one_part
from integrations.cmdb_record import Raw, Unreadable, problem

MOST_LINES = 200
"""Lines that one row may go over."""
LONGEST_LINE = 1024 * 1024
BLOCK = 1024 * 1024
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CODECS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "latin-1": "latin-1", "windows-1252": "cp1252"}
_BROKEN = range(0xDC80, 0xDD00)
"""What stands for bytes that the encoding does not know."""


def records(parts: list[Part], mapping: TableMapping) -> Iterator[Raw]:
    """The records of a table. Raises Unreadable when it is none."""
    part = one_part(parts)
    encoding = _CODECS.get(mapping.encoding) or encoding_of(part)
    with part.open() as file, _text(file, encoding) as text:
        rows = _rows(text, mapping.delimiter)
        _, header = next(rows, (0, None))
        columns = _columns(header)
        for number, cells in rows:
            yield _record(number, cells, columns, mapping)


def header(parts: list[Part], encoding: str = "auto") -> list[str]:
    """The names of the columns that have one. Raises Unreadable."""
    part = one_part(parts)
    with part.open() as file, _text(file, _CODECS.get(encoding) or encoding_of(part)) as text:
        _, first = next(_rows(text, None), (0, None))
        return [name for name in _columns(first) if name]


def encoding_of(part: Part) -> str:
    """UTF-8 where that fits the whole file, UTF-16 where its mark stands, else what old spreadsheets write."""
    with part.open() as file:
        begin = file.read(4)
        marked = next((name for bom, name in _BOMS if begin.startswith(bom)), None)
        if marked:
            return marked
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(begin)
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")


def _rows(text: io.TextIOWrapper, delimiter: str | None) -> Iterator[tuple[int, list[str] | str]]:
    """Number and cells of every row that is not blank; or, for a broken one, what is wrong with it."""
    lines = _Lines(text)
    if delimiter is None:
        delimiter = _delimiter(lines.first())
    number = 0
    while True:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                number += 1
                lines.taken()
                if any(cell.strip() for cell in cells):
                    yield number, cells
        except csv.Error as error:
            number += 1
            if not lines.give_back():
                return
            yield number, _said(str(error))
        except _TooLong as error:
            raise Unreadable(f"Row {number + 1}: a line is longer than {LONGEST_LINE} characters.") from error
        else:
            return


class _TooLong(Exception):  # noqa: N818 - an answer, not an accident
    """A line that no table has."""


class _Lines(Iterator[str]):
    """The lines of a file; those of a row that turns out to be broken can be read again, but for its first."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._waiting: deque[str] = deque()
        self._row: list[str] = []

    def first(self) -> str:
        """A look at the first line."""
        line = self._read()
        if line:
            self._waiting.append(line)
        return line

    def __next__(self) -> str:
        if len(self._row) >= MOST_LINES:
            raise csv.Error("unexpected end of data")
        line = self._waiting.popleft() if self._waiting else self._read()
        if not line:
            raise StopIteration
        self._row.append(line)
        return line

    def _read(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if len(line) >= LONGEST_LINE and not line.endswith("\n"):
            raise _TooLong
        return line

    def taken(self) -> None:
        """The row is whole."""
        self._row.clear()

    def give_back(self) -> bool:
        """All lines of the row but the first are read again; whether there was a row at all."""
        some = bool(self._row)
        self._waiting.extendleft(reversed(self._row[1:]))
        self._row.clear()
        return some


def _said(error: str) -> str:
    if "unexpected end of data" in error or "expected after" in error:
        return "A quotation mark is opened and not closed, or stands where none belongs."
    if "field limit" in error:
        return "A cell is longer than 131,072 characters."
    return f"The row is no CSV: {error}."


def _delimiter(line: str) -> str:
    """What stands between the names of the header."""
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _columns(header: Sequence[str] | str | None) -> list[str]:
    if header is None or isinstance(header, str):
        raise Unreadable(f"The first row must name the columns. {header or 'The file is empty.'}")
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST:
        raise Unreadable(f"A table has at most {MOST} columns; this one has {len(names)}.")
    if any(_broken(name) for name in names):
        raise Unreadable("The first row is no text in this encoding.")
    twice = next((name for place, name in enumerate(names) if name and name in names[:place]), None)
    if twice:
        raise Unreadable(f"Two columns are called {twice[:80]}.")
    return names


def _record(number: int, cells: list[str] | str, columns: list[str], mapping: TableMapping) -> Raw:
    if isinstance(cells, str):
        return problem(number, cells)
    if any(cell.strip() for cell in cells[len(columns) :]):
        return problem(number, f"It has {len(cells)} cells; the first row names {len(columns)} columns.")
    if any(_broken(cell) for cell in cells):
        return problem(number, "It holds bytes that are no text in this encoding.")
    held = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
    return translated(mapping, held, held.get, number)


def _broken(cell: str) -> bool:
    return not cell.isascii() and any(ord(character) in _BROKEN for character in cell)
