"""What is known of an incident beyond what every ticket has: the alert behind it, and whether it is a major one."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from longwatch.domain.case_state import Case, Ref

RULES = 2
"""Since 2 an incident judges which tickets may be linked to it and how."""


@dataclass(frozen=True)
class AlertLink:
    """The alert group behind the incident. `link` is firing, flapping, quiet or cleared."""

    group: str
    episode: int
    link: str
    severity: str
    count: int = 1


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
        """The severity of the alert behind it."""
        return self.alert.severity if self.alert else None
