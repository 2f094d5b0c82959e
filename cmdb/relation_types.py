"""Types of relations and the way failure travels along them: data, with the first fitting rule deciding.

A relation reads from its source to its target: *source* runs on *target*. `forward`: when the source fails, the target
is hit; `backward`: when the target fails, the source is hit; `both` and `none` as they say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cmdb.classes import ROOT, Tree

FORWARD, BACKWARD, BOTH, NONE = "forward", "backward", "both", "none"
TRAVELS = (FORWARD, BACKWARD, BOTH, NONE)


@dataclass(frozen=True)
class Rule:
    """One way of travelling. `needed`: of those a victim has, so many must live; none: all of them.

    An item's own `needs` for the type of relation go before the rule's.
    """

    travels: str
    source: tuple[str, ...] = (ROOT,)
    target: tuple[str, ...] = (ROOT,)
    needed: int | None = None


@dataclass(frozen=True)
class RelationType:
    """A kind of relation: what may stand at its ends, and its rules of impact."""

    id: str
    label: str
    reverse: str
    source: tuple[str, ...] = (ROOT,)
    target: tuple[str, ...] = (ROOT,)
    rules: tuple[Rule, ...] = ()
    hint: str = ""
    version: int = 0

    def rule(self, tree: Tree, source: str, target: str) -> Rule | None:
        """The first rule that fits the classes at the two ends."""
        fitting = (r for r in self.rules if tree.is_a(source, r.source) and tree.is_a(target, r.target))
        return next(fitting, None)

    def fits(self, tree: Tree, source: str, target: str) -> bool:
        """Whether items of these classes may be related so."""
        return tree.is_a(source, self.source) and tree.is_a(target, self.target)


@dataclass(frozen=True)
class Edge:
    """Failure travels from `cause` to `victim`, of whose causes of this type `needed` must live (none: all)."""

    cause: str
    victim: str
    needed: int | None


def edges(rule: Rule | None, source: str, target: str, needs: Mapping[str, int | None]) -> Iterator[Edge]:
    """The edges of one relation. `needs` holds what each end needs of this type, by id, where it says so itself."""
    if rule is None:
        return
    ways = {FORWARD: [(source, target)], BACKWARD: [(target, source)], BOTH: [(source, target), (target, source)]}
    for cause, victim in ways.get(rule.travels, []):
        own = needs.get(victim)
        yield Edge(cause, victim, rule.needed if own is None else own)


def read_type(identity: str, data: Mapping[str, Any], version: int = 0) -> RelationType:
    """The type a definition describes."""
    return RelationType(
        id=identity,
        label=data["label"],
        reverse=data["reverse"],
        source=tuple(data.get("source") or (ROOT,)),
        target=tuple(data.get("target") or (ROOT,)),
        rules=tuple(_rule(rule) for rule in data.get("impact", [])),
        hint=data.get("hint", ""),
        version=version,
    )


def _rule(data: Mapping[str, Any]) -> Rule:
    ends = {name: tuple(data[name]) for name in ("source", "target") if data.get(name)}
    return Rule(travels=data["travels"], needed=data.get("needed"), **ends)
