"""Where an alert that stands nowhere yet goes: to a group that fires already, to one of its kind, or to a new one.

Asked in this order: the group upstream of it that is firing, the firing group with a title like its own, the living
group of its key within the window of its rule, and else a new one, which in a storm is that of the storm.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from longwatch.domain.alerts import group_id
from longwatch.domain.correlating import ACROSS, Choice, Local, Seen, choose
from longwatch.domain.correlating_rules import Rule
from longwatch.domain.correlating_storm import Storm, calmed, counted, minute_of
from longwatch.domain.correlating_text import likeness, words_of
from longwatch.domain.ticket import stamp


@dataclass(frozen=True)
class Living:
    """A group that is not sealed, and how it came to be; `title` is that of its first alert."""

    id: str
    base: str
    source: str
    key: str
    ci: str | None
    title: str
    begun: datetime
    rule: str | None = None
    reason: str = ""
    treat: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Placing:
    """Where an alert goes, by which rule and why. `begins`: the group is new."""

    group: Living
    rule: str | None
    reason: str
    begins: bool = False


class Standing(Protocol):
    """What lives now."""

    def newest(self, base: str) -> Living | None:
        """The living group of this base that began last."""

    def upstream(self, ci: str, hops: int) -> Sequence[tuple[int, Living]]:
        """Firing groups whose item harms this one within so many hops, the nearest first; with their distance."""

    def firing(self) -> Iterable[Living]:
        """The groups that fire now, the newest of them."""

    def begin(self, group: Living) -> None:
        """Notes a group that begins."""

    def fold(self, storm: str, base: str) -> bool:
        """Notes that a group of this base was folded into a storm's; tells whether it was not before."""


@dataclass
class Correlator:
    """Places the strangers of one source, one after the other. `bound`: new groups a minute; 0 for any number."""

    source: str
    rules: Sequence[Rule]
    standing: Standing
    local: Local
    bound: int = 0
    storm: Storm | None = None

    def place(self, seen: Seen, *, firing: bool, choice: Choice | None = None) -> Placing:
        """The place of an alert, where its choice is known by that one.

        One that ends what nobody knew joins nothing and begins no storm.
        """
        choice = choice or choose(self.rules, seen, self.local)
        if firing and choice.rule is not None:
            joined = self._joined(choice, choice.rule, seen)
            if joined is not None:
                return joined
        living = self.standing.newest(choice.base)
        rule, name = choice.rule, choice.rule.name if choice.rule else None
        window = rule.within if rule else 0
        if living is not None and (not window or (seen.at - living.begun).total_seconds() <= window):
            return Placing(living, name, choice.reason)
        new = _begun(choice, seen)
        if not firing:
            return Placing(new, name, choice.reason)
        if rule is None or rule.opens:
            folded = self._folded(new, seen)
            if folded is not None:
                return folded
        self.standing.begin(new)
        return Placing(new, name, choice.reason, begins=True)

    def _joined(self, choice: Choice, rule: Rule, seen: Seen) -> Placing | None:
        if rule.neighbourhood and seen.ci:
            for distance, group in self.standing.upstream(seen.ci, rule.neighbourhood):
                if self._may_join(rule, group):
                    return Placing(group, rule.name, _downstream(rule, distance, group))
        if rule.similar:
            return self._like(choice, rule, seen)
        return None

    def _like(self, choice: Choice, rule: Rule, seen: Seen) -> Placing | None:
        mine = words_of(seen.title)
        best: tuple[int, Living] | None = None
        for group in self.standing.firing():
            alike = likeness(mine, words_of(group.title)) if self._may_join(rule, group) else 0
            older = best is not None and (group.begun, group.id) < (best[1].begun, best[1].id)
            if alike >= rule.similar and (best is None or alike > best[0] or (alike == best[0] and older)):
                best = (alike, group)
        if best is None or best[1].base == choice.base:
            return None
        return Placing(best[1], rule.name, f"Rule “{rule.name}”: {best[0]} % like “{best[1].title}”, which fires.")

    def _may_join(self, rule: Rule, group: Living) -> bool:
        """Groups that never open gather nothing else, nor do storms; others' groups only where the rule says so."""
        opens = group.treat.get("opens", True) and "storm" not in group.treat
        return bool(opens) and (rule.across or group.source == self.source or group.key.startswith(f"{ACROSS}/"))

    def _folded(self, new: Living, seen: Seen) -> Placing | None:
        """The storm that takes the group's place; None while there is none."""
        if not self.bound:
            return None
        storm = calmed(self.storm or Storm(minute_of(seen.at)), seen.at)
        if storm.key is None or self.standing.fold(group_id(self.source, storm.key), new.base):
            storm = counted(storm, self.source, self.bound, seen.at)
        self.storm = storm
        if storm.key is None or storm.begun is None:
            return None
        base = group_id(self.source, storm.key)
        self.standing.fold(base, new.base)
        reason = f"Storm: {self.source} begins more than {self.bound} groups a minute; what is new is gathered here."
        whole = self.standing.newest(base)
        if whole is not None:
            return Placing(whole, None, reason)
        whole = replace(new, id=base, base=base, source=self.source, key=storm.key, ci=None, begun=storm.begun)
        whole = replace(whole, rule=None, reason=reason, treat={"storm": self.bound})
        self.standing.begin(whole)
        return Placing(whole, None, reason, begins=True)


def _begun(choice: Choice, seen: Seen) -> Living:
    rule = choice.rule
    key = f"{choice.key}/since/{stamp(seen.at)}" if rule and rule.within else choice.key
    return Living(
        id=group_id(choice.source, key),
        base=choice.base,
        source=seen.source,
        key=key,
        ci=seen.ci,
        title=seen.title,
        begun=seen.at,
        rule=rule.name if rule else None,
        reason=choice.reason,
        treat=rule.settings if rule else {},
    )


def _downstream(rule: Rule, distance: int, group: Living) -> str:
    where = f"downstream of {group.ci}, {distance} steps" if distance > 1 else f"downstream of {group.ci}"
    if distance == 0:
        where = f"about {group.ci} itself"
    return f"Rule “{rule.name}”: {where}, which fails since {stamp(group.begun)[:16].replace('T', ' ')} UTC."
