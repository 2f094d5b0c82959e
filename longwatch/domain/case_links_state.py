"""What a ticket knows of the tickets around it: links, and what it was merged into or split into."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Link:
    """A relation to another ticket.

    `marks` name the acts of linking that stand behind it, each by the ticket it was done on and a count. Both sides may
    link or unlink at the same time: unlinking takes away the acts that it knew of, and no others, so that both sides
    come to the same end in whatever order the words arrive (an observed-remove set, Shapiro et al. 2011).
    """

    type: str
    ticket: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Merging:
    """Merging, from either side. `into` is where this ticket goes on: asked until an instant, then agreed or dropped.

    `status` and `over` are what the other one last said of itself; `followers` are the tickets merged into this one.
    """

    into: str | None = None
    until: datetime | None = None
    merged: bool = False
    status: str = ""
    over: bool = False
    followers: tuple[str, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether the other ticket has yet to agree."""
        return self.into is not None and not self.merged


@dataclass(frozen=True)
class Splitting:
    """A split that waits for the words it takes along. `key` makes the new ticket once."""

    key: str
    title: dict[str, Any]
    kind: str
    lines: tuple[int, ...]
