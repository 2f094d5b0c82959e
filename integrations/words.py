"""How the words of all tools become ours: texts, severities, instants, links, names of configuration items."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from integrations import strict_json
from integrations.alert import NotEnvelope, Severity, Untranslatable

TITLE = 250
TEXT = 10_000
LABELS = 64
LABEL = 1_024
LINK = 2_000
LINKS = 10
HINTS = 10
FINGERPRINT = 128

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIX = re.compile(r"(\d{9,14})(?:\.(\d{1,9}))?", re.ASCII)
_MILLISECONDS = 10**11
"""Unix times from here on are in milliseconds: as seconds they would lie beyond the year 5000."""
_TURNING = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters without ink or that turn the writing direction: they make one text look like another."""
_PORT = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^:]+):\d{1,5}", re.ASCII)

_WORDS: dict[Severity, str] = {
    "critical": "critical crit fatal emergency emerg alert disaster page p1 sev0",
    "error": "error err major high p2 sev1",
    "warning": "warning warn minor average medium unknown p3 sev2",
    "info": "info information informational notice low debug ok none p4 p5 sev3 sev4",
}
_SEVERITIES: dict[str, Severity] = {word: severity for severity, words in _WORDS.items() for word in words.split()}


def severity(word: str) -> Severity:
    """The severity that a tool's word means. A word no one taught us is a warning: seen, and waking nobody."""
    return _SEVERITIES.get(word.strip().lower(), "warning")


def line(text: str, limit: int = TITLE) -> str:
    """A text of one line without control characters, runs of space made one, cut at `limit` characters."""
    return cut(" ".join(_visible(text[: 4 * limit].replace("\n", " ").replace("\t", " ")).split()), limit)


def prose(text: str, limit: int = TEXT) -> str:
    """A text of many lines without control characters, cut at `limit` characters."""
    return cut(_visible(text[: 2 * limit].replace("\r\n", "\n")).strip(), limit)


def cut(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis where it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def labels(given: Mapping[str, Any]) -> dict[str, str]:
    """The first 64 labels by name, names and values cleaned, values cut at 1,024 characters."""
    found: dict[str, str] = {}
    for name in sorted(given)[:LABELS]:
        found[line(name, 128)] = prose(scalar(given[name], name), LABEL)
    return found


def scalar(value: Any, name: str) -> str:
    """One value as text. Raises Untranslatable for lists and objects, which no label can be."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return json.dumps(value)
    raise Untranslatable(f"The value of {line(name, 64)!r} is not a text.")


def moment(value: Any, name: str) -> datetime | None:
    """The instant, in UTC, that an RFC 3339 text or a Unix time names; None for nothing and for years before 1970.

    Raises Untranslatable for anything else. A time without a zone is taken as UTC; Unix times are in seconds or
    milliseconds. Nanoseconds are cut to microseconds. Tools write "none" as the first instant of year 1 or of 1970.
    """
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else str(value) if type(value) is int else ""
    try:
        unix = _UNIX.fullmatch(text)
        found = _from_unix(unix) if unix else datetime.fromisoformat(text[:64])
        if found.year < _EPOCH.year:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Untranslatable(f"{name} is not a time such as 2026-11-22T15:04:05Z.") from None


def links(given: Iterable[Any]) -> tuple[str, ...]:
    """Those of the given that are plain web addresses, once each, at most ten."""
    found = dict.fromkeys(each for each in given if isinstance(each, str) and _is_link(each))
    return tuple(found)[:LINKS]


def hints(given: Iterable[str]) -> tuple[str, ...]:
    """Names a configuration item may go by, once each, in the order given; empty ones left out."""
    cleaned = (line(each, 255) for each in given)
    return tuple(dict.fromkeys(each for each in cleaned if each))[:HINTS]


def host_of(instance: str) -> str:
    """The host in a scrape target: without scheme, path and port; an IPv6 address without its brackets."""
    if "://" in instance:
        instance = instance.split("://", 1)[1].split("/", 1)[0].rsplit("@", 1)[-1]
    with_port = _PORT.fullmatch(instance)
    return (with_port.group(1) if with_port else instance).strip("[]")


def fingerprint(given: str, otherwise: Mapping[str, Any]) -> str:
    """The tool's own identity of a condition; where it gives none, a stable one made of `otherwise`."""
    if not given.strip():
        text = json.dumps(otherwise, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
    if given != line(given, FINGERPRINT):
        return hashlib.sha256(given.encode(errors="replace")).hexdigest()[:16]
    return given


def placeholder(pattern: str) -> re.Pattern[str]:
    """Texts that stand for nothing: what the tool left where a value should be, and its way to say none."""
    return re.compile(rf"(?:{pattern}|null|None|undefined)", re.ASCII)


def json_list(text: Any) -> list[Any]:
    """The list that a text holds, as tools put lists into texts; an empty one for anything else."""
    if not isinstance(text, str) or not text.lstrip().startswith("["):
        return []
    try:
        found = strict_json.read(text[: 4 * TEXT].encode(errors="replace"))
    except NotEnvelope:
        return []
    return found if isinstance(found, list) else []


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    kept = (each for each in text if each in "\n\t" or unicodedata.category(each) not in {"Cc", "Cs"})
    return _TURNING.sub("", "".join(kept))


def _from_unix(match: re.Match[str]) -> datetime:
    whole = int(match.group(1))
    seconds, rest = divmod(whole, 1000) if whole >= _MILLISECONDS else (whole, 0)
    micros = int((match.group(2) or "0").ljust(6, "0")[:6]) if rest == 0 else rest * 1000
    return _EPOCH + timedelta(seconds=seconds, microseconds=micros)


def _is_link(text: str) -> bool:
    if not 0 < len(text) <= LINK or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
