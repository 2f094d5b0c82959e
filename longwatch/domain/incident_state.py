"""What is known of an incident beyond what every ticket has: the alert behind it, and whether it is a major one."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from longwatch.domain.case_state import Case, Ref

RULES = 3
"""Since 2 an incident judges which tickets may be linked to it and how. Since 3 the number of people hit counts for its
impact, and a severity that falls lowers no priority."""
JUDGES_BY_USERS = 3


@dataclass(frozen=True)
class AlertLink:
    """The alert group behind the incident. `link` is firing, flapping, quiet or cleared."""

    group: str
    episode: int
    link: str
    severity: str
    count: int = 1
    gravest: str | None = None
    """The gravest severity it ever had."""


@dataclass(frozen=True)
class MajorTeam:
    """Who acts in a major incident, how often stakeholders are told (seconds), and since when that counts."""

    manager: str
    communications: str
    technical_lead: str
    cadence: int
    war_room: str | None
    declared_at: datetime
    spoke_at: datetime
    reminded: int = 0
    stood_down_at: datetime | None = None


@dataclass(frozen=True)
class State(Case):
    """An incident. `State()` is the one before it was opened."""

    KIND: ClassVar[str] = "incident"

    alert: AlertLink | None = None
    major: str = "none"
    major_team: MajorTeam | None = None
    workaround: Ref | None = None
    workaround_of: str | None = None  # the problem that offers it

    @property
    def may_close(self) -> bool:
        """A major incident is closed when its response has been stood down."""
        return self.major not in ("declared", "mitigated")

    @property
    def ended_at(self) -> datetime | None:
        """A major incident is not over before it was reviewed."""
        return None if self.major == "stood_down" else super().ended_at

    @property
    def severity(self) -> str | None:
        """The severity of the alert behind it, by which urgency is judged: the gravest it ever had."""
        if self.alert is None:
            return None
        return self.alert.gravest or self.alert.severity if self.counts_users else self.alert.severity

    @property
    def counts_users(self) -> bool:
        """Incidents opened under older rules are judged as they were then."""
        return self.rules >= JUDGES_BY_USERS
