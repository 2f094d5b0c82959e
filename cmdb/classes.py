"""Classes of configuration items: a tree that is data. What a class does not say itself, it has from its parent.

A class holds typed attributes (JSON Schema), the states of its items' life cycle, the rules that identify an item,
whose word counts for which attribute, and what becomes of an item that its sources report no longer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

ROOT = "ci"
DESK = "desk"
"""The source of what people enter by page or API."""

CORE = ("name", "criticality", "owner_team", "service", "state", "users", "needs")
"""What every item has, whatever its class; the rest are attributes of its class."""


@dataclass(frozen=True)
class Attribute:
    """One attribute of a class. `owner` is the class that says so; its subclasses share the attribute."""

    name: str
    label: str
    schema: Mapping[str, Any]
    owner: str
    required: bool = False
    unique: bool = False
    unit: str = ""
    hint: str = ""


@dataclass(frozen=True)
class State:
    """A state of the life cycle. In one that `ended`, an item fails nothing and is hit by nothing."""

    id: str
    label: str
    initial: bool = False
    ended: bool = False


@dataclass(frozen=True)
class Obsolescence:
    """When an item that no source reports any more ends: after so many complete runs, in which state."""

    after_runs: int
    state: str


@dataclass(frozen=True)
class CiClass:
    """A class with everything it has, its own and from above."""

    id: str
    label: str
    icon: str
    abstract: bool
    line: tuple[str, ...]  # from the root to this class
    attributes: Mapping[str, Attribute]
    states: tuple[State, ...]
    identify: tuple[tuple[str, tuple[str, ...]], ...]  # the class that says so, and the names of the values
    precedence: Mapping[str, tuple[str, ...]]
    obsolete: Obsolescence | None
    layer: int
    own: Mapping[str, Any] = field(default_factory=dict)  # as it was written
    version: int = 0

    @property
    def parent(self) -> str | None:
        """The class above; none for the root."""
        return self.line[-2] if len(self.line) > 1 else None

    @property
    def initial(self) -> str | None:
        """The state an item is in when nobody said otherwise."""
        return next((state.id for state in self.states if state.initial), None)

    def state(self, identity: str | None) -> State | None:
        """The state of this name."""
        return next((state for state in self.states if state.id == identity), None)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Attributes an item cannot do without."""
        return tuple(name for name, attribute in self.attributes.items() if attribute.required)

    @cached_property
    def unique(self) -> tuple[Attribute, ...]:
        """Attributes of which no two items have the same value."""
        return tuple(attribute for attribute in self.attributes.values() if attribute.unique)


class Tree:
    """All classes. Built of definitions by id; one whose parent is missing hangs below the root."""

    def __init__(self, definitions: Mapping[str, Mapping[str, Any]], versions: Mapping[str, int] | None = None) -> None:
        self._definitions = definitions if ROOT in definitions else {ROOT: BARE, **definitions}
        self._versions = versions or {}
        self._made: dict[str, CiClass] = {}
        self._below: dict[str, list[str]] = {}
        for identity in self._definitions:
            self._resolved(identity, ())

    def __iter__(self) -> Iterator[CiClass]:
        return iter(sorted(self._made.values(), key=lambda one: one.line))

    def __contains__(self, identity: object) -> bool:
        return identity in self._made

    def get(self, identity: str) -> CiClass:
        """The class; an unknown one is like the root, under its own name, so that no item is lost with its class."""
        found = self._made.get(identity)
        return found or replace(self._made[ROOT], id=identity, label=identity, abstract=False)

    def known(self, identity: str) -> CiClass | None:
        """The class, if there is one."""
        return self._made.get(identity)

    def is_a(self, identity: str, ancestors: Iterable[str]) -> bool:
        """Whether the class is one of these or stands below one."""
        line = self._made[identity].line if identity in self._made else (ROOT, identity)
        return any(ancestor in line for ancestor in ancestors)

    def below(self, identity: str) -> list[str]:
        """The class and all below it, in order of id."""
        if identity not in self._below:
            self._below[identity] = sorted(one.id for one in self._made.values() if identity in one.line)
        return self._below[identity]

    def _resolved(self, identity: str, below: tuple[str, ...]) -> CiClass:
        if identity in self._made:
            return self._made[identity]
        own = self._definitions[identity]
        parent = own.get("parent")
        if identity == ROOT:
            above = None
        elif parent is not None and parent in self._definitions and parent not in (*below, identity):
            above = self._resolved(parent, (*below, identity))
        else:
            above = self._resolved(ROOT, ())
        made = self._made[identity] = _joined(identity, own, above, self._versions.get(identity, 0))
        return made


BARE: Mapping[str, Any] = {
    "parent": None,
    "label": "Configuration item",
    "icon": "box",
    "abstract": True,
    "attributes": {},
    "states": [{"id": "live", "label": "Live", "initial": True}, {"id": "retired", "label": "Retired", "ended": True}],
    "identify": [["name", "class"]],
    "precedence": {"*": [DESK]},
    "layer": 3,
}
"""The root when nobody has furnished the desk yet."""


def _joined(identity: str, own: Mapping[str, Any], above: CiClass | None, version: int) -> CiClass:
    states = own.get("states")
    rules = own.get("identify")
    obsolete = own.get("obsolete")
    precedence = {name: tuple(sources) for name, sources in own.get("precedence", {}).items()}
    return CiClass(
        id=identity,
        label=own.get("label", identity),
        icon=own.get("icon") or (above.icon if above else "box"),
        abstract=bool(own.get("abstract")),
        line=(*(above.line if above else ()), identity),
        attributes={**(above.attributes if above else {}), **_attributes(identity, own)},
        states=tuple(State(**state) for state in states) if states else above.states if above else (),
        identify=_rules(identity, rules) if rules else above.identify if above else (),
        precedence={**(above.precedence if above else {}), **precedence},
        obsolete=Obsolescence(**obsolete) if obsolete else above.obsolete if above else None,
        layer=own.get("layer", above.layer if above else 3),
        own=own,
        version=version,
    )


def _attributes(identity: str, own: Mapping[str, Any]) -> dict[str, Attribute]:
    return {
        name: Attribute(name=name, owner=identity, **{"label": name, **said})
        for name, said in own.get("attributes", {}).items()
    }


def _rules(identity: str, rules: Iterable[Iterable[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((identity, tuple(rule)) for rule in rules)
