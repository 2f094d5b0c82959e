"""Rules of correlation: which alerts belong together, in the order in which they are asked. Data, by version.

    {"rules": [{"name": "Shop by service", "when": {"labels": {"team": "shop*"}}, "group": ["service"], "across": true,
                "within": 3600, "neighbourhood": 2, "similar": 70, "treat": {"hold_down": 60}, "open": "usual"}]}

The first rule that matches an alert decides; where none does, alerts of one item belong together, else those that the
tool groups, else each stands alone. Every entry but the name may be left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from longwatch.domain.alerts_order import SEVERITIES
from longwatch.domain.alerts_settings import AUTO_RESOLVE, LONGEST, MOST_COUNTED
from longwatch.domain.entries import LONGEST_LINE, Entries, Fault, top
from longwatch.domain.schedule_times import Times, read_times

MOST_RULES, MOST_NAMES, MOST_TERMS = 100, 50, 6
LONGEST_WINDOW = 30 * 24 * 3600
"""Seconds."""
MOST_HOPS = 5
LEAST_ALIKE = 30
"""Percent of likeness below which texts are alike by chance."""
CI, SERVICE, TITLE, TOOL, ALERT, ALL = TERMS = ("ci", "service", "title", "tool", "alert", "all")
LABEL = "label:"
"""What alerts may be grouped by; `label:NAME` is the value of that label."""
USUAL, NEVER = OPENING = ("usual", "never")
SEVERITY = "severity"
_SECONDS = ("hold_down", "quiet", "reopen", "within", "flap_within", "flap_quiet")
_COUNTS = {"open_after": 2_000, "occurrences": MOST_COUNTED, "flap_count": MOST_COUNTED}


class RulesFault(Fault):
    """The rules would not do what they say. `reason` is a sentence, `field` names the entry at fault."""


@dataclass(frozen=True)
class When:
    """Which alerts a rule is about: of each list one must fit, of the labels all. What is empty fits every alert."""

    sources: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    severities: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    hours: Times | None = None


@dataclass(frozen=True)
class Rule:
    """One rule. `within` in seconds, 0 for as long as the group lives; `similar` in percent; 0 switches a join off."""

    name: str
    when: When = field(default_factory=When)
    group: tuple[str, ...] = ()
    across: bool = False
    within: int = 0
    neighbourhood: int = 0
    similar: int = 0
    treat: Mapping[str, Any] = field(default_factory=dict)
    opens: bool = True

    @property
    def settings(self) -> dict[str, Any]:
        """What the groups that it makes are told beyond their source's settings."""
        own = {name: value for name, value in self.treat.items() if name != SEVERITY}
        return own if self.opens else {**own, "opens": False}

    @property
    def severity(self) -> str | None:
        """The severity that its alerts have, whatever the tool says."""
        return self.treat.get(SEVERITY)


def read_rules(data: Any) -> tuple[Rule, ...]:
    """The rules in order. Raises RulesFault naming the entry at fault; zones and classes are checked elsewhere."""
    entries = top(data, RulesFault, "rules")
    entries.only("rules")
    rules = tuple(_rule(each) for each in entries.parts("rules", 0, MOST_RULES))
    for n, rule in enumerate(rules):
        if rule.name in {earlier.name for earlier in rules[:n]}:
            raise RulesFault("Another rule has this name.", f"rules[{n}].name")
    return rules


def _rule(entries: Entries) -> Rule:
    entries.only("name", "when", "group", "across", "within", "neighbourhood", "similar", "treat", "open")
    terms = entries.names("group", MOST_TERMS)
    for n, term in enumerate(terms):
        if term not in TERMS and not (term.startswith(LABEL) and term != LABEL):
            said = f"This must be one of {', '.join(TERMS)}, or label: and the name of a label."
            raise RulesFault(said, f"{entries.path('group')}[{n}]")
    return Rule(
        name=entries.text("name", 80).strip(),
        when=_when(entries.part("when")),
        group=terms,
        across=entries.flag("across", default=False),
        within=entries.number_or_none("within", 0, LONGEST_WINDOW) or 0,
        neighbourhood=entries.number_or_none("neighbourhood", 0, MOST_HOPS) or 0,
        similar=_similar(entries),
        treat=_treat(entries.part("treat")),
        opens=entries.data.get("open") is None or entries.choice("open", OPENING) == USUAL,
    )


def _similar(entries: Entries) -> int:
    if entries.data.get("similar") in (None, 0):
        return 0
    return entries.number("similar", LEAST_ALIKE, 100)


def _when(entries: Entries) -> When:
    entries.only("sources", "labels", "severities", "classes", "services", "words", "hours")
    severities = entries.names("severities", len(SEVERITIES))
    for n, severity in enumerate(severities):
        if severity not in SEVERITIES:
            said = f"This must be one of {', '.join(SEVERITIES)}."
            raise RulesFault(said, f"{entries.path('severities')}[{n}]")
    return When(
        sources=entries.names("sources", MOST_NAMES),
        labels=_labels(entries.part("labels")),
        severities=severities,
        classes=entries.names("classes", MOST_NAMES),
        services=entries.names("services", MOST_NAMES),
        words=entries.names("words", MOST_NAMES),
        hours=None if entries.data.get("hours") is None else read_times(entries.part("hours")),
    )


def _labels(entries: Entries) -> dict[str, str]:
    if len(entries.data) > MOST_NAMES:
        raise RulesFault(f"At most {MOST_NAMES} labels.", entries.at)
    for name in entries.data:
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_LINE:
            raise RulesFault(f"The name of a label has 1 to {LONGEST_LINE} characters.", entries.at)
    return {name: entries.text(name) for name in entries.data}


def _treat(entries: Entries) -> dict[str, Any]:
    entries.only(SEVERITY, "auto_resolve", *_SECONDS, *_COUNTS)
    given = [name for name in entries.data if entries.data[name] is not None]
    treat: dict[str, Any] = {}
    for name in given:
        if name == SEVERITY:
            treat[name] = entries.choice(name, SEVERITIES)
        elif name == "auto_resolve":
            treat[name] = entries.choice(name, AUTO_RESOLVE)
        else:
            treat[name] = entries.number(name, 0, _COUNTS.get(name, LONGEST))
    return treat
