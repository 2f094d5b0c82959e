"""What fails with an item: a walk along the ways that failure travels, with redundancy, over cycles.

An item is hit when one of its causes without redundancy fails, or when of its causes of one type fewer live than it
needs. What failed stays failed, so the walk ends whatever the cycles, and its result is the least set that fits.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Link(NamedTuple):
    """Failure travels from `cause` to `victim`, of whose `among` causes of this type `needed` must live.

    `needed` None: all of them. A need for more than there are is one for all.
    """

    cause: str
    victim: str
    type: str
    needed: int | None = None
    among: int = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """Why an item is hit: through which item, by which type of relation, how many steps from where it began."""

    cause: str | None
    type: str | None
    distance: int


def hits(start: str, links: Iterable[tuple[str, str, str, int | None, int]]) -> dict[str, Hit]:
    """Everything that fails with `start`, itself first, the nearest first, then by id. Links are `Link`s or alike."""
    out: defaultdict[str, list[tuple[str, str, str, int | None, int]]] = defaultdict(list)
    for link in links:
        out[link[0]].append(link)
    found = {start: Hit(None, None, 0)}
    failed: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    level, distance = [start], 0
    while level:
        distance += 1
        fallen: dict[str, Hit] = {}
        for cause in level:
            for _, victim, type_, needed, among in out.get(cause, ()):
                if victim in found or victim in fallen:
                    continue
                if needed is not None:
                    failed[victim, type_].add(cause)
                    if among - len(failed[victim, type_]) >= min(needed, among):
                        continue
                fallen[victim] = Hit(cause, type_, distance)
        level = sorted(fallen)
        found.update((victim, fallen[victim]) for victim in level)
    return found


def path(found: Mapping[str, Hit], item: str) -> list[tuple[str, str | None]]:
    """From where it began to the item: each item with the type of relation that failure came by."""
    steps: list[tuple[str, str | None]] = []
    at: str | None = item
    while at is not None:
        hit = found[at]
        steps.append((at, hit.type))
        at = hit.cause
    return steps[::-1]
