"""Reading plain data that people edit (questionnaires, models, windows): strictly, entry by entry.

What is wrong is raised as the fault of whoever reads, with a sentence and the path of the entry: `tasks[2].title`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from longwatch.domain.ticket import instant

LONGEST_LINE = 200
LONGEST_TEXT = 20_000


class Fault(ValueError):  # noqa: N818 - the trade's word
    """The data would not do what it says. `reason` is a sentence, `field` names the entry at fault."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class Entries:
    """Named entries at a place; every reader raises `fault` when the entry is not what it must be."""

    data: Mapping[str, Any]
    fault: type[Fault]
    at: str = ""

    def path(self, name: str) -> str:
        """Where an entry stands, from the top."""
        return f"{self.at}.{name}" if self.at else name

    def only(self, *names: str) -> None:
        """No entry may stand here that nobody would read: a misspelt one must not pass for an absent one."""
        unknown = sorted(str(name) for name in self.data if name not in names)
        if unknown:
            raise self.fault("Nothing by this name is known here.", self.path(unknown[0][:LONGEST_LINE]))

    def text(self, name: str, longest: int = LONGEST_LINE) -> str:
        """A text that is not empty."""
        value = self.data.get(name)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= longest:
            raise self.fault(f"This must be a text of 1 to {longest} characters.", self.path(name))
        return value

    def text_or_none(self, name: str, longest: int = LONGEST_LINE) -> str | None:
        """A text, or None where nothing stands."""
        return None if self.data.get(name) is None else self.text(name, longest)

    def number(self, name: str, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self.data.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.fault(f"This must be a whole number from {least} to {most}.", self.path(name))
        return value

    def number_or_none(self, name: str, least: int, most: int) -> int | None:
        """A whole number, or None where nothing stands."""
        return None if self.data.get(name) is None else self.number(name, least, most)

    def flag(self, name: str, default: bool) -> bool:  # noqa: FBT001 - the value of an entry, not a switch
        """Yes or no."""
        value = self.data.get(name, default)
        if not isinstance(value, bool):
            raise self.fault("This must be true or false.", self.path(name))
        return value

    def choice(self, name: str, options: Sequence[str]) -> str:
        """One of the options."""
        value = self.data.get(name)
        if value not in options:
            raise self.fault(f"This must be one of {', '.join(options)}.", self.path(name))
        return str(value)

    def moment(self, name: str) -> datetime:
        """An instant, given as a stamp."""
        value = self.data.get(name)
        try:
            return instant(value if isinstance(value, str) else "")
        except ValueError:
            raise self.fault("This must be an instant in UTC to the microsecond.", self.path(name)) from None

    def moment_or_none(self, name: str) -> datetime | None:
        """An instant, or None where nothing stands."""
        return None if self.data.get(name) is None else self.moment(name)

    def names(self, name: str, most: int) -> tuple[str, ...]:
        """Names, each once, in their order; none where nothing stands."""
        found = [self._line(one, f"{self.path(name)}[{n}]") for n, one in enumerate(self._items(name, 0, most))]
        if len(dict.fromkeys(found)) < len(found):
            raise self.fault("Each name stands here once.", self.path(name))
        return tuple(found)

    def part(self, name: str) -> "Entries":
        """The entries below a name; empty ones where nothing stands."""
        return self._entries(self.data.get(name, {}), self.path(name))

    def parts(self, name: str, least: int, most: int) -> list["Entries"]:
        """A list of entries."""
        return [self._entries(one, f"{self.path(name)}[{n}]") for n, one in enumerate(self._items(name, least, most))]

    def _items(self, name: str, least: int, most: int) -> Sequence[Any]:
        value = self.data.get(name, ())
        if not isinstance(value, list | tuple) or not least <= len(value) <= most:
            raise self.fault(f"This must be a list of {least} to {most}.", self.path(name))
        return value

    def _line(self, value: Any, at: str) -> str:
        if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST_LINE:
            raise self.fault(f"This must be a text of 1 to {LONGEST_LINE} characters.", at)
        return value

    def _entries(self, value: Any, at: str) -> "Entries":
        if not isinstance(value, Mapping):
            raise self.fault("This must be a list of named entries.", at)
        return Entries(value, self.fault, at)


def top(data: Any, fault: type[Fault], name: str) -> Entries:
    """The entries of a whole document. Raises `fault` when it is none."""
    if not isinstance(data, Mapping):
        raise fault("This must be a list of named entries.", name)
    return Entries(data, fault)
