"""What every monitoring tool's message becomes: an alert, in the desk's own words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from longwatch.domain.ticket import instant, stamp

AlertState = Literal["firing", "resolved"]
Severity = Literal["critical", "error", "warning", "info"]
About = Literal["state", "acknowledged", "note", "planned", "planned_over", "flapping"]
"""What a message says of a condition: it began or ended (`state`), or something that neither begins nor ends it.

`planned` and `planned_over`: the tool's own downtime or maintenance begins and ends.
"""


class NotEnvelope(Exception):  # noqa: N818 - the trade's word: the call is not what its tool sends
    """The call as a whole is not the tool's. `reason` is a sentence for the sender; `field` names the part at fault.

    `code` is the answer: 400, or 415 for a format that nobody here reads.
    """

    def __init__(self, reason: str, field: str | None = None, code: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.code = code


class Untranslatable(Exception):  # noqa: N818 - one member of a good call; it is parked for the operator, never lost
    """One member of a call cannot be understood. `reason` is a sentence for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Alert:
    """One event about one condition. Its identity is `fingerprint` alone: neither its start nor the tool's group."""

    fingerprint: str
    state: AlertState
    title: str
    severity: Severity
    text: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    ci_hints: tuple[str, ...] = ()
    """Names the configuration item may go by, the most trusted first."""
    group: str = ""
    """What the tool itself groups by; used where no configuration item is known."""
    labels: dict[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    test: bool = False
    """The tool's own test button: answered, shown, never an incident."""
    about: About = "state"
    """Anything but `state` is kept as a remark: it opens nothing and clears nothing."""
    author: str = ""
    """Who said it, where a person did."""

    def to_data(self) -> dict[str, Any]:
        """The alert as JSON-clean data, its instants as stamps."""
        return {
            "fingerprint": self.fingerprint,
            "state": self.state,
            "title": self.title,
            "severity": self.severity,
            "text": self.text,
            "starts_at": None if self.starts_at is None else stamp(self.starts_at),
            "ends_at": None if self.ends_at is None else stamp(self.ends_at),
            "ci_hints": list(self.ci_hints),
            "group": self.group,
            "labels": dict(self.labels),
            "links": list(self.links),
            "test": self.test,
            "about": self.about,
            "author": self.author,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Alert":
        """The alert that `to_data` wrote. Raises KeyError or ValueError on anything else."""
        return cls(
            fingerprint=data["fingerprint"],
            state=cast("AlertState", data["state"]),
            title=data["title"],
            severity=cast("Severity", data["severity"]),
            text=data["text"],
            starts_at=None if data["starts_at"] is None else instant(data["starts_at"]),
            ends_at=None if data["ends_at"] is None else instant(data["ends_at"]),
            ci_hints=tuple(data["ci_hints"]),
            group=data["group"],
            labels=dict(data["labels"]),
            links=tuple(data["links"]),
            test=data["test"],
            about=cast("About", data["about"]),
            author=data["author"],
        )
