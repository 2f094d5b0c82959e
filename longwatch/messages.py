"""What crosses Temporal: names, and the dataclasses that workflows, activities and the web hand to one another.

A command crosses as its id only. Whoever holds nothing but the engine's address can therefore change nothing: the loop
reads commands, with the rights of whoever gave them, from the desk's own database.
"""

from dataclasses import dataclass, field
from typing import Any

from longwatch.domain import alerts
from longwatch.domain.change import change
from longwatch.domain.draft import Outcome
from longwatch.domain.incident import incident
from longwatch.domain.problem import problem
from longwatch.domain.request import request
from longwatch.domain.ticket import GENESIS, Command, Decider, Line, Question, TicketRules

TASK_QUEUE = "longwatch"
ASKS = 8
"""Rounds of questions within one round of the loop; what is still open then is asked at the next."""
WAKE = "wake"
"""The signal that says: something was accepted for you. It carries nothing."""

INCIDENT = "incident"
PROBLEM = "problem"
CHANGE = "change"
REQUEST = "request"
ALERT_GROUP = "alert_group"
PREFIXES = {INCIDENT: "INC", PROBLEM: "PRB", CHANGE: "CHG", REQUEST: "REQ"}
"""Kinds of tickets and how their numbers begin."""

WORKFLOWS = {
    INCIDENT: "Incident",
    PROBLEM: "Problem",
    CHANGE: "Change",
    REQUEST: "ServiceRequest",
    ALERT_GROUP: "AlertGroup",
}
"""Which workflow runs which kind of process."""

_TICKETS: dict[str, TicketRules] = {INCIDENT: incident, PROBLEM: problem, CHANGE: change, REQUEST: request}
_DECIDERS: dict[str, Decider] = {**_TICKETS, ALERT_GROUP: alerts}


def decider(kind: str) -> Decider:
    """The rules of a kind of process. Raises KeyError for an unknown kind."""
    return _DECIDERS[kind]


def ticket_rules(kind: str) -> TicketRules:
    """The rules of a kind of ticket that people see. Raises KeyError for an unknown kind."""
    return _TICKETS[kind]


@dataclass(frozen=True)
class Start:
    """Where a run of a ticket's loop begins: nowhere, or where the run before it stopped.

    `renew_every` makes a new run after so many journal lines, sooner than the engine suggests it; for tests.
    """

    ticket: str
    seq: int = 0
    head: str = GENESIS
    state: str = ""  # JSON of the recorded state
    last_at: str = ""  # stamp of the last fact
    renew_every: int = 0


@dataclass(frozen=True)
class Load:
    """Asks for a ticket's accepted, undecided commands and for the outcomes that somebody waits for."""

    ticket: str
    waiting: list[str] = field(default_factory=list)
    limit: int = 50


@dataclass(frozen=True)
class Foreseen:
    """A question that the rules are going to ask about what was loaded, with its answer."""

    question: Question
    answer: dict[str, Any]


@dataclass(frozen=True)
class Loaded:
    """Commands in the order of their rows; `more` says that some were left for the next round.

    `version` is the journal's last line: a loop that knows fewer must adopt the others, though nothing waits for it.
    `foreseen` saves the loop of a ticket that is being opened from asking.
    """

    commands: list[Command] = field(default_factory=list)
    settled: list[Outcome] = field(default_factory=list)
    more: bool = False
    version: int = 0
    foreseen: list[Foreseen] = field(default_factory=list)


@dataclass(frozen=True)
class Ask:
    """Questions of a ticket to the desk."""

    ticket: str
    kind: str
    questions: list[Question]


@dataclass(frozen=True)
class Answers:
    """One answer per question, in order; `{"error": reason}` where none could be found."""

    answers: list[dict[str, Any]]


@dataclass(frozen=True)
class Entry:
    """One round's worth of a ticket's life, to be journalled whole or not at all."""

    ticket: str
    kind: str
    run: str
    workflow: str
    seq: int  # the line that must stand last,
    head: str  # with this hash
    lines: list[Line]
    outcomes: list[Outcome]
    problems: list[str] = field(default_factory=list)  # alarms and answers that could not be decided


@dataclass(frozen=True)
class Journalled:
    """`adopted`: lines that already stood there (nothing was written then). `again`: go round at once."""

    adopted: list[Line] = field(default_factory=list)
    again: bool = False


@dataclass(frozen=True)
class Deliver:
    """A delivery to be made. `until` is the stamp after which a call to a tool is not tried any more.

    `back`: it is a word to the tool behind an alert.
    """

    delivery: str
    reason: str = ""
    until: str = ""
    back: bool = False


def kind_of(ticket: str) -> str:
    """The kind of process an id belongs to, by its prefix. Raises KeyError for an id of no kind."""
    prefix = ticket.partition("-")[0]
    kinds = {prefix: kind for kind, prefix in PREFIXES.items()} | {"alerts": ALERT_GROUP}
    return kinds[prefix]
