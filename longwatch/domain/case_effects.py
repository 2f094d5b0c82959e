"""What must follow from any ticket's facts: messages to people. `case_links_effects` has the words to other tickets."""

from collections.abc import Callable, Iterable
from typing import Any

from longwatch.domain import case_engines
from longwatch.domain.case_process import Process
from longwatch.domain.case_state import Case
from longwatch.domain.ticket import Effect, Fact, Notify, Send

LEAD = "role:lead"
DISPATCHER = "role:dispatcher"


def react(process: Process, state: Case, fact: Fact) -> list[Effect]:
    """What must follow from the fact; `state` is the one after it."""
    governed = case_engines.react(state, fact, about(state))
    if governed is not None:
        return governed
    follow = process.follows.get(fact.type) or FOLLOWS.get(fact.type)
    return [] if follow is None else [effect for effect in follow(state, fact) if effect is not None]


def owner(state: Case) -> str:
    """Whoever has it now: the person, else the team, else the dispatchers."""
    return state.assignee or (f"team:{state.team}" if state.team else DISPATCHER)


def recipients(state: Case, names: Iterable[str]) -> tuple[str, ...]:
    """People, teams and roles; `assignee` and `requester` stand for whoever they are. Each once, in order."""
    stand_for = {"assignee": owner(state), "team": f"team:{state.team}" if state.team else DISPATCHER}
    meant = (state.requester if name == "requester" else stand_for.get(name, name) for name in names)
    return tuple(dict.fromkeys(name for name in meant if name))


def about(state: Case) -> dict[str, Any]:
    """What every message says of the ticket."""
    return {"number": state.number, "title": state.title, "priority": state.priority, "status": state.status}


def notify(state: Case, names: Iterable[str], template: str, **data: Any) -> Notify | None:
    """A message to these; none when there is nobody to tell."""
    to = recipients(state, names)
    return Notify(to, template, {**about(state), **data}) if to else None


def tell(state: Case, types: Iterable[str], event: str, **data: Any) -> list[Effect | None]:
    """Word to every ticket that is linked in one of these ways."""
    wanted = tuple(types)
    return [
        Send(link.ticket, "told", {"event": event, "ticket": state.number, **data})
        for link in state.links
        if link.type in wanted
    ]


Follow = Callable[[Any, Fact], list[Effect | None]]


def _assigned(state: Case, fact: Fact) -> list[Effect | None]:
    if fact.actor == state.assignee:
        return []
    data = fact.data
    return [notify(state, ("assignee",), "assigned", automatic=data["automatic"], reasons=data["reasons"])]


def _rung(state: Case, fact: Fact) -> list[Effect | None]:
    data = fact.data
    about = {name: data[name] for name in ("rung", "clock", "n", "due")}
    return [
        notify(state, to, "page" if act == "page" else "rung", **about)
        for step in data["do"]
        for act, to in step.items()
        if act in ("notify", "page")
    ]


def _breached(state: Case, fact: Fact) -> list[Effect | None]:
    return [notify(state, (LEAD, "assignee"), "breach", clock=fact.data["clock"], due=fact.data["due"])]


def _escalated(state: Case, fact: Fact) -> list[Effect | None]:
    return [notify(state, (LEAD,), "escalated", level=fact.data["level"], reason=fact.data["reason"])]


def _resumed(state: Case, fact: Fact) -> list[Effect | None]:
    if fact.actor == state.assignee:
        return []
    return [notify(state, ("assignee",), "hold_lifted", reason=fact.data["reason"], why=fact.data["why"])]


def _resolved(state: Case, fact: Fact) -> list[Effect | None]:
    return [notify(state, ("requester",), "resolved", code=fact.data["code"], text=fact.data["text"])]


def _reopened(state: Case, fact: Fact) -> list[Effect | None]:
    return [notify(state, ("assignee",), "reopened", reason=fact.data["reason"], why=fact.data["why"])]


def _message(state: Case, fact: Fact) -> list[Effect | None]:
    """A public reply goes to the other side."""
    data = fact.data
    if not data["public"]:
        return []
    to = "assignee" if data["by"] == "requester" else "requester"
    return [notify(state, (to,), "message" if to == "assignee" else "reply", body=data["body"], by=data["by"])]


def cancelled(state: Case, fact: Fact) -> list[Effect | None]:
    """The requester is told unless they withdrew it themselves."""
    if fact.actor == state.requester:
        return []
    return [notify(state, ("requester",), "cancelled", reason=fact.data["reason"])]


FOLLOWS: dict[str, Follow] = {
    "Assigned": _assigned,
    "RungRun": _rung,
    "ClockBreached": _breached,
    "Escalated": _escalated,
    "Resumed": _resumed,
    "Resolved": _resolved,
    "Reopened": _reopened,
    "MessageAdded": _message,
    "Cancelled": cancelled,
}
