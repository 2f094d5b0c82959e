"""What makes one process out of the rules that all share: its statuses, moves, rights, and what is its own.

The shared rules (`case_*`) know incident, problem, change and request by this record alone. Its tables are looked up by
the names of actions, facts, deadlines and questions; a process's own entry goes before the shared one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from longwatch.domain.case_links_state import Link
from longwatch.domain.case_moves import Moves, Status
from longwatch.domain.case_state import Case
from longwatch.domain.roles import Rights
from longwatch.domain.ticket import Action, Actor, Effect, Fact, Question

if TYPE_CHECKING:
    from longwatch.domain.case_draft import Draft

Waiting = dict[str, Any]
"""What is waited for: {"what": sentence, "until": stamp or None, "who": name}."""


@dataclass(frozen=True)
class Deadline:
    """When something falls due (UTC), what kind of thing, and which one."""

    at: datetime
    kind: str  # hold | breach | close | seal | rung | retry | calendar | approval_... | a process's own
    name: str = ""


@dataclass(frozen=True)
class Answer:
    """How an answer is taken: `read` checks it (raises ValueError, KeyError, TypeError), `follow` records what follows.

    `fresh` is what to ask when the question is put again, by what is known by then; None: the same as before.
    `failed` is called when there is no answer.
    """

    read: Callable[[Any, Question, Mapping[str, Any]], dict[str, Any]]
    follow: Callable[["Draft", Question, dict[str, Any]], None]
    fresh: Callable[[Any], dict[str, Any]] | None = None
    failed: Callable[["Draft"], None] | None = None
    about: str = "an answer"


def _nothing(_: Any) -> tuple[()]:
    return ()


def _greets_nobody(_: Any, __: Link) -> tuple[()]:
    return ()


def _as_asked(state: Any) -> dict[str, Any]:
    """What the votes are about where a process does not say: the ticket as it was asked."""
    names = ("title", "description", "expected_result", "ci", "service", "category")
    return {name: getattr(state, name, None) for name in names}


def _no_more(_: "Draft") -> None:
    """Nothing follows."""


@dataclass(frozen=True)
class Process:
    """One process. `does` are its actions; `changes` what its facts make of the state; `follows` what goes out.

    `demands` say why an action is not possible now though status and rights allow it; `waits` has the sentence for each
    status. `due` are deadlines of its own, `settles` those of them that time alone decides, `rings` those that wait for
    the alarm. `after` is asked after every command: what follows from what the approval or the tasks came to. `hears`
    are the events of other tickets that it heeds; `greets` says what a ticket linked anew is told at once of how this
    one stands. `steps` are acts of its own that a rung of the ladder can do. `voted_on` is what its votes are about,
    to the letter.
    """

    state: type[Case]
    statuses: tuple[Status, ...]
    actions: tuple[Action, ...]
    moves: Moves
    rights: Rights
    does: Mapping[str, Callable[["Draft"], None]]
    changes: Mapping[str, Callable[[Any, Fact], Any]]
    follows: Mapping[str, Callable[[Any, Fact], "list[Effect | None]"]]
    waits: Mapping[str, Callable[[Any], Waiting]]
    demands: Mapping[str, Callable[[Any, Actor], str | None]] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    due: Callable[[Any], Iterable[Deadline]] = _nothing
    settles: Mapping[str, Callable[["Draft", Deadline], None]] = field(default_factory=dict)
    rings: Mapping[str, Callable[["Draft", Deadline], None]] = field(default_factory=dict)
    also_waits: Callable[[Any], Iterable[Waiting]] = _nothing
    after: Callable[["Draft"], None] = _no_more
    hears: Mapping[str, Callable[["Draft"], None]] = field(default_factory=dict)
    greets: Callable[[Any, Link], "Iterable[Effect | None]"] = _greets_nobody
    voted_on: Callable[[Any], dict[str, Any]] = _as_asked
    steps: Mapping[str, Callable[["Draft", str], None]] = field(default_factory=dict)
    rules: int = 1

    @property
    def kind(self) -> str:
        """Incident | problem | change | request."""
        return self.state.KIND

    @cached_property
    def labels(self) -> dict[str, str]:
        """Statuses in words, as sentences say them."""
        return {status.name: status.label.lower() for status in self.statuses}

    @cached_property
    def instead(self) -> dict[str, str]:
        """What to do where an action does not fit a status."""
        return {status.name: status.instead for status in self.statuses}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The actions people may ask for, by name."""
        return tuple(action.name for action in self.actions)
