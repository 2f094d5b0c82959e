"""What must follow from an incident's facts: messages to people, and word to the alert group behind it."""

from collections.abc import Callable, Iterable
from typing import Any

from longwatch.domain.incident_state import State
from longwatch.domain.ticket import Effect, Fact, Notify, Send

LEAD = "role:lead"
DISPATCHER = "role:dispatcher"


def react(state: State, fact: Fact) -> list[Effect]:
    """What must follow from the fact; `state` is the one after it."""
    follow = _FOLLOWS.get(fact.type)
    return [] if follow is None else [effect for effect in follow(state, fact) if effect is not None]


def owner(state: State) -> str:
    """Whoever has it now: the person, else the team, else the dispatchers."""
    return state.assignee or (f"team:{state.team}" if state.team else DISPATCHER)


def recipients(state: State, names: Iterable[str]) -> tuple[str, ...]:
    """People, teams and roles; `assignee` and `requester` stand for whoever they are. Each once, in order."""
    stand_for = {"assignee": owner(state), "team": f"team:{state.team}" if state.team else DISPATCHER}
    meant = (state.requester if name == "requester" else stand_for.get(name, name) for name in names)
    return tuple(dict.fromkeys(name for name in meant if name))


def _notify(state: State, names: Iterable[str], template: str, **data: Any) -> Notify | None:
    to = recipients(state, names)
    about = {"number": state.number, "title": state.title, "priority": state.priority, "status": state.status}
    return Notify(to, template, {**about, **data}) if to else None


Follow = Callable[[State, Fact], list[Effect | None]]


def _assigned(state: State, fact: Fact) -> list[Effect | None]:
    if fact.actor == state.assignee:
        return []
    data = fact.data
    return [_notify(state, ("assignee",), "assigned", automatic=data["automatic"], reasons=data["reasons"])]


def _rung(state: State, fact: Fact) -> list[Effect | None]:
    data = fact.data
    about = {name: data[name] for name in ("rung", "clock", "n", "due")}
    return [
        _notify(state, to, "page" if act == "page" else "rung", **about)
        for step in data["do"]
        for act, to in step.items()
        if act in ("notify", "page")
    ]


def _breached(state: State, fact: Fact) -> list[Effect | None]:
    return [_notify(state, (LEAD, "assignee"), "breach", clock=fact.data["clock"], due=fact.data["due"])]


def _escalated(state: State, fact: Fact) -> list[Effect | None]:
    return [_notify(state, (LEAD,), "escalated", level=fact.data["level"], reason=fact.data["reason"])]


def _resumed(state: State, fact: Fact) -> list[Effect | None]:
    if fact.actor == state.assignee:
        return []
    return [_notify(state, ("assignee",), "hold_lifted", reason=fact.data["reason"], why=fact.data["why"])]


def _resolved(state: State, fact: Fact) -> list[Effect | None]:
    return [_notify(state, ("requester",), "resolved", code=fact.data["code"], text=fact.data["text"])]


def _reopened(state: State, fact: Fact) -> list[Effect | None]:
    return [_notify(state, ("assignee",), "reopened", reason=fact.data["reason"], why=fact.data["why"])]


def _message(state: State, fact: Fact) -> list[Effect | None]:
    """A public reply goes to the other side."""
    data = fact.data
    if not data["public"]:
        return []
    to = "assignee" if data["by"] == "requester" else "requester"
    return [_notify(state, (to,), "message" if to == "assignee" else "reply", body=data["body"], by=data["by"])]


def _touched(state: State, _: Fact) -> list[Effect | None]:
    return _tell_alert(state, "touched", {"number": state.number})


def _cancelled(state: State, fact: Fact) -> list[Effect | None]:
    told = None
    if fact.actor != state.requester:
        told = _notify(state, ("requester",), "cancelled", reason=fact.data["reason"])
    return [told, *_tell_alert(state, "incident_ended", {"number": state.number, "status": state.status})]


def _sealed(state: State, _: Fact) -> list[Effect | None]:
    """A cancelled incident's end was told when it was cancelled."""
    if state.status == "cancelled":
        return []
    return _tell_alert(state, "incident_ended", {"number": state.number, "status": state.status})


def _tell_alert(state: State, action: str, data: dict[str, Any]) -> list[Effect | None]:
    return [Send(state.alert.group, action, data)] if state.alert else []


_FOLLOWS: dict[str, Follow] = {
    "Assigned": _assigned,
    "RungRun": _rung,
    "ClockBreached": _breached,
    "Escalated": _escalated,
    "Resumed": _resumed,
    "Resolved": _resolved,
    "Reopened": _reopened,
    "MessageAdded": _message,
    "Touched": _touched,
    "Cancelled": _cancelled,
    "Sealed": _sealed,
}
