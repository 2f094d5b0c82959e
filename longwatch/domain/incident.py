"""The incident: an unplanned interruption of a service, from the first report until it is closed for good (ITIL 4)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from longwatch.domain.ticket import (
    Action,
    Actor,
    Alarm,
    Command,
    Effect,
    Fact,
    Notify,
    Question,
    Refused,
    stamp,
)

RULES = 1

OPEN_STATUSES = ("new", "assigned", "in_progress")


@dataclass(frozen=True)
class State:
    """What is known of an incident. `State()` is the one before it was opened."""

    rules: int = RULES
    number: str = ""
    status: str = ""
    title: dict[str, str] | None = None
    description: dict[str, str] | None = None
    expected_result: dict[str, str] | None = None
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
    tags: tuple[str, ...] = ()
    opened_at: datetime | None = None
    updated_at: datetime | None = None
    resolved_at: datetime | None = None
    policy: str | None = None
    rung_due: datetime | None = None
    asked: tuple[Question, ...] = ()


def decide(state: State, command: Command) -> list[Fact]:
    """What follows from the command. Raises Refused."""
    rule = _RULES_FOR.get(command.action)
    if rule is None:
        raise Refused(f"An incident knows no action called {command.action}.")
    if (state.status == "") is not (command.action == "open"):
        raise Refused("This incident is open already." if state.status else "There is no such incident yet.")
    return rule(state, command)


def _fact(command: Command, type_: str, **data: Any) -> list[Fact]:
    return [Fact(type_, command.at, command.actor.id, data)]


def _open(_: State, command: Command) -> list[Fact]:
    return _fact(command, "Opened", rules=RULES, **command.data)


def _must_be(state: State, *statuses: str) -> None:
    if state.status not in statuses:
        raise Refused(f"The incident is {state.status}; this can be done while it is {' or '.join(statuses)}.")


def _take(state: State, command: Command) -> list[Fact]:
    _must_be(state, *OPEN_STATUSES)
    return _fact(command, "Assigned", team=state.team, person=command.actor.id, automatic=False, reasons=[])


def _assign(state: State, command: Command) -> list[Fact]:
    _must_be(state, *OPEN_STATUSES)
    data = command.data
    team, person = data.get("team") or state.team, data.get("person")
    return _fact(command, "Assigned", team=team, person=person, automatic=False, reasons=[])


def _start(state: State, command: Command) -> list[Fact]:
    _must_be(state, "new", "assigned")
    return _fact(command, "Started")


def _resolve(state: State, command: Command) -> list[Fact]:
    _must_be(state, *OPEN_STATUSES)
    return _fact(command, "Resolved", code=command.data["code"], text=command.data["text"])


def _message(_: State, command: Command) -> list[Fact]:
    return _fact(command, "MessageAdded", public=command.data["public"], body=command.data["body"])


def _alarm(state: State, command: Command) -> list[Fact]:
    if state.rung_due is None or command.at < state.rung_due:
        return []
    return _fact(command, "RungRun", rung="r50", due=stamp(state.rung_due), to=["role:lead"])


def _answered(state: State, command: Command) -> list[Fact]:
    question, answer = command.data["question"], command.data["answer"]
    if all(asked.id != question for asked in state.asked):
        return []
    if "error" in answer:
        return _fact(command, "QuestionFailed", question=question, kind="policy", error=str(answer["error"]))
    return _fact(command, "PolicyChosen", question=question, **answer)


_RULES_FOR: dict[str, Callable[[State, Command], list[Fact]]] = {
    "open": _open,
    "take": _take,
    "assign": _assign,
    "start": _start,
    "resolve": _resolve,
    "message": _message,
    "alarm": _alarm,
    "answered": _answered,
}


def evolve(state: State, fact: Fact) -> State:
    """The state after the fact."""
    change = _CHANGES.get(fact.type)
    after = state if change is None else change(state, fact)
    return replace(after, updated_at=fact.at)


def _opened(state: State, fact: Fact) -> State:
    data = fact.data
    plain = ("number", "title", "description", "expected_result", "requester", "source", "category", "ci", "service")
    known: dict[str, Any] = {name: data.get(name) for name in plain}
    policy = Question("policy:1", "policy", {"kind": "incident", "priority": 3, "service": data.get("service")})
    return replace(
        state,
        **known,
        rules=data["rules"],
        impact=data.get("impact"),
        urgency=data.get("urgency"),
        tags=tuple(data.get("tags") or ()),
        status="new",
        opened_at=fact.at,
        asked=(policy,),
    )


def _assigned(state: State, fact: Fact) -> State:
    status = "assigned" if state.status == "new" else state.status
    return replace(state, status=status, team=fact.data["team"], assignee=fact.data["person"], rung_due=None)


def _policy(state: State, fact: Fact) -> State:
    rungs = fact.data.get("ladder", {}).get("rungs", [])
    work = {target["clock"]: target["work"] for target in fact.data.get("targets", [])}
    due = None
    if rungs and state.opened_at and state.status == "new" and rungs[0]["clock"] in work:
        share = work[rungs[0]["clock"]] * rungs[0].get("share", 100) // 100
        due = state.opened_at + timedelta(seconds=share)
    return replace(state, policy=fact.data["policy"], asked=(), rung_due=due)


_CHANGES: dict[str, Callable[[State, Fact], State]] = {
    "Opened": _opened,
    "Assigned": _assigned,
    "Started": lambda state, _: replace(state, status="in_progress", rung_due=None),
    "Resolved": lambda state, fact: replace(state, status="resolved", resolved_at=fact.at, rung_due=None),
    "RungRun": lambda state, _: replace(state, rung_due=None),
    "PolicyChosen": _policy,
    "QuestionFailed": lambda state, _: replace(state, asked=()),
}


def next_alarm(state: State) -> Alarm | None:
    """The one nearest deadline."""
    return None if state.rung_due is None else Alarm(state.rung_due, "rung:r50")


def questions(state: State) -> tuple[Question, ...]:
    """What the state still waits to be told."""
    return state.asked


def react(state: State, fact: Fact) -> list[Effect]:
    """What must follow from the fact; `state` is the one after it."""
    about = {"number": state.number}
    if fact.type == "RungRun":
        return [Notify(tuple(fact.data["to"]), "rung", {**about, "rung": fact.data["rung"]})]
    if fact.type == "Assigned":
        to = fact.data["person"] or fact.data["team"]
        return [Notify((to,), "assigned", about)] if to else []
    if fact.type == "Resolved" and state.requester:
        return [Notify((state.requester,), "resolved", about)]
    return []


def sealed(state: State) -> bool:
    """Whether the incident has ended for good."""
    return state.status == "sealed"


def allowed(state: State, actor: Actor) -> list[Action]:
    """What this person may do now."""
    if "agent" not in actor.roles or state.status not in OPEN_STATUSES:
        return []
    return [
        Action("take", "Take"),
        Action("assign", "Assign", ("team", "person")),
        Action("start", "Start work"),
        Action("resolve", "Resolve", ("code", "text"), ("code", "text")),
        Action("message", "Write", ("body", "public"), ("body",)),
    ]


def waiting_for(state: State) -> list[dict[str, Any]]:
    """What the incident waits for, until when, and who can move it on."""
    if state.status not in OPEN_STATUSES:
        return []
    who = state.assignee or state.team or "role:dispatcher"
    until = None if state.rung_due is None else stamp(state.rung_due)
    return [{"what": "Waits for somebody to work on it.", "until": until, "who": who}]


__all__ = ["RULES", "State", "allowed", "decide", "evolve", "next_alarm", "questions", "react", "sealed"]
