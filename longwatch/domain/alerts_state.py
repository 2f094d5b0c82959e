"""What is known of an alert group: all alerts of one source about one configuration item."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from longwatch.domain.alerts_order import SEVERITIES, Row

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


@dataclass(frozen=True)
class Settings:
    """How a source wants its alerts treated; seconds, and a number of alerts."""

    hold_down: int = 5
    """An alert must last this long to become an incident."""
    quiet: int = 300
    """All alerts must have ended this long before the incident is told that they are cleared."""
    reopen: int = 3_600
    """Firing within this time after clearing belongs to the same incident."""
    open_after: int = 1
    """So many alerts firing together end the hold-down at once; up to 1 they never do."""


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
    link: str = "idle"  # idle | pending | firing | flapping | quiet | cleared
    since: datetime | None = None
    until: datetime | None = None
    """When the hold-down ends, what joined is told, quiet becomes cleared, or the group is sealed."""
    episode: int = 0
    engaged: bool = False
    """The episode has an incident, or has asked for one, and it has not ended."""
    incident: str | None = None
    severity: int | None = None
    """The worst severity the incident was told of."""
    touched: bool = False
    """A person has taken the incident: it is theirs to resolve."""
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

    def firing(self) -> int:
        """How many alerts are firing now."""
        return sum(row.firing for row in self.rows.values())

    def worst(self) -> int:
        """The worst severity now firing; where none is, the one last told."""
        return min((row.severity for row in self.rows.values() if row.firing), default=self.last_told())

    def last_told(self) -> int:
        """The worst severity the incident was told of; before that, the least of all."""
        return len(SEVERITIES) - 1 if self.severity is None else self.severity

    def asked(self) -> bool:
        """Whether an incident was asked for and its number has not come yet."""
        return self.engaged and self.incident is None
