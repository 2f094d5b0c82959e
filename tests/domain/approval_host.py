"""The smallest process that needs an approval: something is asked for, approved or rejected. Shows the embedding."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from longwatch.domain import approval
from longwatch.domain.approval import Approval, Excluded
from longwatch.domain.ticket import Alarm, Command, Effect, Fact, Question, Refused
from tests.domain.embedding import Facts

RULES = 1
STATUS = {"granted": "approved", "refused": "rejected", "expired": "rejected", "recalled": "draft", "none": "awaiting"}


@dataclass(frozen=True)
class State:
    status: str = ""
    approval: Approval = field(default_factory=Approval)


def decide(state: State, command: Command) -> list[Fact]:
    draft = Facts(state, evolve)
    draft.add(approval.settle(state.approval, command.at))
    if command.action in (*approval.ACTION_NAMES, "alarm", "answered"):
        draft.add(approval.decide(draft.state.approval, command))
    else:
        _act(draft, command)
    _follow(draft, command)
    return draft.facts


def _act(draft: Facts, command: Command) -> None:
    data, held = command.data, draft.state.approval
    match command.action:
        case "submit":
            policy = approval.read_policy(data["policy"])
            excluded = [Excluded(person, reason) for person, reason in data["excluded"]]
            owners = data["owners"]
            draft.add(approval.begin(held, command, policy, content=data["content"], excluded=excluded, owners=owners))
        case "edit":
            draft.add(approval.edited(held, command, data["content"]))
        case "assign":
            excluded = [Excluded(person, reason) for person, reason in data["excluded"]]
            draft.add(approval.exclude(held, command, excluded))
        case "cancel":
            draft.add(approval.recall(held, command))
        case _:
            raise Refused(f"Nothing here is called {command.action}.")


def _follow(draft: Facts, command: Command) -> None:
    """What the approval's outcome means for the process."""
    became = STATUS.get(approval.outcome(draft.state.approval), "awaiting")
    if draft.state.approval.rounds and became != draft.state.status:
        draft.add([Fact("StatusSet", command.at, command.actor.id, {"status": became})])


def evolve(state: State, fact: Fact) -> State:
    if fact.type in approval.FACTS:
        return replace(state, approval=approval.evolve(state.approval, fact))
    return replace(state, status=fact.data["status"])


def next_alarm(state: State) -> Alarm | None:
    due = next(iter(approval.deadlines(state.approval)), None)
    return None if due is None else Alarm(due.at, f"{due.kind}:{due.name}")


def questions(state: State) -> tuple[Question, ...]:
    return approval.questions(state.approval)


def react(state: State, fact: Fact) -> list[Effect]:
    return approval.react(state.approval, fact, {"number": "REQ-000001"})


def sealed(_: State) -> bool:
    return False


def nearest(state: State) -> datetime | None:
    alarm = next_alarm(state)
    return None if alarm is None else alarm.at


def whole(state: State) -> dict[str, Any]:
    """What a screen of it shows."""
    return approval.standing(state.approval)
