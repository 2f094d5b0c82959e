"""Items as JSON: a list of objects, an object that holds such a list, or one object a line; read as a stream.

Objects are records of a delivery already (they have `attributes`), or rows of a table whose columns are paths.
Broken lines harm themselves alone; a list that is broken is not taken at all, since nobody knows where it ends.
"""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from integrations.cmdb_document import document
from integrations.cmdb_mapping import TableMapping, translated
from integrations.cmdb_parts import Part, one_part
from integrations.cmdb_record import Raw, Unreadable, problem
from integrations.said import BadPath, at

LONGEST = 4 * 1024 * 1024
"""Characters of one item."""
BLOCK = 256 * 1024
LISTS = ("items", "results", "records", "data", "cis")
"""Where lists stand in the objects that tools write, if nobody says otherwise."""
_BLANK = " \t\r\n"


def records(parts: list[Part], mapping: TableMapping) -> Iterator[Raw]:
    """The records. Raises Unreadable."""
    part = one_part(parts)
    for number, item in enumerate(_items(part, mapping), 1):
        if isinstance(item, _Broken):
            yield problem(number, item.why)
        elif not isinstance(item, dict):
            yield problem(number, "An item must be an object.")
        else:
            yield _record(item, mapping, number)


def items(parts: list[Part], mapping: TableMapping) -> Iterator[Any]:
    """The objects as they stand there. Raises Unreadable."""
    yield from (item for item in _items(one_part(parts), mapping) if isinstance(item, dict))


class _Broken:
    """A line that could not be read."""

    def __init__(self, why: str) -> None:
        self.why = why


def _record(item: dict[str, Any], mapping: TableMapping, number: int) -> Raw:
    if mapping.plain and isinstance(item.get("attributes"), dict):
        return {**item, "row": number}

    def cell(path: str) -> Any:
        return item[path] if path in item else at(item, path)

    try:
        return translated(mapping, item, cell, number)
    except BadPath as error:
        return problem(number, str(error))


def _items(part: Part, mapping: TableMapping) -> Iterator[Any]:
    with part.open() as file:
        begin = file.read(64).decode("utf-8", "replace").lstrip("\ufeff" + _BLANK)[:1]
    if begin == "[" and mapping.list is None:
        with part.open() as file:
            yield from _listed(_Text(file, part.name))
    elif begin == "{" and mapping.list is None and _by_line(part):
        with part.open() as file:
            yield from _lines(file)
    else:
        yield from _within(document(part), mapping.list)


def _by_line(part: Part) -> bool:
    """Whether the first line is an object of its own and more lines follow."""
    with part.open() as file:
        first, second = file.readline(LONGEST), file.readline(2)
    try:
        return bool(second.strip()) and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _lines(file: BinaryIO) -> Iterator[Any]:
    while line := file.readline(LONGEST):
        if not line.strip():
            continue
        try:
            yield json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            yield _Broken("The line is no well-formed JSON in UTF-8.")


def _within(value: Any, path: str | None) -> list[Any]:
    try:
        found = at(value, path) if path else None
    except BadPath as error:
        raise Unreadable(str(error)) from error
    if path is None and isinstance(value, dict):
        found = next((value[name] for name in LISTS if isinstance(value.get(name), list)), [value])
    if not isinstance(found, list):
        raise Unreadable(f"There is no list at {path or 'the top'}.")
    return found


class _Text:
    """The text of a file, as much of it as one item needs. `place` is where in it reading stands."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._held = ""
        self._ended = False
        self.place = 0

    def _more(self) -> None:
        """Reads on. Raises Unreadable at the end, for what is no UTF-8, and for an item without end."""
        if self._ended:
            raise Unreadable(f"{self._name} breaks off before its list ends.")
        self._held, self.place = self._held[self.place :], 0
        if len(self._held) > LONGEST:
            raise Unreadable(f"An item of {self._name} is longer than {LONGEST} characters.")
        block = self._file.read(max(BLOCK, len(self._held)))
        self._ended = not block
        try:
            self._held += self._decoder.decode(block, final=self._ended)
        except UnicodeDecodeError:
            raise Unreadable(f"{self._name} is no text in UTF-8.") from None

    def sign(self) -> str:
        """The next character that is no blank."""
        while True:
            while self.place < len(self._held):
                if self._held[self.place] not in _BLANK:
                    return self._held[self.place]
                self.place += 1
            self._more()

    def item(self, number: int) -> Any:
        """The next value. Raises Unreadable."""
        self.sign()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._held, self.place)
            except RecursionError:
                raise Unreadable(f"Item {number} is nested too deeply.") from None
            except ValueError as error:
                if self._ended:
                    raise Unreadable(f"Item {number} is no well-formed JSON: {error}.") from None
            else:
                if end < len(self._held) or self._ended:
                    self.place = end
                    return value
            self._more()


_DECODER = json.JSONDecoder()


def _listed(text: _Text) -> Iterator[Any]:
    text.sign()
    text.place += 1
    if text.sign() == "]":
        return
    number = 0
    while True:
        number += 1
        yield text.item(number)
        sign = text.sign()
        text.place += 1
        if sign == "]":
            return
        if sign != ",":
            raise Unreadable(f"After item {number} there is neither a comma nor the end of the list.")
