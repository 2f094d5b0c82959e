"""The groups that live, in memory, as correlation asks for them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from longwatch.domain.correlating_place import Living

MOST_FIRING = 200
"""Firing groups whose titles are compared, the newest."""


@dataclass
class Memory:
    """Groups by what they have in common, by their item, and by age.

    `fails_with` tells what fails with an item, redundancy considered; `above` the ways there may be from others to it.
    """

    fails_with: Callable[[str], Collection[str]]
    above: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """For an item those that could harm it, with their distance."""
    alive: dict[str, Living] = field(default_factory=dict)
    """Those that fire, in the order in which they began to."""
    begun: list[Living] = field(default_factory=list)
    folded: list[tuple[str, str]] = field(default_factory=list)
    _by_base: dict[str, list[Living]] = field(default_factory=dict)
    _by_ci: dict[str, list[Living]] = field(default_factory=dict)
    _folds: set[tuple[str, str]] = field(default_factory=set)

    def newest(self, base: str) -> Living | None:
        """The living group of this base that began last."""
        return self._by_base[base][-1] if self._by_base.get(base) else None

    def upstream(self, ci: str, hops: int) -> Sequence[tuple[int, Living]]:
        """Firing groups with whose item this one fails, within so many hops: the nearest first, of those the oldest."""
        found = [
            (distance, group)
            for cause, distance in self.above.get(ci, {}).items()
            if distance <= hops
            for group in self._by_ci.get(cause, ())
            if group.id in self.alive and ci in self.fails_with(cause)
        ]
        return sorted(found, key=lambda each: (each[0], each[1].begun, each[1].id))

    def firing(self) -> Iterable[Living]:
        """The groups that fire now, the newest of them."""
        return list(self.alive.values())[-MOST_FIRING:]

    def begin(self, group: Living) -> None:
        """Notes a group that begins, and fires."""
        self.know(group)
        self.alive[group.id] = group
        self.begun.append(group)

    def know(self, group: Living) -> None:
        """Notes a group that lives."""
        mine = self._by_base.setdefault(group.base, [])
        if any(each.id == group.id for each in mine):
            return
        mine.append(group)
        if group.ci:
            self._by_ci.setdefault(group.ci, []).append(group)

    def forget(self, group: Living) -> None:
        """A group that was sealed lives no longer."""
        self.alive.pop(group.id, None)
        for known in (self._by_base.get(group.base, []), self._by_ci.get(group.ci or "", [])):
            known[:] = [each for each in known if each.id != group.id]

    def fold(self, storm: str, base: str) -> bool:
        """Notes that a group of this base was folded into a storm's; tells whether it was not before."""
        if (storm, base) in self._folds:
            return False
        self._folds.add((storm, base))
        self.folded.append((storm, base))
        return True

    def know_fold(self, storm: str, base: str) -> None:
        """Notes one that was folded earlier."""
        self._folds.add((storm, base))
