"""Alert group: the alerts of one source about one configuration item, and the one incident they make.

Many deliveries, doubled, late and out of order, become at most one open incident: alerts that last longer than the
hold-down open it, all of them ended for the quiet time clear it, firing again within the reopen window continues it.
"""

from hashlib import sha256
from typing import Protocol

from longwatch.domain.alerts_decide import decide, next_alarm
from longwatch.domain.alerts_evolve import evolve
from longwatch.domain.alerts_parking import questions
from longwatch.domain.alerts_people import allowed, may
from longwatch.domain.alerts_react import react
from longwatch.domain.alerts_settings import Settings
from longwatch.domain.alerts_state import State
from longwatch.domain.alerts_summary import summary

__all__ = [
    "RULES",
    "Settings",
    "State",
    "allowed",
    "correlation_key",
    "decide",
    "evolve",
    "group_id",
    "may",
    "next_alarm",
    "questions",
    "react",
    "sealed",
    "summary",
]

RULES = 1


class Groupable(Protocol):
    """What a translated alert says of where it belongs."""

    @property
    def fingerprint(self) -> str:
        """The identity of the condition."""

    @property
    def group(self) -> str:
        """What the tool itself groups by; may be empty."""


def sealed(state: State) -> bool:
    """Whether nothing fires and the reopen window is over. New alerts begin the group again."""
    return state.sealed


def correlation_key(source: str, ci: str | None, alert: Groupable) -> str:
    """What alerts belong together: those of one configuration item; without one, of the tool's own group; else alone.

    The source stands in the key: two tools never share a group.
    """
    if ci:
        return f"{source}/ci/{ci}"
    if alert.group:
        return f"{source}/group/{alert.group}"
    return f"{source}/alert/{alert.fingerprint}"


def group_id(source: str, key: str) -> str:
    """The group's name in journal, engine and addresses: short, of safe characters, the same for ever."""
    return "alerts-" + sha256(f"{source}\n{key}".encode(errors="surrogatepass")).hexdigest()[:20]
