"""When incidents are so alike that a problem is suspected behind them: a rule is data, by version.

    {"least": 3, "window": 604800, "by": "ci", "team": null}    three on one item within a week, of any team

Alike are incidents about the same configuration item or of the same category. A rule proposes a problem at most once in
any stretch as long as its window, and never while one about the same item or category is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from longwatch.domain.entries import Fault, top

CI, CATEGORY = BY = ("ci", "category")
LEAST, MOST = 2, 200
SHORTEST_WINDOW, LONGEST_WINDOW = 3600, 366 * 24 * 3600
"""Seconds."""
MOST_LINKED = 100
"""Incidents that a proposed problem is linked to, the latest first; it says how many there are."""


class SimilarFault(Fault):
    """The rule would not do what it says. `reason` is a sentence, `field` names the entry at fault."""


@dataclass(frozen=True)
class Rule:
    """At least `least` incidents within `window`, alike by item or category, of one team if one is named."""

    name: str
    least: int
    window: timedelta
    by: str
    team: str | None = None


def read_rule(name: str, data: Mapping[str, Any]) -> Rule:
    """The rule that data describes. Raises SimilarFault naming the entry at fault."""
    entries = top(data, SimilarFault, "rule")
    entries.only("least", "window", "by", "team")
    window = timedelta(seconds=entries.number("window", SHORTEST_WINDOW, LONGEST_WINDOW))
    least = entries.number("least", LEAST, MOST)
    return Rule(name, least, window, entries.choice("by", BY), entries.text_or_none("team"))


def key_of(rule: Rule, alike: str, at: datetime, *, before: int = 0) -> str:
    """What makes a proposal once: rule, item or category, and the stretch of time, or one `before` it."""
    stretch = int(at.timestamp()) // int(rule.window.total_seconds()) - before
    return f"similar:{rule.name}:{rule.by}:{alike}:{stretch}"


def proposal(rule: Rule, alike: str, incidents: list[str], count: int) -> tuple[dict[str, Any], dict[str, str]]:
    """The opening of the problem: its data and its words."""
    links = [{"type": "caused", "ticket": number} for number in incidents[:MOST_LINKED]]
    days = rule.window.total_seconds() / (24 * 3600)
    span = f"{days:g} days" if days != 1 else "a day"
    what = "on" if rule.by == CI else "of the category"
    data = {"source": "desk", "links": links, "tags": ["similar-incidents"], rule.by: alike}
    title = f"{count} incidents {what} {alike} within {span}"
    said = f"Found by the rule {rule.name}: at least {rule.least} incidents {what} {alike} within {span}. Is there one"
    return data, {"title": title, "description": f"{said} cause behind them? If not, cancel this problem."}
