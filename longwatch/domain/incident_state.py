"""What is known of an incident beyond what every ticket has: the alert behind it, and whether it is a major one."""

from dataclasses import dataclass
from typing import ClassVar

from longwatch.domain.case_state import Case

RULES = 1


@dataclass(frozen=True)
class AlertLink:
    """The alert group behind the incident. `link` is firing, flapping, quiet or cleared."""

    group: str
    episode: int
    link: str
    severity: str
    count: int = 1


@dataclass(frozen=True)
class State(Case):
    """An incident. `State()` is the one before it was opened."""

    KIND: ClassVar[str] = "incident"

    alert: AlertLink | None = None
    major: str = "none"

    @property
    def severity(self) -> str | None:
        """The severity of the alert behind it."""
        return self.alert.severity if self.alert else None
