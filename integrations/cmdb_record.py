"""What tools say of configuration items, as records of a delivery: plain data that reconciliation takes as it is.

    {"class": "server", "source_key": "device-17", "row": 18, "attributes": {...}, "aliases": [...], "relations": [...]}

What could not be read becomes `{"row": 18, "problem": "why"}`: it is told in the report and harms no other row.
"""

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any

Raw = dict[str, Any]

LONGEST_NAME = 200
MOST_ALIASES = 50
_HOST = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\Z", re.IGNORECASE
)


class Unreadable(ValueError):  # noqa: N818 - read by who delivers the file
    """A file is not what it was said to be; nothing of the delivery can be taken. The text says why."""


def record(
    class_: str,
    key: str,
    values: Mapping[str, Any],
    *,
    aliases: Iterable[Any] = (),
    relations: list[Raw] | None = None,
    row: int | None = None,
) -> Raw:
    """One item as its tool tells it. Values that are nothing are left out; texts lose what no line holds."""
    made: Raw = {"class": class_, "source_key": line(key, LONGEST_NAME)}
    made["attributes"] = {name: _plain(value) for name, value in values.items() if value not in (None, "", [], {})}
    names = dict.fromkeys(line(alias, LONGEST_NAME).lower() for alias in aliases)
    made["aliases"] = [name for name in names if name][:MOST_ALIASES]
    if relations is not None:
        made["relations"] = relations
    if row is not None:
        made["row"] = row
    return made


def link(type_: str, key: str, *, reverse: bool = False) -> Raw:
    """A relation to what the same source calls `key`."""
    return {"type": type_, "to": {"source_key": line(key, LONGEST_NAME)}, **({"reverse": True} if reverse else {})}


def problem(row: int, why: str) -> Raw:
    """A row that could not be read."""
    return {"row": row, "problem": line(why, 500)}


def line(value: Any, longest: int) -> str:
    """A text on one line, cut; empty for what is no text or number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = "".join(character if character.isprintable() else " " for character in str(value)[: 4 * longest])
    return " ".join(text.split())[:longest].strip()


def host(value: Any) -> str | None:
    """A host name, if it is one."""
    text = line(value, LONGEST_NAME).rstrip(".")
    return text if _HOST.match(text) and not address(text) else None


def address(value: Any) -> str | None:
    """An IP address without its prefix length, if it is one."""
    text = line(value, LONGEST_NAME).partition("/")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def whole(value: Any) -> int | None:
    """A whole number that is not negative, if it is one; fractions are cut."""
    if isinstance(value, bool):
        return None
    try:
        number = int(float(value)) if isinstance(value, str | float) else value
    except (ValueError, OverflowError):
        return None
    return number if isinstance(number, int) and 0 <= number < 10**12 else None  # more than any attribute holds


def _plain(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value
