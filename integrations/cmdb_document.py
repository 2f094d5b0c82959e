"""JSON documents that tools write: read whole, bounded, and looked at without trusting their shape."""

import json
from collections.abc import Iterator
from typing import Any

from integrations.cmdb_parts import Part
from integrations.cmdb_record import Unreadable

LARGEST = 128 * 1024 * 1024
"""Bytes of one document."""


def document(part: Part) -> Any:
    """The value a file holds. Raises Unreadable."""
    with part.open() as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Unreadable(f"{part.name} is larger than {LARGEST // 1024 // 1024} MB.")
    return parsed(raw, part.name)


def parsed(raw: bytes, name: str) -> Any:
    """The value of a text in UTF-8 or UTF-16. Raises Unreadable."""
    try:
        return json.loads(raw.decode("utf-8-sig") if not raw.startswith((b"\xff\xfe", b"\xfe\xff")) else raw)
    except UnicodeDecodeError:
        raise Unreadable(f"{name} is no text in UTF-8.") from None
    except RecursionError:
        raise Unreadable(f"{name} is nested too deeply.") from None
    except ValueError as error:
        raise Unreadable(f"{name} is no well-formed JSON: {error}.") from None


def at(value: Any, *path: str) -> Any:
    """What stands at the end of a path of names; None where it leads nowhere."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def each(value: Any, *path: str) -> Iterator[dict[str, Any]]:
    """The objects of a list at the end of a path; what is no object is passed over."""
    found = at(value, *path)
    yield from (one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()
