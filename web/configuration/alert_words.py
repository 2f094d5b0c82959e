"""Rules of correlation in words."""

from collections.abc import Mapping
from typing import Any

from longwatch.domain.correlating_rules import LABEL, SEVERITY, Rule, When, read_rules
from web.configuration.ci_words import bare
from web.configuration.words import calendar, span

_TERMS = {
    "ci": "item",
    "service": "service",
    "title": "title",
    "tool": "group of the tool's own",
    "alert": "identity",
    "all": "rule",
}
_TREATED = {
    "hold_down": "they must last {}",
    "quiet": "they count as over after {} of silence",
    "reopen": "the same incident goes on for {} after",
    "within": "counted within {}",
    "flap_within": "flapping is counted within {}",
    "flap_quiet": "flapping is over after {}",
    "open_after": "{} firing together open at once",
    "occurrences": "they must fire {} times",
    "flap_count": "beginning {} times is flapping",
    "auto_resolve": "what monitoring resolves: {}",
}
_TIMES = frozenset({"hold_down", "quiet", "reopen", "within", "flap_within", "flap_quiet"})


def rules(data: Mapping[str, Any]) -> list[str]:
    """The rules in order, and what becomes of all other alerts."""
    return [
        *(f"{n}. {rule.name}: {_rule(rule)}" for n, rule in enumerate(read_rules(bare(data)), 1)),
        "All other alerts: those of one item together, else those that the tool groups, else each alone.",
    ]


def _rule(rule: Rule) -> str:
    parts = [f"{_when(rule.when)} {_joins(rule)}"]
    if rule.group:
        across = ", whatever the source" if rule.across else ""
        until = f", for {span(rule.within)} from the first one on" if rule.within else ""
        terms = " and ".join(
            f"label {each.removeprefix(LABEL)}" if each not in _TERMS else _TERMS[each] for each in rule.group
        )
        parts.append(f"belong together by {terms}{across}{until}.")
    else:
        parts.append("stand as they always do.")
    treated = [
        _TREATED[name].format(span(value) if name in _TIMES else value)
        for name, value in rule.treat.items()
        if name != SEVERITY
    ]
    parts += [f"{'; '.join(treated).capitalize()}."] if treated else []
    parts += [f"They count as {rule.severity}, whatever the tool says."] if rule.severity else []
    parts += [] if rule.opens else ["They are kept and listed, and never open an incident."]
    return " ".join(parts)


def _joins(rule: Rule) -> str:
    joins = []
    if rule.neighbourhood:
        steps = f"{rule.neighbourhood} steps" if rule.neighbourhood > 1 else "one step"
        joins.append(f"join what fires upstream of their item, up to {steps}")
    if rule.similar:
        joins.append(f"join what fires with a title at least {rule.similar} % like theirs")
    return f"{' or '.join(joins)}; else they" if joins else ""


def _when(when: When) -> str:
    terms = [
        *([f"from {' or '.join(when.sources)}"] if when.sources else []),
        *(f"with {name} {glob}" for name, glob in when.labels.items()),
        *([f"that are {' or '.join(when.severities)}"] if when.severities else []),
        *([f"about items of class {' or '.join(when.classes)}"] if when.classes else []),
        *([f"of service {' or '.join(when.services)}"] if when.services else []),
        *([f"whose title says {' or '.join(when.words)}"] if when.words else []),
    ]
    if when.hours is not None:
        hours = calendar({**when.hours.data(), "holidays": []})[0].removeprefix("Open in the time zone ").rstrip(".")
        terms.append(f"received at these times, {hours}")
    return f"alerts {', '.join(terms)}" if terms else "all alerts"
