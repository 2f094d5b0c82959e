"""What people and tools send along with an incident command, read with care: what is amiss is refused by its name."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from longwatch.domain.case_state import Ref
from longwatch.domain.ticket import Refused, instant, stamp

Data = Mapping[str, Any]

LONGEST_NAME = 200
MOST_SAID = 50
"""Messages that go along to another ticket at once."""
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
_NUMBER = re.compile(r"[A-Z]{3}-\d{1,12}\Z")


def ref(data: Data, name: str, words: str) -> Ref:
    """A text that must be there; `words` say what it is. Raises Refused."""
    found = optional_ref(data, name)
    if found is None:
        raise Refused(f"Please write {words}.", name)
    return found


def optional_ref(data: Data, name: str) -> Ref | None:
    """A text that may be missing. Raises Refused when it is not the reference of a stored text."""
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, Mapping) or not isinstance(value.get("sha256"), str) or value.get("body") is None:
        raise Refused(f"{name} must be a stored text.", name)
    return {"body": value["body"], "sha256": value["sha256"]}


def optional_name(data: Data, name: str) -> str | None:
    """A short name or identifier that may be missing. Raises Refused when it is no text or too long."""
    value = data.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST_NAME or not value.isprintable():
        raise Refused(f"{name} must be a printable text of at most {LONGEST_NAME} characters.", name)
    return value


def name(data: Data, field: str, words: str) -> str:
    """A short name that must be there. Raises Refused."""
    found = optional_name(data, field)
    if found is None:
        raise Refused(f"Please say {words}.", field)
    return found


def choice(data: Data, field: str, options: Sequence[str]) -> str:
    """One of the words offered. Raises Refused listing them."""
    value = data.get(field)
    if value not in options:
        raise Refused(f"{field} must be one of {', '.join(options)}.", field)
    return str(value)


def word(data: Data, field: str, examples: Sequence[str]) -> str:
    """A code: small letters, digits, - and _. Raises Refused with examples."""
    value = data.get(field)
    if not isinstance(value, str) or not _WORD.match(value):
        raise Refused(f"{field} must be a short word such as {', '.join(examples[:3])}.", field)
    return value


def optional_scale(data: Data, field: str) -> int | None:
    """Impact or urgency: 1 (high), 2 or 3 (low). Raises Refused."""
    return optional_number(data, field, 1, 3)


def optional_number(data: Data, field: str, least: int, most: int) -> int | None:
    """A whole number within bounds, or nothing. Raises Refused."""
    value = data.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Refused(f"{field} must be a whole number from {least} to {most}.", field)
    return value


def optional_instant(data: Data, field: str) -> datetime | None:
    """An instant in ISO 8601 with its time zone, or nothing. Raises Refused."""
    value = data.get(field)
    if value is None or value == "":
        return None
    try:
        return instant(stamp(datetime.fromisoformat(value)))
    except (ValueError, TypeError, OverflowError):
        raise Refused(f"{field} must be a date and time with its zone such as 2026-11-23T09:00:00Z.", field) from None


def tags(data: Data, most: int) -> list[str]:
    """Labels, sorted and each once. Raises Refused."""
    value = data.get("tags")
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(_is_tag(tag) for tag in value):
        raise Refused("tags must be a list of words of at most 40 characters.", "tags")
    once = sorted(dict.fromkeys(tag.strip() for tag in value))
    if len(once) > most:
        raise Refused(f"A ticket carries at most {most} tags.", "tags")
    return once


_LONGEST_TAG = 40


def _is_tag(tag: object) -> bool:
    return isinstance(tag, str) and 0 < len(tag.strip()) <= _LONGEST_TAG and tag.isprintable()


def link(data: Data, types: Sequence[str]) -> dict[str, str]:
    """A relation to another ticket. Raises Refused."""
    return {"type": choice(data, "type", types), "ticket": number(data, "ticket")}


def number(data: Data, field: str) -> str:
    """A ticket's number. Raises Refused."""
    value = data.get(field)
    if not isinstance(value, str) or not _NUMBER.match(value):
        raise Refused(f"{field} must be a ticket number such as INC-000123.", field)
    return value


def names(data: Data, field: str, most: int = 50) -> list[str]:
    """Short identifiers, at most so many. Raises Refused."""
    value = data.get(field)
    short = isinstance(value, Sequence) and not isinstance(value, str) and len(value) <= most
    if not short or not all(isinstance(one, str) and len(one) <= LONGEST_NAME for one in value or ()):
        raise Refused(f"{field} must be a list of at most {most} names.", field)
    return list(value or ())


def links(data: Data, types: Sequence[str], most: int) -> list[dict[str, str]]:
    """Relations to other tickets, or none. Raises Refused."""
    value = data.get("links") or []
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > most:
        raise Refused(f"links must be a list of at most {most}.", "links")
    if not all(isinstance(one, Mapping) for one in value):
        raise Refused("Each link names its type and ticket.", "links")
    return [link(one, types) for one in value]


def public(data: Data) -> bool:
    """Whether a message is meant for the requester too. Raises Refused unless it says so plainly."""
    value = data.get("public")
    if not isinstance(value, bool):
        raise Refused("Please say whether the message is public (true) or internal (false).", "public")
    return value


def flag(data: Data, field: str) -> bool:
    """Yes or no; no where nothing is said. Raises Refused."""
    value = data.get(field, False)
    if not isinstance(value, bool):
        raise Refused(f"{field} must be true or false.", field)
    return value


def said(value: Any) -> list[dict[str, Any]]:
    """Messages by reference: line, words, writer, part, when, whether public. Raises Refused."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MOST_SAID:
        raise Refused(f"messages must be a list of at most {MOST_SAID}.", "messages")
    return [_one_said(one) for one in value]


def _one_said(one: Any) -> dict[str, Any]:
    if not isinstance(one, Mapping) or not isinstance(one.get("line"), int):
        raise Refused("Each message names its line.", "messages")
    words = ref(one, "body", "a message")
    told = {name: optional_name(one, name) for name in ("writer", "by", "at")}
    return {"line": one["line"], "body": words, "public": public(one), **told}


def quoted(data: Data) -> dict[str, Any] | None:
    """Messages of another ticket that this one begins with. Raises Refused."""
    value = data.get("quoted")
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise Refused("quoted must name its ticket and messages.", "quoted")
    return {"origin": number(value, "origin"), "messages": said(value.get("messages"))}
