"""What all tickets share: commands come in, facts come out, a state is the fold of its facts.

A *process* (incident, alert group, ...) is a module that offers the `Decider` protocol. Facts are plain data, so that
they can be hashed, stored as they are and folded again years later.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

Json = Any
"""JSON-clean: None, bool, int, str, lists and string-keyed dicts of them. No floats: they do not hash alike."""

GENESIS = "0" * 64
"""The hash that stands before the first line of every journal."""


class Refused(Exception):  # noqa: N818 - the trade's word; a refusal is an answer, not an error
    """The rules say no. `reason` is a sentence for the person who asked; `field` names the input at fault, if any."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class Actor:
    """Who asks, with the rights held when it is decided. `id`: `user:<login>`, `system:<part>` or `source:<name>`."""

    id: str
    kind: str = "person"  # person | system | monitoring
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Command:
    """What was asked. `at` is when it was accepted (UTC): the rules know no other clock."""

    id: str
    action: str
    at: datetime
    actor: Actor
    data: Mapping[str, Json] = field(default_factory=dict)
    expected_version: int | None = None


@dataclass(frozen=True)
class Fact:
    """What became of it; never taken back. `data` is JSON-clean, instants in it are `stamp`s."""

    type: str
    at: datetime
    actor: str
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A fact in its place in the journal. `hash` covers `text`, the exact canonical JSON, together with `prev`."""

    seq: int
    text: str
    prev: str
    hash: str


@dataclass(frozen=True)
class Alarm:
    """The nearest deadline of a ticket: when (UTC) and what for."""

    at: datetime
    name: str


@dataclass(frozen=True)
class Question:
    """What a decision needs and the state lacks; answered by an activity with the command `answered`.

    The answer arrives as `Command(action="answered", data={"question": id, "kind": kind, "answer": {...}})`.
    """

    id: str
    kind: str  # calendar | policy | routing | impact ...
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Notify:
    """A message to people: `to` holds `user:<login>`, `team:<name>`, `role:<name>`; `template` names the wording."""

    to: tuple[str, ...]
    template: str
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Send:
    """A command to another ticket."""

    ticket: str
    action: str
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Open:
    """Opens a ticket once per `key`; its number comes back to the sender as the command `opened {key, number}`.

    `texts` (title, description ...) are stored as bodies; the opening carries only their ids and digests.
    """

    key: str
    kind: str
    data: Mapping[str, Json] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A signed call to an outbound hook: the `attempt`th at a task, tried until an instant (UTC), carried out once.

    What came of it returns to the sender as the command `task_called {task, attempt, ok, text}`.
    """

    hook: str
    task: str
    attempt: int
    data: Mapping[str, Json]
    until: datetime


Effect = Notify | Send | Open | Call


@dataclass(frozen=True)
class Action:
    """What a person may do now: the name, the fields it takes (first the mandatory ones), a label for the button."""

    name: str
    label: str
    fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


class Decider(Protocol):
    """The form of every process; modules implement it. People's tickets offer `TicketRules` besides."""

    RULES: int
    State: type[Any]

    def decide(self, state: Any, command: Command) -> list[Fact]:
        """What follows from the command. Raises Refused. `alarm` and `answered` are commands too."""

    def evolve(self, state: Any, fact: Fact) -> Any:
        """The state after the fact."""

    def next_alarm(self, state: Any) -> Alarm | None:
        """The one nearest deadline."""

    def questions(self, state: Any) -> tuple[Question, ...]:
        """What the state still waits to be told."""

    def react(self, state: Any, fact: Fact) -> list[Effect]:
        """What must follow from the fact; `state` is the one after it."""

    def sealed(self, state: Any) -> bool:
        """Whether the ticket has ended for good and its workflow may complete."""


class TicketRules(Decider, Protocol):
    """What the rules of people's tickets can be asked besides, by pages and the API."""

    def allowed(self, state: Any, actor: Actor) -> list[Action]:
        """What this actor may do now, in the order of the buttons."""

    def may(self, actor: Actor, action: str, requester: str | None) -> bool:
        """Whether the actor has the right to the action, the ticket's status aside."""

    def waiting_for(self, state: Any) -> list[dict[str, Any]]:
        """Everything it waits for, what matters most first."""

    def voted_on(self, state: Any) -> dict[str, Any]:
        """What its votes are about, as their hash covers it."""


def fold(decider: Decider, facts: Iterable[Fact], state: Any = None) -> Any:
    """The state that the facts make, from the beginning or from `state`."""
    current = decider.State() if state is None else state
    for fact in facts:
        current = decider.evolve(current, fact)
    return current


def stamp(at: datetime) -> str:
    """An instant as text: UTC with microseconds, so that texts sort as instants do. Raises ValueError if naive."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


_STAMP_LENGTH = 27


def instant(text: str) -> datetime:
    """The instant a `stamp` names. Raises ValueError on anything else."""
    if len(text) != _STAMP_LENGTH or text[4::3][:2] + text[10] + text[19] + text[26] != "--T.Z":
        raise ValueError(f"{text!r} is no stamp")
    return datetime.fromisoformat(text)  # twenty times faster than strptime, and tickets hold hundreds of stamps


def canonical(data: Json) -> str:
    """The one text of JSON-clean data: sorted keys, no spaces, UTF-8 as is. Raises ValueError on NaN and infinities."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(prev: str, text: str) -> str:
    """SHA-256 over the previous line's hash and this line's text, in hexadecimal."""
    return hashlib.sha256(f"{prev}\n{text}".encode()).hexdigest()


def body_digest(salt: str, text: str) -> str:
    """SHA-256(salt || text): proves a body without holding it, so that a person's words can be erased."""
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def write_line(ticket: str, seq: int, command: str, fact: Fact, prev: str) -> Line:
    """The journal line of a fact: everything the hash must cover is in its text."""
    text = canonical(
        {
            "ticket": ticket,
            "seq": seq,
            "at": stamp(fact.at),
            "actor": fact.actor,
            "command": command,
            "type": fact.type,
            "data": dict(fact.data),
        }
    )
    return Line(seq, text, prev, digest(prev, text))


def read_line(line: Line) -> Fact:
    """The fact a journal line holds."""
    record = json.loads(line.text)
    return Fact(record["type"], instant(record["at"]), record["actor"], record["data"])


def broken_link(lines: Iterable[Line], prev: str = GENESIS, seq: int = 0) -> int | None:
    """The number of the first line that does not follow from the one before it; None when the chain is whole."""
    for line in lines:
        seq += 1
        if line.seq != seq or line.prev != prev or line.hash != digest(prev, line.text):
            return seq
        prev = line.hash
    return None


def later_of(command: Command, last: datetime | None) -> Command:
    """The command, dated never before the last fact: a journal does not run backwards."""
    return command if last is None or command.at >= last else replace(command, at=last)
