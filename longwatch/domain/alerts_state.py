"""What is known of an alert group: all alerts of one source about one configuration item."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from longwatch.domain.alerts_order import SEVERITIES, Row
from longwatch.domain.alerts_settings import NEVER, Settings

MOST_ROWS = 2_000
"""Fingerprints a group keeps; the quiet ones go first."""
MOST_TITLES = 50
TITLE = 100
"""Characters of a title in the list of a group; the incident has the whole one."""
MOST_WAITING = 20
"""Events kept for an incident whose number has not come yet; the latest ones matter."""
LEAD_LINKS = 3
LEAD_TEXT = 2_000
"""Characters of an alert's text that go into the description of its incident."""


PLANNED, TRUSTED = "planned", "trusted"
"""What a group asks: whether work is planned on its item now, and which heartbeats of its source are missing."""
TOOL = "tool"
"""Who parked a group of which the monitoring tool itself says that it is planned."""


class Begun(NamedTuple):
    """A firing that counts for k in t and for flapping; `at` in milliseconds since 1970, by our clock.

    `again`: the tool says no times and said it once more; it may be a new firing or the same.
    """

    key: str
    at: int
    again: bool


@dataclass(frozen=True)
class Lead:
    """The alert whose words open the incident: the worst, of equals the first."""

    key: str
    severity: int
    title: str
    text: str
    links: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """The fold of a group's facts. `State()` is the group nobody has heard of."""

    rules: int = 1
    group: str = ""
    source: str = ""
    key: str = ""
    ci: str | None = None
    settings: Settings = field(default_factory=Settings)
    rule: str | None = None
    """The correlation rule that gathered these alerts, and why they belong together, in words."""
    reason: str | None = None
    link: str = "idle"  # idle | pending | parked | firing | flapping | quiet | cleared
    since: datetime | None = None
    until: datetime | None = None
    """When the hold-down or the parking ends, what joined is told, flapping is over, quiet becomes cleared, or the
    group is sealed; while something is asked: until when an answer is waited for."""
    episode: int = 0
    engaged: bool = False
    """The episode has an incident, or has asked for one, and it has not ended."""
    incident: str | None = None
    severity: int | None = None
    """The worst severity the incident was told of."""
    touched: bool = False
    """A person has taken the incident: it is theirs to resolve."""
    resolved: bool = False
    """The incident is resolved: firing after the reopen window is another one."""
    ended: str = ""
    """How the episode's incident ended, when it ended while alerts went on."""
    waiting: tuple[dict[str, Any], ...] = ()
    lead: Lead | None = None
    rows: dict[str, Row] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    alerts: int = 0
    again: int = 0
    late: int = 0
    unknown: int = 0
    overflow: int = 0
    transients: int = 0
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    sealed: bool = False
    parked_by: str | None = None
    """While parked: a change, `window:ID`, `user:LOGIN`, or `tool`."""
    parked_text: str | None = None
    before: str = ""
    """The link before a person snoozed the group of an open incident."""
    stirred: bool = False
    """Something began to fire while parked."""
    asking: str = ""  # planned | trusted
    asked_for: datetime | None = None
    """The instant that the question is about."""
    inquiries: int = 0
    rested: datetime | None = None
    """Since when nothing fires, of what ended before it was answered whether work is planned."""
    held: tuple[str, ...] = ()
    """The missing heartbeats because of which the silence is not believed."""
    planned: tuple[str, ...] = ()
    """Firing alerts that the tool itself calls planned."""
    recent: tuple[Begun, ...] = ()
    cycles: tuple[int, ...] = ()
    """When the group as a whole began to fire; milliseconds since 1970."""
    flaps: int = 0
    """How often it was found flapping."""
    flapper: str | None = None
    """The alert that the tool itself calls flapping."""
    remarks: dict[str, int] = field(default_factory=dict)

    def firing(self) -> int:
        """How many alerts are firing now."""
        return sum(row.firing for row in self.rows.values())

    def worst(self) -> int:
        """The worst severity now firing; where none is, the one last told."""
        return min((row.severity for row in self.rows.values() if row.firing), default=self.last_told())

    def last_told(self) -> int:
        """The worst severity the incident was told of; before that, the least of all."""
        return len(SEVERITIES) - 1 if self.severity is None else self.severity

    @property
    def snoozed(self) -> bool:
        """Whether a person parked it."""
        return self.link == "parked" and (self.parked_by or "").startswith("user:")

    @property
    def left_open(self) -> bool:
        """Whether the incident may be open although all is clear: it is people's, or was not to be resolved."""
        theirs = self.touched or self.settings.auto_resolve == NEVER or self.overflow > 0
        return self.engaged and not self.resolved and theirs

    def asked(self) -> bool:
        """Whether an incident was asked for and its number has not come yet."""
        return self.engaged and self.incident is None
