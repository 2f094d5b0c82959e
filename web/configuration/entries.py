"""Entries of settings as people type them into a form, and back: times as `2 d`, lists a line each, names with weights.

What cannot be read is handed on as it was typed: the reader of the setting refuses it by its place.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from activities.calendars import weekly_hours
from web.configuration.words import span

_PART = re.compile(r"(\d{1,9})\s*(d|h|min|s)")
_SECONDS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Codec:
    """How an entry is typed (`encode`) and understood (`decode`; None leaves the entry out)."""

    encode: Callable[[Any], str]
    decode: Callable[[str], Any]


def _line(text: str) -> Any:
    return text.strip() or None


def _whole(text: str) -> Any:
    plain = text.strip()
    digits = plain.removeprefix("-")
    return int(plain) if digits.isascii() and digits.isdecimal() and len(digits) <= 15 else plain or None  # noqa: PLR2004 - beyond any bound


def exact_span(seconds: Any) -> str:
    """A time as it is typed; all of it, however uneven."""
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        return "" if seconds is None else str(seconds)
    short = span(seconds)
    return short if read_span(short) == seconds else f"{seconds} s"


def read_span(text: str) -> Any:
    """Seconds of a time such as `1 d 12 h`; other text as it is, nothing for none."""
    plain = text.strip()
    parts = _PART.findall(plain)
    if not parts or _PART.sub("", plain).strip():
        return plain or None
    return sum(int(count) * _SECONDS[unit] for count, unit in parts)


def _flag(text: str) -> Any:
    return {YES: True, NO: None, "": None}.get(text.strip(), text)


def _lines(text: str) -> Any:
    return [line.strip() for line in text.splitlines() if line.strip()] or None


def _listed(value: Any) -> str:
    return "\n".join(str(one) for one in value) if isinstance(value, list) else str(value or "")


def _voice(line: str) -> Any:
    name, sign, weight = line.partition("=")
    return {"name": name.strip(), "weight": _whole(weight)} if sign else name.strip()


def _voiced(one: Any) -> str:
    if not isinstance(one, Mapping):
        return str(one)
    return str(one.get("name")) if one.get("weight") in (None, 1) else f"{one.get('name')} = {one.get('weight')}"


def _option(line: str) -> Any:
    value, sign, label = line.partition("=")
    return {"value": value.strip(), "label": label.strip()} if sign else value.strip()


def _offered(one: Any) -> str:
    if not isinstance(one, Mapping):
        return str(one)
    return str(one.get("value")) if one.get("label") in (None, "") else f"{one.get('value')} = {one.get('label')}"


def _each(encode: Callable[[Any], str], decode: Callable[[str], Any]) -> Codec:
    return Codec(
        lambda value: _listed([encode(one) for one in value]) if isinstance(value, list) else str(value or ""),
        lambda text: [decode(line) for line in _lines(text) or ()] or None,
    )


def _pairs(text: str) -> Any:
    """`VM = virtual-machine`, a line each; a line without a sign is no pair and is refused as it is."""
    lines = _lines(text) or []
    said = [line.partition("=") for line in lines]
    return {name.strip(): value.strip() for name, sign, value in said} if all(sign for _, sign, _ in said) else lines


def _paired(value: Any) -> str:
    return _listed([f"{name} = {one}" for name, one in value.items()] if isinstance(value, Mapping) else value)


def _veto(text: str) -> Any:
    words = text.split()
    return None if words in ([], ["none"]) else "all" if words == ["all"] else words


def _vetoed(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value or "none")


def _weekly(text: str) -> Any:
    """`mon-fri 08:00-18:00`, a line each, as weekly times; other text as it is."""
    lines: dict[str, str] = {}
    for line in _lines(text) or ():
        days, _, hours = line.partition(" ")
        lines[days.lower()] = f"{lines.get(days.lower(), '')} {hours}".strip()
    try:
        read = weekly_hours(lines)
    except ValueError:
        return text.strip()
    return {str(day): [[_at(begin), _at(end)] for begin, end in spans] for day, spans in read.items()} or None


def _at(time_of_day: time) -> str:
    return time_of_day.isoformat(timespec="minutes" if not time_of_day.second else "seconds")


def _of_week(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value or "")
    try:
        return _listed([f"{_DAYS[int(day)]} {' '.join('-'.join(one) for one in value[day])}" for day in sorted(value)])
    except (ValueError, TypeError, IndexError):
        return str(dict(value))


CODECS: Mapping[str, Codec] = {
    "line": Codec(lambda value: "" if value is None else str(value), _line),
    "prose": Codec(
        lambda value: "" if value is None else str(value), lambda text: text.replace("\r\n", "\n").strip() or None
    ),
    "whole": Codec(lambda value: "" if value is None else str(value), _whole),
    "span": Codec(exact_span, read_span),
    "flag": Codec(lambda value: YES if value else NO, _flag),
    "voices": _each(_voiced, _voice),
    "options": _each(_offered, _option),
    "veto": Codec(_vetoed, _veto),
    "list": Codec(_listed, _lines),
    "weekly": Codec(_of_week, _weekly),
    "pairs": Codec(_paired, lambda text: _pairs(text) or None),
}
