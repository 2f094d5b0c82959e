"""What is known of any ticket: plain data, nothing but the fold of its facts. A process adds what is its own.

A `Case` is what incident, problem, change and request have in common; a `Governed` one may also need approval and be
carried out by tasks.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from longwatch.domain.ageing import Ageing
from longwatch.domain.approval_state import Approval
from longwatch.domain.calendar import OpenHours
from longwatch.domain.case_links_state import Link, Merging, Splitting
from longwatch.domain.clocks import Clock
from longwatch.domain.ladder import Ladder
from longwatch.domain.priority import Matrix
from longwatch.domain.tasks_state import Tasks
from longwatch.domain.ticket import Question

Ref = dict[str, Any]
"""A text a person wrote, by its place and proof: {"body": id, "sha256": hex}. The words are stored elsewhere."""

DEFAULT_PAUSES = ("awaiting_requester", "planned_until")
"""The hold reasons that stop the resolution clock unless the policy says otherwise."""

DEFAULT_CLOSE = 7 * 24 * 3600
"""Seconds, round the clock, from resolved to closed while no policy is known."""

DEFAULT_WINDOW = 14 * 24 * 3600
"""Seconds from closed (or cancelled) until the ticket is sealed while no policy is known."""


@dataclass(frozen=True)
class Hold:
    """Why nobody works on it now, until when if that is known, since when, and the status it had before.

    `ticket` is the one record it waits for; None: any linked one of the kind.
    """

    reason: str
    until: datetime | None
    since: datetime
    before: str
    ticket: str | None = None


@dataclass(frozen=True)
class Item:
    """What the CMDB said of the configuration item: criticality 1 (high) to 3, owner, and what it affects.

    `users`: how many people use what fails with it, where that is asked.
    """

    name: str | None = None
    criticality: int | None = None
    owner_team: str | None = None
    affected: tuple[str, ...] = ()
    users: int | None = None


@dataclass(frozen=True)
class Policy:
    """The service level policy, pinned by version. Times in seconds; `close_work` is working time of its calendar."""

    name: str
    version: int
    pauses: tuple[str, ...] = DEFAULT_PAUSES
    close_work: int = DEFAULT_CLOSE
    close_calendar: str = "always"
    reopen_window: int = DEFAULT_WINDOW


@dataclass(frozen=True)
class Retry:
    """A question without an answer: what went wrong, how often, and when it is asked again (None: given up)."""

    kind: str
    data: dict[str, Any]
    tries: int
    error: str
    at: datetime | None


@dataclass(frozen=True)
class Span:
    """A time the ticket stood still before its clocks were known: on hold for a reason, or resolved."""

    begin: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True)
class Case:
    """A ticket. `Case()` is the one before it was opened. Status, clocks, level and links are separate axes."""

    KIND: ClassVar[str] = ""
    """The kind of process, as policies and numbers know it."""
    PROMISES: ClassVar[bool] = True
    """Whether times are promised for it; where they are not, nobody misses its clocks."""
    ROUTED: ClassVar[tuple[str, ...]] = ("new",)
    """The statuses in which a team and a person are looked for once the priority is known."""

    rules: int = 1
    number: str = ""
    status: str = ""
    title: Ref | None = None
    description: Ref | None = None
    expected_result: Ref | None = None
    requester: str | None = None
    source: str = ""
    category: str | None = None
    ci: str | None = None
    service: str | None = None
    impact: int | None = None
    urgency: int | None = None
    priority: int = 3
    assignee: str | None = None
    team: str | None = None
    level: int = 0
    hold: Hold | None = None
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    linked: int = 0  # how many links were made from this side, ever
    merging: Merging = field(default_factory=Merging)
    splitting: Splitting | None = None
    touched: bool = False
    opened_at: datetime | None = None
    updated_at: datetime | None = None
    responded_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    sealed_at: datetime | None = None
    resolution: str | None = None
    resolution_text: Ref | None = None
    reopen_count: int = 0
    stated_impact: int | None = None
    stated_urgency: int | None = None
    judged: str = ""  # by whom the priority was set: nobody yet, "desk" or "person"
    item: Item = field(default_factory=Item)
    matrix: Matrix = field(default_factory=Matrix)
    policy: Policy | None = None
    clocks: tuple[Clock, ...] = ()
    closing: Clock | None = None
    ageing: Ageing = field(default_factory=Ageing)
    weight: int = 0  # what its age adds to its importance in queues
    ladder: Ladder = field(default_factory=Ladder)
    hours: dict[str, OpenHours] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    last_update_at: datetime | None = None
    asked: int = 0
    pending: tuple[Question, ...] = ()
    retries: tuple[Retry, ...] = ()

    def clock(self, name: str) -> Clock | None:
        """The clock of that name, if the policy promises it."""
        return next((clock for clock in self.clocks if clock.name == name), None)

    @property
    def severity(self) -> str | None:
        """How grave monitoring says it is, where monitoring stands behind it."""
        return None

    @property
    def counts_users(self) -> bool:
        """Whether the number of people hit raises its impact."""
        return False

    @property
    def pauses(self) -> tuple[str, ...]:
        """The reasons for which the update and resolution clocks stand still."""
        return DEFAULT_PAUSES if self.policy is None else self.policy.pauses

    @property
    def pauses_response(self) -> tuple[str, ...]:
        """The reasons for which even the response clock stands still."""
        return ()

    @property
    def waits_for(self) -> str | None:
        """The reason why nobody can work on it now, if there is one."""
        return self.hold.reason if self.hold else None

    @property
    def ended_at(self) -> datetime | None:
        """When it came to an end that is final once its window is over. What was merged ends with the other one."""
        if self.merging.merged and not self.merging.over:
            return None
        return self.closed_at or self.cancelled_at

    @property
    def may_close(self) -> bool:
        """Whether time alone may close it once it is resolved."""
        return True

    @property
    def policy_terms(self) -> dict[str, Any]:
        """What a service level policy is chosen by."""
        return {"kind": self.KIND, "priority": self.priority, "service": self.service, "requester": self.requester}


@dataclass(frozen=True)
class Governed(Case):
    """A ticket that others must agree to, and that is carried out by tasks."""

    approval: Approval = field(default_factory=Approval)
    tasks: Tasks = field(default_factory=Tasks)
