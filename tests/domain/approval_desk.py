"""A desk in miniature around one approval: people act on it, its questions are answered, time passes when told to."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from longwatch.domain import approval
from longwatch.domain.approval import Approval
from longwatch.domain.draft import Draft
from longwatch.domain.ticket import Actor, Command, Effect, Fact, read_line
from tests.domain import approval_host as host
from tests.domain.embedding import pass_time

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR, DAY = 3600, 24 * 3600

TIMER = Actor("system:timer", kind="system")
DESK = Actor("system:answers", kind="system")
WHY = {"body": "b1", "sha256": "0" * 64}


def person(name: str, *roles: str, teams: tuple[str, ...] = ()) -> Actor:
    """Somebody of these roles; in these tests nearly everybody approves."""
    return Actor(f"user:{name}", roles=roles or ("approver",), teams=teams)


ANN, BEN, CAT, DAN, EVE = (person(name) for name in ("ann", "ben", "cat", "dan", "eve"))
REQ = person("req", "requester")
OWNERS = ("user:req", "role:change-manager")
EXCLUDED = (("user:req", "the requester"), ("user:imp", "the implementer"))


def stage(rule: str = "any", *approvers: Any, **changes: Any) -> dict[str, Any]:
    named = approvers or ("role:approver",)
    return {"id": "cab", "title": "CAB", "approvers": list(named), "rule": rule, "deadline": DAY, **changes}


def policy(*stages: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"name": "usual", "version": 3, "stages": list(stages) or [stage()], **changes}


def users(*actors: Actor) -> list[str]:
    return [actor.id for actor in actors]


class Desk:
    """Answers who holds a role at once, unless told not to; keeps facts, effects and the last refusal."""

    def __init__(self, *stages: dict[str, Any], answering: bool = True, **changes: Any) -> None:
        self.at = MONDAY
        self.draft = Draft(host, "REQ-000001", host.State())
        self.people: dict[str, Any] = {"role:approver": users(ANN, BEN, CAT)}
        self.effects: list[Effect] = []
        self.answering = answering
        self.policy = policy(*stages, **changes)
        self.content = "v1"
        self.sent = 0
        self.read: list[Fact] = []

    @property
    def approval(self) -> Approval:
        held: Approval = self.draft.state.approval
        return held

    @property
    def facts(self) -> list[Fact]:
        self.read += [read_line(line) for line in self.draft.lines[len(self.read) :]]
        return self.read

    def all(self, type_: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.type == type_]

    def send(self, actor: Actor, action: str, **data: Any) -> int:
        """How many facts followed. Raises Refused."""
        self.sent += 1
        before = len(self.draft.lines)
        self.draft.step(Command(f"c{self.sent}", action, self.at, actor, data))
        self._carry_out(self.draft.lines[before:])
        if self.answering:
            self.answer()
        return len(self.draft.lines) - before

    def _carry_out(self, lines: Iterable[Any]) -> None:
        for line in lines:
            self.effects += host.react(self.draft.state, read_line(line))

    def submit(self, excluded: Iterable[tuple[str, str]] = EXCLUDED, owners: Iterable[str] = OWNERS) -> "Desk":
        listed = [list(one) for one in excluded]
        self.send(REQ, "submit", policy=self.policy, content=self.content, excluded=listed, owners=list(owners))
        return self

    def answer(self, **changes: Any) -> None:
        """Every question, by the people known; `error` instead of an answer if given."""
        for question in host.questions(self.draft.state):
            known = {name: self.people[name] for name in question.data["names"] if name in self.people}
            answer = changes or {"people": known}
            self.send(DESK, "answered", question=question.id, kind=question.kind, answer=answer)

    def vote(self, actor: Actor, decision: str = "approve", **data: Any) -> int:
        comment = WHY if decision == "refuse" else None
        said = {"decision": decision, "comment": comment, "content": self.content, "stage": self.stage}
        return self.send(actor, "vote", **{**said, **data})

    @property
    def stage(self) -> str:
        return self.approval.run.stage

    @property
    def outcome(self) -> str:
        return approval.outcome(self.approval)

    def edit(self, content: str) -> None:
        self.send(REQ, "edit", content=content)
        self.content = content

    def passes(self, seconds: int) -> None:
        """Time passes and every alarm rings in time."""
        until = self.at + timedelta(seconds=seconds)
        pass_time(self, until, lambda: host.nearest(self.draft.state), lambda: self.send(TIMER, "alarm"))

    def told(self, template: str) -> list[tuple[str, ...]]:
        return [note.to for note in self.effects if note.template == template]
