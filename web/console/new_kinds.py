"""What a person may open: the kinds of tickets their roles allow, as a row of links above the form."""

from collections.abc import Mapping
from dataclasses import dataclass

from longwatch import messages
from longwatch.messages import CHANGE, INCIDENT, PROBLEM, REQUEST
from web.action_kinds import KINDS
from web.console.badges import Badge
from web.console.people import Viewer

_LOOKS: Mapping[str, tuple[str, Badge]] = {
    INCIDENT: ("/new", Badge("Incident", "red", icon="siren")),
    REQUEST: ("/catalogue", Badge("Service request", "blue", icon="package")),
    CHANGE: ("/new/change", Badge("Change", "violet", icon="calendar-check")),
    PROBLEM: ("/new/problem", Badge("Problem", "amber", icon="search")),
}
"""Where each kind is opened, and how it is called."""


@dataclass(frozen=True)
class Kind:
    """A kind of ticket to open."""

    href: str
    look: Badge
    current: bool


def kinds_for(who: Viewer, chosen: str) -> list[Kind]:
    """The kinds this person may open; nothing when there is no choice."""
    mine = [kind for kind in _LOOKS if kind in KINDS and messages.ticket_rules(kind).may(who.actor, "open", None)]
    return [Kind(*_LOOKS[kind], current=kind == chosen) for kind in mine] if len(mine) > 1 else []
