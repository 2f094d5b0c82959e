"""Builds an alert of what a translator found: everything cleaned, cut and known again, whatever the tool."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from integrations import words
from integrations.alert import About, Alert, AlertState, Severity, Untranslatable

_OWN = ("localhost", "127.0.0.1", "::1")
"""What every machine calls itself: it tells none from another."""


def built(
    identity: str,
    state: AlertState,
    title: str,
    severity: Severity,
    *,
    text: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    hints: Iterable[str] = (),
    group: str = "",
    labels: Mapping[str, Any] | None = None,
    links: Iterable[Any] = (),
    test: bool = False,
    about: About = "state",
    author: str = "",
) -> Alert:
    """The alert; hosts among `hints` may be addresses with scheme and port. Raises Untranslatable without identity."""
    if not identity.strip():
        raise Untranslatable("The message does not say which condition it is about.")
    return Alert(
        fingerprint=words.fingerprint(identity, {}),
        state=state,
        title=words.line(title) or "Alert without a name",
        severity=severity,
        text=words.prose(text),
        starts_at=starts_at,
        ends_at=None if state == "firing" else ends_at,
        ci_hints=words.hints(host for host in map(words.host_of, hints) if host not in _OWN),
        group=words.line(group, 500),
        labels=words.labels(labels or {}),
        links=words.links(links),
        test=test,
        about=about,
        author=words.line(author, 200),
    )


def state_of(word: str, firing: Iterable[str], resolved: Iterable[str], name: str) -> AlertState:
    """The state a tool's word means. Raises Untranslatable for a word that is neither."""
    said = word.strip().lower()
    if said in firing:
        return "firing"
    if said in resolved:
        return "resolved"
    raise Untranslatable(f"{name} is {words.line(word, 40)!r}, which is neither a beginning nor an end.")
