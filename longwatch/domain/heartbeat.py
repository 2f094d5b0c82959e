"""Heartbeats: signs of life that a source owes. Here: what counts as one, and when the next is due.

A dead-man alert (Prometheus' Watchdog) fires for as long as all is well: it is told again and again, and its silence is
what matters. A job that ran says so itself.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

ANY = ""
"""The signal that every call of a source is."""
LONGEST_SIGNAL = 200
SHORTEST, LONGEST = 10, 32 * 24 * 3600
"""Seconds between two signs of life: often enough to matter, and a job of once a month."""
LONGEST_GRACE = 7 * 24 * 3600
SEVERITIES = ("critical", "error", "warning", "info")

_PAIR = re.compile(r"\s*([^=,\s][^=,]*?)\s*=\s*([^,]*?)\s*(?:,|\Z)")

_DURATION = re.compile(r"(\d{1,9})\s*(s|min|h|d|)(?![a-z])", re.ASCII | re.IGNORECASE)
_UNITS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}


class BadHeartbeat(ValueError):  # noqa: N818 - named for who reads it
    """A heartbeat cannot be set up like this; the text says why."""


def check(signal: str, interval: int, grace: int, severity: str) -> None:
    """Raises BadHeartbeat."""
    if len(signal) > LONGEST_SIGNAL or signal != signal.strip() or not signal.isprintable():
        raise BadHeartbeat(f"A signal is one line of at most {LONGEST_SIGNAL} characters.")
    if "=" in signal and labels_of(signal) is None:
        raise BadHeartbeat("Labels are written name=value, with commas between them.")
    if not SHORTEST <= interval <= LONGEST:
        raise BadHeartbeat(f"The interval is {SHORTEST} seconds to 32 days.")
    if not 0 <= grace <= LONGEST_GRACE:
        raise BadHeartbeat("The grace is at most 7 days.")
    if severity not in SEVERITIES:
        raise BadHeartbeat(f"The severity is one of: {', '.join(SEVERITIES)}.")


def labels_of(signal: str) -> dict[str, str] | None:
    """The labels that a signal asks for; None where it is none of labels."""
    found, place = {}, 0
    while place < len(signal):
        pair = _PAIR.match(signal, place)
        if pair is None:
            return None
        found[pair.group(1)] = pair.group(2)
        place = pair.end()
    return found or None


def vouches(signal: str) -> bool:
    """Whether this signal comes the way that alerts come: while it is missing, their ends may be false. A job's not."""
    return signal == ANY or labels_of(signal) is not None


def is_beat(signal: str, fingerprint: str, labels: Mapping[str, str]) -> bool:
    """Whether an alert is this signal. The signal of any call is no alert's own."""
    if signal == ANY:
        return False
    wanted = labels_of(signal)
    if wanted is None:
        return signal == fingerprint
    return all(labels.get(name) == value for name, value in wanted.items())


def due(seen: datetime, interval: int, grace: int) -> datetime:
    """When silence is an alert, after a sign of life. The arguments are seconds."""
    return seen + timedelta(seconds=interval + grace)


def missed_with_us(due_at: datetime, grace: int, left: datetime, back: datetime) -> bool:
    """Whether a sign of life was to come while we were away ourselves: then nobody can say that it did not."""
    return due_at >= left and due_at - timedelta(seconds=grace) <= back


def span(seconds: int) -> str:
    """A duration in words, rounded down: `45 s`, `14 min`, `2 h 5 min`, `3 d 4 h`."""
    for unit, size, smaller, part in (("d", 86_400, "h", 3_600), ("h", 3_600, "min", 60)):
        if seconds >= size:
            rest = seconds % size // part
            return f"{seconds // size} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{seconds // 60} min" if seconds >= 60 else f"{max(0, seconds)} s"  # noqa: PLR2004 - seconds of a minute


def seconds_of(text: str) -> int:
    """The seconds that words such as `90`, `5 min`, `2 h 30 min`, `1 d` name. Raises BadHeartbeat."""
    parts = _DURATION.findall(text)
    if not parts or "".join(text.split()) != "".join(number + unit for number, unit in parts):
        raise BadHeartbeat(f"{text[:40]!r} is no duration: write 90 s, 5 min, 2 h or 1 d.")
    return sum(int(number) * _UNITS[unit.lower() or "s"] for number, unit in parts)


def exactly(seconds: int) -> str:
    """A duration as forms hold it, in the largest unit that loses nothing: `90 s`, `5 min`, `36 h`."""
    unit = next(name for name in ("d", "h", "min", "s") if seconds % _UNITS[name] == 0 and (seconds or name == "s"))
    return f"{seconds // _UNITS[unit]} {unit}"
