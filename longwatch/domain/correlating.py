"""What an alert is grouped by: the first rule that matches it, the key that rule gives it, and why, in words.

Pure: what stands in the inventory of items is told with the alert, wall clocks are handed in. The same alert always has
the same key.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from fnmatch import fnmatchcase
from functools import cached_property

from longwatch.domain.alerts import correlation_key, group_id
from longwatch.domain.correlating_rules import ALERT, ALL, CI, LABEL, SERVICE, TITLE, TOOL, Rule, When
from longwatch.domain.schedule_times import Spans, Times
from longwatch.domain.ticket import canonical

ACROSS = "*"
"""Stands in place of the source in the keys of groups where alerts of several sources meet. No source has it."""
Local = Callable[[str, datetime], datetime]
"""The wall time of a zone at an instant."""


@dataclass(frozen=True)
class Seen:
    """What a rule is told of an alert; `classes` is the class of its item and those above it."""

    source: str
    fingerprint: str
    title: str
    severity: str
    at: datetime
    group: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    ci: str | None = None
    classes: tuple[str, ...] = ()
    service: str | None = None


@dataclass(frozen=True)
class Choice:
    """Which rule an alert falls under, and what its group is called by it."""

    rule: Rule | None
    source: str
    key: str
    reason: str

    @cached_property
    def base(self) -> str:
        """The digest of the key: what the groups of one kind have in common, whenever they began."""
        return group_id(self.source, self.key)


def choose(rules: Iterable[Rule], seen: Seen, local: Local) -> Choice:
    """The first rule that matches and whose grouping the alert has all of; without one, what always was."""
    for rule in rules:
        if matches(rule.when, seen, local):
            choice = _by(rule, seen)
            if choice is not None:
                return choice
    return Choice(None, seen.source, correlation_key(seen.source, seen.ci, seen), _usual(seen))


def matches(when: When, seen: Seen, local: Local) -> bool:
    """Whether an alert is what a rule is about. Globs and words whatever the case."""
    return (
        _fits(when.sources, seen.source)
        and (not when.severities or seen.severity in when.severities)
        and all(_fits((glob,), seen.labels.get(name)) for name, glob in when.labels.items())
        and (not when.classes or any(class_ in when.classes for class_ in seen.classes))
        and _fits(when.services, seen.service)
        and (not when.words or any(word.casefold() in seen.title.casefold() for word in when.words))
        and (when.hours is None or during(when.hours, local(when.hours.zone, seen.at)))
    )


def during(times: Times, wall: datetime) -> bool:
    """Whether a wall time lies in weekly times; a span past midnight belongs to the day it begins on."""
    today, yesterday = str(wall.weekday()), str((wall.weekday() - 1) % 7)
    now = wall.time()
    return any(begin <= now and (now < end or end <= begin) for begin, end in _spans(times, today)) or any(
        end <= begin and now < end for begin, end in _spans(times, yesterday)
    )


def _spans(times: Times, day: str) -> list[tuple[time, time]]:
    spans: Spans = times.weekly.get(day, ())
    return [(time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in spans]


def _fits(globs: tuple[str, ...], value: str | None) -> bool:
    if not globs:
        return True
    return value is not None and any(fnmatchcase(value.casefold(), glob.casefold()) for glob in globs)


def _by(rule: Rule, seen: Seen) -> Choice | None:
    """The alert under this rule; None where it lacks what the rule groups by."""
    values = [(term, _value(term, seen)) for term in rule.group]
    if any(value is None for _, value in values):
        return None
    said = f"Rule “{rule.name}”: "
    if values:
        shared = [value for _, value in values]
        source = ACROSS if rule.across else seen.source
        reason = said + ", ".join(_shared(term, value or "") for term, value in values) + "."
        return Choice(rule, source, f"{source}/rule/{rule.name}/{canonical(shared)}", reason)
    usual = correlation_key(seen.source, seen.ci, seen)
    if rule.settings:  # its groups are treated in a way of their own: others must not stand in them
        usual = f"{seen.source}/rule/{rule.name}/{usual.removeprefix(f'{seen.source}/')}"
    return Choice(rule, seen.source, usual, said + _usual(seen))


def _value(term: str, seen: Seen) -> str | None:
    """What the alert has of a term; None or empty alike mean that it has nothing."""
    if term.startswith(LABEL):
        return seen.labels.get(term.removeprefix(LABEL)) or None
    has = {CI: seen.ci, SERVICE: seen.service, TITLE: seen.title, TOOL: seen.group, ALERT: seen.fingerprint, ALL: ALL}
    return has[term] or None


def _shared(term: str, value: str) -> str:
    if term.startswith(LABEL):
        return f"same {term.removeprefix(LABEL)} {value}"
    return {
        CI: f"same item {value}",
        SERVICE: f"same service {value}",
        TITLE: f"same title “{value}”",
        TOOL: f"the tool itself groups it, {value}",
        ALERT: "the same alert",
        ALL: "all that it is about",
    }[term]


def _usual(seen: Seen) -> str:
    if seen.ci:
        return f"About the same item, {seen.ci}."
    if seen.group:
        return f"The tool itself groups it: {seen.group}."
    return "Alone: neither an item nor a group of the tool's is known."
