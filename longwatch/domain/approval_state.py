"""What is known of an approval: plain data, nothing but the fold of its facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from longwatch.domain.approval_policy import Approver, Policy, Stage
from longwatch.domain.ticket import Question

Ref = dict[str, Any]
"""A text a person wrote, by its place and proof: {"body": id, "sha256": hex}. The words are stored elsewhere."""

APPROVE, REFUSE, ABSTAIN = DECISIONS = ("approve", "refuse", "abstain")

NONE, OPEN, BLOCKED, GRANTED, REFUSED, EXPIRED, RECALLED = STATUSES = (
    "none",
    "open",
    "blocked",
    "granted",
    "refused",
    "expired",
    "recalled",
)

MOST_PEOPLE = 50
"""People in a stage. A group larger than that is no panel, and the ticket's state would outgrow its bounds."""


@dataclass(frozen=True)
class Vote:
    """What was said, by whom (the approver or the delegate), when, and the hash of what they had before their eyes."""

    decision: str
    by: str
    at: datetime
    content: str
    comment: Ref | None = None


@dataclass(frozen=True)
class Seat:
    """One voice in a stage: the person it belongs to, the names that entitle them, and who stands in for them.

    Nobody has two voices: a delegate holds no seat of their own in the stage, and stands in for one person only.
    """

    person: str
    names: tuple[str, ...]
    weight: int = 1
    veto: bool = False
    delegate: str | None = None
    absent: bool = False
    until: datetime | None = None
    vote: Vote | None = None


@dataclass(frozen=True)
class LeftOut:
    """Somebody a name stands for who has no voice, and why."""

    person: str
    name: str
    reason: str


@dataclass(frozen=True)
class Run:
    """A stage as it went. `status` is waiting, open, or how it ended: granted, refused, expired or recalled."""

    stage: str
    status: str = "waiting"
    opened_at: datetime | None = None
    due: datetime | None = None
    remind_at: datetime | None = None
    seats: tuple[Seat, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    found: bool = False
    fallback: bool = False
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Excluded:
    """Somebody who never votes here: `reason` says as what, such as `the requester`."""

    person: str
    reason: str


@dataclass(frozen=True)
class Failure:
    """The approvers could not be found: why, what was asked, and when it is asked again."""

    error: str
    names: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Approval:
    """An approval, to be held by the process that needs it. `Approval()` is the one before anything was asked.

    `owners` (people, roles or teams) may recall it; `content` is the hash of what is voted on now.
    """

    status: str = NONE
    policy: Policy | None = None
    content: str = ""
    excluded: tuple[Excluded, ...] = ()
    owners: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()
    current: int = 0
    rounds: int = 0
    asked: int = 0
    question: Question | None = None
    tries: int = 0
    failure: Failure | None = None
    reason: str = ""
    ended_at: datetime | None = None

    @property
    def run(self) -> Run:
        """The stage that is open, or was last. There is none before the approval began."""
        return self.runs[self.current]

    @property
    def stage(self) -> Stage:
        """The rules of that stage."""
        assert self.policy is not None
        return self.policy.stages[self.current]

    @property
    def under_way(self) -> bool:
        """Whether it still waits to be decided."""
        return self.status in (OPEN, BLOCKED)

    @property
    def last(self) -> bool:
        """Whether no stage follows the current one."""
        return self.current == len(self.runs) - 1

    def excluded_as(self, person: str) -> str | None:
        """As what the person is kept from voting, if so."""
        return next((one.reason for one in self.excluded if one.person == person), None)


def seat_of(run: Run, person: str) -> Seat | None:
    """The voice this person may raise: their own, or the one they stand in for."""
    return next((seat for seat in run.seats if person in (seat.person, seat.delegate)), None)


def named(stage: Stage, names: Iterable[str]) -> tuple[Approver, ...]:
    """The stage's approvers and fallbacks of these names, each name once, in the policy's order."""
    wanted = tuple(names)
    once = {one.name: one for one in (*stage.fallback, *stage.approvers) if one.name in wanted}
    order = dict.fromkeys(one.name for one in (*stage.approvers, *stage.fallback) if one.name in wanted)
    return tuple(once[name] for name in order)


def login(person: str) -> str:
    """A person as sentences call them."""
    return person.removeprefix("user:")
