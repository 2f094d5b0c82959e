"""What a tool says, read by path: missing parts are nothing, parts of the wrong shape are faults with a name."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from integrations import words
from integrations.alert import Untranslatable

_STEP = re.compile(r"""([^.\[\]"]+)|\[(\d{1,6})\]|\["([^"]{1,128})"\]""")
LONGEST_PATH = 300


class BadPath(ValueError):  # noqa: N818 - read by who writes the path
    """A path cannot be followed; the text says how one is written."""


@lru_cache(maxsize=2_000)
def steps(path: str) -> tuple[str | int, ...]:
    """The steps of a path such as `alerts[0].labels["app.name"]`; a leading `$` may stand there. Raises BadPath."""
    rest = path.strip().removeprefix("$").removeprefix(".")
    found: list[str | int] = []
    position = 0
    while position < len(rest):
        if rest[position] == "." and found:
            position += 1
        match = _STEP.match(rest, position)
        if match is None:
            raise BadPath(f"{words.line(path, 60)!r} is no path: write it like alerts[0].labels.host.")
        name, index, quoted = match.groups()
        found.append(int(index) if index is not None else name if name is not None else quoted)
        position = match.end()
    return tuple(found)


def at(value: Any, path: str) -> Any:
    """What stands at the end of the path; None where it leads nowhere. Raises BadPath."""
    for step in steps(path):
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


class Said:
    """A member of a call. `blank` matches texts that stand for nothing, as placeholders which no one filled in."""

    def __init__(self, value: Any, blank: re.Pattern[str] | None = None) -> None:
        self.value = value
        self._blank = blank

    def at(self, path: str) -> Any:
        """What stands there, as it came; None for nothing."""
        return at(self.value, path)

    def text(self, *paths: str) -> str:
        """The first text of these that is not empty. Raises Untranslatable for a list or an object."""
        for path in paths:
            text = words.scalar(self.at(path), path)
            if text.strip() and not (self._blank and self._blank.fullmatch(text.strip())):
                return text
        return ""

    def needed(self, *paths: str) -> str:
        """The first text of these. Raises Untranslatable when there is none: nothing can be known again without."""
        text = self.text(*paths)
        if not text:
            raise Untranslatable(f"{' or '.join(paths)} is missing.")
        return text

    def moment(self, *paths: str) -> datetime | None:
        """The first instant of these. Raises Untranslatable for what is none."""
        for path in paths:
            found = words.moment(self.text(path), path)
            if found is not None:
                return found
        return None

    def part(self, path: str) -> "Said":
        """An object within. Raises Untranslatable when something else stands there; nothing is an empty object."""
        found = self.at(path)
        if found is not None and not isinstance(found, dict):
            raise Untranslatable(f"{path} is not an object.")
        return Said(found or {}, self._blank)

    def each(self, path: str) -> list[Any]:
        """A list within; nothing is an empty one. Raises Untranslatable when something else stands there."""
        found = self.at(path)
        if found is not None and not isinstance(found, list):
            raise Untranslatable(f"{path} is not a list.")
        return found or []

    def texts(self, path: str) -> Iterator[str]:
        """The texts in a list within, or a single text there."""
        found = self.at(path)
        for each in found if isinstance(found, list) else [found]:
            if isinstance(each, str | int) and str(each).strip():
                yield str(each)

    def labels(self, path: str = "") -> dict[str, str]:
        """The plain values of an object within; lists and objects in it are left out."""
        found = self.at(path) if path else self.value
        if not isinstance(found, dict):
            return {}
        return {name: words.scalar(each, name) for name, each in found.items() if _plain(each)}


def _plain(value: Any) -> bool:
    return isinstance(value, str | int) and value not in ("", None)
