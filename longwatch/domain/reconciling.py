"""Reconciliation: what a tool says when it is asked, against what it has told the desk by itself.

A beginning or an end may never be told: the tool died, restarted, was silenced meanwhile. What fires there and is
unknown here begins. What fires here and is gone there is over once it was gone from two complete answers, for longer
than a grace. An answer that is not complete says by its silence nothing at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SETTLES = timedelta(seconds=60)
"""What was told so shortly before the question may be newer than the answer."""
TWICE = 2
"""Complete answers in a row that must not name an alert before it counts as over."""


@dataclass(frozen=True)
class Known:
    """An alert as it was last told to the desk, and when."""

    fingerprint: str
    firing: bool
    last_at: datetime


@dataclass(frozen=True)
class Listed:
    """A condition that the tool names as not well. `tells`: it would tell us of it; not while it is silenced."""

    fingerprint: str
    tells: bool


@dataclass(frozen=True)
class Gone:
    """An alert that fires here and that the tool does not name: since which answer, and how many of them."""

    since: datetime
    polls: int


@dataclass(frozen=True)
class Asked:
    """One answer. `complete`: all that is not well there stands in it. `grace`: seconds."""

    at: datetime
    complete: bool
    grace: int


@dataclass(frozen=True)
class Found:
    """What follows: alerts that begin, alerts that are over, and what is to be remembered until the next answer."""

    begun: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    gone: Mapping[str, Gone] = field(default_factory=dict)


def compare(asked: Asked, listed: Iterable[Listed], known: Iterable[Known], gone: Mapping[str, Gone]) -> Found:
    """Compares an answer with what is known; `gone` is what was remembered of the answers before."""
    there = {each.fingerprint: each.tells for each in listed}
    here = {each.fingerprint: each for each in known}
    begun = [name for name, tells in there.items() if tells and _unknown(here.get(name), asked.at)]
    missed = {
        each.fingerprint: found
        for each in here.values()
        if each.firing and each.fingerprint not in there and (found := _gone(asked, each, gone.get(each.fingerprint)))
    }
    over = [name for name, found in missed.items() if asked.complete and _is_over(found, asked)]
    return Found(tuple(sorted(begun)), tuple(sorted(over)), missed)


def _unknown(known: Known | None, at: datetime) -> bool:
    return known is None or (not known.firing and known.last_at + SETTLES <= at)


def _gone(asked: Asked, known: Known, before: Gone | None) -> Gone | None:
    """A word that came since makes it begin anew; an answer that is not complete adds nothing."""
    if before is not None and known.last_at > before.since:
        before = None
    if not asked.complete:
        return before
    if known.last_at > asked.at:
        return None
    return Gone(asked.at, 1) if before is None else Gone(before.since, before.polls + 1)


def _is_over(found: Gone, asked: Asked) -> bool:
    return found.polls >= TWICE and asked.at - found.since >= timedelta(seconds=asked.grace)
