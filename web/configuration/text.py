"""A setting as text: JSON that people edit, read strictly, with the line on which each entry stands."""

import json
import re
from collections.abc import Iterator
from typing import Any

from integrations import strict_json
from integrations.alert import NotEnvelope

LONGEST = 64_000
"""Characters of a setting."""

_BLANK = re.compile(r"[ \t\r\n]*")
_LINE = re.compile(r"line (\d+)")
_DECODER = json.JSONDecoder()
_STEP = re.compile(r"[^.\[\]]+")


class BadText(ValueError):  # noqa: N818 - named for who reads it
    """The text is no setting. `line` counts from 1, where it is known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def read(text: str) -> dict[str, Any]:
    """The named entries that a text holds. Raises BadText."""
    if len(text) > LONGEST:
        raise BadText(f"A setting has at most {LONGEST} characters.")
    try:
        found = strict_json.read(text.encode(errors="surrogatepass"))
    except NotEnvelope as problem:
        line = _LINE.search(str(problem))
        raise BadText(str(problem).replace("The body", "This", 1), int(line[1]) if line else None) from problem
    if not isinstance(found, dict):
        raise BadText("A setting is a JSON object: { ... }.", 1)
    return found


_WIDTH = 100
_INDENT = 2


def write(data: Any, depth: int = 0) -> str:
    """Data as text that reads well: what fits on a line stands on one, everything else is indented."""
    flat = json.dumps(data, ensure_ascii=False)
    if not isinstance(data, dict | list) or not data or (depth and len(flat) + depth * _INDENT <= _WIDTH):
        return flat
    pad, end = " " * (_INDENT * (depth + 1)), " " * (_INDENT * depth)
    if isinstance(data, dict):
        inner = [f"{json.dumps(name, ensure_ascii=False)}: {write(one, depth + 1)}" for name, one in data.items()]
        return "{\n" + ",\n".join(pad + one for one in inner) + f"\n{end}}}"
    return "[\n" + ",\n".join(pad + write(one, depth + 1) for one in data) + f"\n{end}]"


def line_of(text: str, path: str) -> int | None:
    """The line on which an entry such as `stages[0].need` stands, or the innermost of those around it that do.

    None for a text that is no JSON. A name that holds dots itself is found by its first part at most.
    """
    wanted = tuple(_STEP.findall(path))
    best: tuple[int, int] | None = None
    try:
        for place, at in _places(text, _skip(text, 0), ()):
            depth = len(place)
            if place == wanted[:depth] and (best is None or depth > best[0]):
                best = (depth, at)
    except (ValueError, IndexError, RecursionError):
        return None
    return None if best is None else text.count("\n", 0, best[1]) + 1


def _places(text: str, at: int, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every entry of a value, by its path, with where it begins; the value ends where the last one says."""
    yield place, at
    if text[at] == "{":
        yield from _entries(text, at, place)
    elif text[at] == "[":
        yield from _items(text, at, place)


def _entries(text: str, at: int, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    at = _skip(text, at + 1)
    while text[at] != "}":
        begin = at
        name, at = _DECODER.raw_decode(text, at)
        value = _skip(text, _skip(text, at) + 1)
        yield (*place, name), begin
        yield from (found for found in _places(text, value, (*place, name)) if found[0] != (*place, name))
        at = _next(text, _end(text, value))


def _items(text: str, at: int, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    at, n = _skip(text, at + 1), 0
    while text[at] != "]":
        yield from _places(text, at, (*place, str(n)))
        at, n = _next(text, _end(text, at)), n + 1


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _next(text: str, at: int) -> int:
    """Past the comma, if there is one."""
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _end(text: str, at: int) -> int:
    return _DECODER.raw_decode(text, at)[1]
