"""Reads the entries of a catalogue item's data, strictly: what is amiss is named by its place, as `form[2].most`."""

from collections.abc import Mapping, Sequence
from typing import Any

from longwatch.domain.entries import Fault

LONGEST_LINE, LONGEST_PROSE = 200, 4000


class CatalogueFault(Fault):
    """The item would not do what it says. `reason` is a sentence, `field` names the entry at fault."""


def known_only(data: Any, known: Sequence[str], at: str) -> Mapping[str, Any]:
    """The entries of a mapping that holds none but the known ones. Raises CatalogueFault naming the first other."""
    if not isinstance(data, Mapping):
        raise CatalogueFault("This must be a list of named entries.", at or "item")
    other = next((name for name in data if name not in known), None)
    if other is not None:
        place = f"{at}.{other}" if at else str(other)
        raise CatalogueFault(f"There is no such entry here. Entries are: {', '.join(known)}.", place[:200])
    return data


def line(value: Any, at: str, longest: int = LONGEST_LINE) -> str:
    """A line of text that must be there. Raises CatalogueFault."""
    if not isinstance(value, str) or not 0 < len(value.strip()) <= longest or not value.isprintable():
        raise CatalogueFault(f"This must be a line of 1 to {longest} characters.", at)
    return value.strip()


def optional_line(value: Any, at: str) -> str:
    """A line of text, or nothing. Raises CatalogueFault."""
    return "" if value is None or value == "" else line(value, at)


def optional_prose(value: Any, at: str) -> str:
    """A text of several lines, or nothing. Raises CatalogueFault."""
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_PROSE:
        raise CatalogueFault(f"This must be a text of at most {LONGEST_PROSE} characters.", at)
    return value.strip()


def word(value: Any, at: str) -> str:
    """An identifier: small letters, digits, - and _, at most 40, a letter or digit first. Raises CatalogueFault."""
    if not isinstance(value, str) or not _is_word(value):
        raise CatalogueFault("This must be a word of small letters, digits, - and _, at most 40.", at)
    return value


_LONGEST_WORD = 40


def _is_word(text: str) -> bool:
    plain = text.replace("-", "").replace("_", "")
    fit = 0 < len(text) <= _LONGEST_WORD and text[0] not in "-_"
    return fit and plain.isascii() and plain.isalnum() and text == text.lower()


def whole(value: Any, least: int, most: int, at: str) -> int:
    """A whole number within bounds. Raises CatalogueFault."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise CatalogueFault(f"This must be a whole number from {least} to {most}.", at)
    return value


def flag(value: Any, at: str) -> bool:
    """Yes or no; nothing means no. Raises CatalogueFault."""
    if value is None:
        return False
    if not isinstance(value, bool):
        raise CatalogueFault("This must be true or false.", at)
    return value


def choice(value: Any, options: Sequence[str], at: str) -> str:
    """One of the words offered. Raises CatalogueFault listing them."""
    if not isinstance(value, str) or value not in options:
        raise CatalogueFault(f"This must be one of {', '.join(options)}.", at)
    return value


def listed(value: Any, least: int, most: int, at: str) -> list[Any]:
    """A list; nothing means an empty one. Raises CatalogueFault."""
    found = [] if value is None else value
    if not isinstance(found, Sequence) or isinstance(found, str) or not least <= len(found) <= most:
        raise CatalogueFault(f"This must be a list of {least} to {most}.", at)
    return list(found)


def distinct(values: Sequence[Any], at: str, what: str) -> None:
    """Raises CatalogueFault when one stands twice."""
    if len(dict.fromkeys(values)) < len(values):
        raise CatalogueFault(f"Each {what} stands here once.", at)
