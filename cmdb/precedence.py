"""Whose word counts: an item is made of what its sources say of it, attribute by attribute, whatever came first.

A class names the sources it trusts for an attribute, or for all of them (`*`), the most trusted first. Others follow in
order of name. One that does not report the item any more comes last.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cmdb.classes import CORE, ROOT, Tree

ALIASES = "aliases"


@dataclass(frozen=True)
class Report:
    """What one source says of an item, under its own key. Values hold core fields, attributes and `aliases`."""

    source: str
    key: str
    class_: str
    values: Mapping[str, Any]
    missing: int = 0


@dataclass(frozen=True)
class Settled:
    """What the reports make together. `by` names the source of every value, `lost` whose other words do not count."""

    class_: str
    values: dict[str, Any]
    aliases: frozenset[str]
    by: dict[str, str] = field(default_factory=dict)
    lost: dict[str, dict[str, Any]] = field(default_factory=dict)


def settle(tree: Tree, reports: Sequence[Report]) -> Settled:
    """One item out of its reports; the same in whatever order they came. There must be one at least."""
    top = tree.known(ROOT)
    class_ = _ranked(top.precedence if top else {}, "class", reports)[0].class_
    known = tree.get(class_)
    values: dict[str, Any] = {}
    by: dict[str, str] = {}
    lost: dict[str, dict[str, Any]] = {}
    for name in sorted({name for report in reports for name in report.values if name != ALIASES}):
        if name not in CORE and name not in known.attributes:
            continue
        said = [r for r in _ranked(known.precedence, name, reports) if r.values.get(name) is not None]
        if said:
            values[name], by[name] = said[0].values[name], said[0].source
            others = {r.source: r.values[name] for r in said[1:] if r.values[name] != values[name]}
            lost |= {name: others} if others else {}
    values.setdefault("state", known.initial)
    aliases = frozenset(alias for report in reports for alias in report.values.get(ALIASES) or ())
    return Settled(class_, values, aliases, by, lost)


def ranks(precedence: Mapping[str, Sequence[str]], name: str) -> Sequence[str]:
    """The sources trusted for an attribute, the most trusted first."""
    return precedence.get(name) or precedence.get("*") or ()


def _ranked(precedence: Mapping[str, Sequence[str]], name: str, reports: Iterable[Report]) -> list[Report]:
    trusted = ranks(precedence, name)
    place = {source: number for number, source in enumerate(trusted)}
    return sorted(reports, key=lambda r: (r.missing > 0, place.get(r.source, len(place)), r.source, r.class_, r.key))


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Old and new value by name, of everything that differs."""
    names = sorted({*before, *after})
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}
