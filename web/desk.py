"""What every request needs, wired once by the app factory: settings, database, and the way to the tickets' loops."""

from dataclasses import dataclass, field
from typing import Protocol, cast

from flask import current_app

from longwatch.domain.draft import Outcome
from longwatch.settings import Settings
from longwatch.store.database import Store
from longwatch.store.inbox import Call
from longwatch.store.together import Together
from longwatch.temporal import Bridge
from web.remembered import Remembered


class Loops(Protocol):
    """The tickets' loops, as the web sees them."""

    def act(self, ticket: str, action: str, command: str, timeout: float = 2.0) -> Outcome | None:
        """Waits for the outcome of an accepted command; none when it is not settled in time (seconds)."""

    def ready(self) -> dict[str, bool | str]:
        """Whether the engine answers and a worker polls."""


@dataclass(frozen=True)
class Desk:
    """One installation. `bridge` is the way to the engine for what is not a command; tests may go without.

    `inbox` stores calls of monitoring tools; `lines` remembers what lists made of recorded states.
    """

    settings: Settings
    store: Store
    loops: Loops
    inbox: Together[Call]
    bridge: Bridge | None = None
    lines: Remembered = field(default_factory=Remembered)


def desk() -> Desk:
    """The installation this request belongs to."""
    return cast("Desk", current_app.extensions["longwatch"])
