"""What fails with an item: a walk along the ways that failure travels, with redundancy, over cycles.

An item is hit when one of its causes without redundancy fails, or when of its causes of one type fewer live than it
needs. What failed stays failed, so the walk ends whatever the cycles, and its result is the least set that fits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
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


def hits(start: str, links: Iterable[Link]) -> dict[str, Hit]:
    """Everything that fails with `start`, itself first, the nearest first, then by id."""
    out: dict[str, list[Link]] = {}
    for link in links:
        out.setdefault(link.cause, []).append(link)
    found = {start: Hit(None, None, 0)}
    failed: dict[tuple[str, str], set[str]] = {}
    level = [start]
    while level:
        fallen: dict[str, Hit] = {}
        for cause in level:
            for link in out.get(cause, ()):
                if link.victim not in found and _falls(link, failed):
                    fallen.setdefault(link.victim, Hit(cause, link.type, found[cause].distance + 1))
        level = sorted(fallen)
        found.update((victim, fallen[victim]) for victim in level)
    return found


def _falls(link: Link, failed: dict[tuple[str, str], set[str]]) -> bool:
    if link.needed is None:
        return True
    dead = failed.setdefault((link.victim, link.type), set())
    dead.add(link.cause)
    return link.among - len(dead) < min(link.needed, link.among)


def path(found: Mapping[str, Hit], item: str) -> list[tuple[str, str | None]]:
    """From where it began to the item: each item with the type of relation that failure came by."""
    steps: list[tuple[str, str | None]] = []
    at: str | None = item
    while at is not None:
        hit = found[at]
        steps.append((at, hit.type))
        at = hit.cause
    return steps[::-1]
