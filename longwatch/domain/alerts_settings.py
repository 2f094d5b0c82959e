"""How a source wants its alerts judged: seconds, numbers of alerts, and what is asked before."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

UNTOUCHED, ALWAYS, NEVER = AUTO_RESOLVE = ("untouched", "always", "never")
"""What monitoring may resolve when all is well: what no person took, everything, nothing."""

MOST_COUNTED = 30
"""So many firings are counted at most: for k in t, and for flapping."""

LONGEST = 366 * 86_400
"""Seconds; nothing is waited for longer."""


@dataclass(frozen=True)
class Settings:
    """How a source wants its alerts treated; seconds, and numbers of alerts. What is absent stays as it stands here."""

    hold_down: int = 5
    """An alert must last this long to become an incident."""
    quiet: int = 300
    """All alerts must have ended this long before the incident is told that they are cleared."""
    reopen: int = 3_600
    """Firing within this time after clearing belongs to the same incident."""
    open_after: int = 1
    """So many alerts firing together end the hold-down at once; up to 1 they never do."""
    occurrences: int = 1
    """Above 1: so many firings `within` so many seconds make an incident, or one that lasts so long."""
    within: int = 0
    flap_count: int = 0
    """An alert that began so often in `flap_within` seconds is flapping; 0 means that nothing ever is."""
    flap_within: int = 600
    flap_quiet: int = 600
    """Flapping is over when nothing has changed for so long."""
    auto_resolve: str = UNTOUCHED
    ask_planned: bool = False
    """Whether planned work is asked for before an incident is."""
    ask_trusted: bool = False
    """Whether the source's own heartbeats are asked for before its silence is believed."""
    opens: bool = True
    """Whether there is ever to be an incident. Where not, alerts are kept and listed, and that is all."""
    storm: int = 0
    """The group gathers a storm of its source: so many new groups a minute were exceeded. 0: it is as any other."""

    @property
    def counts(self) -> bool:
        """Whether k firings in t are asked for."""
        return self.occurrences > 1 and self.within > 0

    @property
    def lasting(self) -> int:
        """Seconds after which what fires without a pause has lasted long enough."""
        return self.within if self.counts else self.hold_down


_AT_FIRST = ("hold_down", "quiet", "reopen", "open_after")
"""What every fact has told since there are alert groups; the others are told where they differ from the default."""
_MOST = {"occurrences": MOST_COUNTED, "flap_count": MOST_COUNTED}


def read_settings(given: Mapping[str, Any]) -> Settings:
    """The settings that a command brings. What is unknown is left out, what makes no sense is as if it were absent."""
    known = Settings()
    taken: dict[str, Any] = {}
    for one in fields(Settings):
        default, told = getattr(known, one.name), given.get(one.name)
        if one.name in _AT_FIRST:
            taken[one.name] = default if told is None else told
        elif isinstance(default, bool):
            taken[one.name] = told if isinstance(told, bool) else default
        elif isinstance(default, int):
            taken[one.name] = _number(told, default, _MOST.get(one.name, LONGEST))
        else:
            taken[one.name] = told if told in AUTO_RESOLVE else default
    return Settings(**taken)


def _number(told: object, default: int, most: int) -> int:
    fits = isinstance(told, int) and not isinstance(told, bool) and told >= 0
    return min(told, most) if isinstance(told, int) and fits else default


def settings_data(settings: Settings) -> dict[str, Any]:
    """The settings as facts hold them."""
    known = Settings()
    every = {one.name: getattr(settings, one.name) for one in fields(Settings)}
    return {name: value for name, value in every.items() if name in _AT_FIRST or value != getattr(known, name)}
