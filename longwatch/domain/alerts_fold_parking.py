"""The fold of what parks an alert group, of what it asks, and of remarks. No rule is decided here."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from longwatch.domain.alerts_moved import moved, told, waiting
from longwatch.domain.alerts_state import PLANNED, TRUSTED, State
from longwatch.domain.ticket import Fact, instant


def _asked(kind: str) -> Callable[[State, Fact], State]:
    def fold(state: State, fact: Fact) -> State:
        since, until = instant(fact.data["since"]), instant(fact.data["until"])
        more = state.inquiries + 1
        return replace(state, asking=kind, asked_for=since, until=until, inquiries=more)

    return fold


def _nothing(state: State, _fact: Fact) -> State:
    return state


def _parked(state: State, fact: Fact) -> State:
    """Parked once more, it remembers how it stood before the first time."""
    data = fact.data
    before, stirred = (state.before, state.stirred) if state.link == "parked" else (state.link, False)
    parked = moved(replace(state, flapper=None), fact, "parked")
    return replace(parked, parked_by=data["by"], parked_text=data["text"], before=before, stirred=stirred)


def _parking_ended(state: State, fact: Fact) -> State:
    link = fact.data["link"]
    transient = link == "idle" and (state.stirred or state.before == "pending")
    ended = replace(moved(state, fact, link), transients=state.transients + transient)
    if link == "idle":
        ended = replace(ended, lead=None, planned=())
    return told(ended, fact) if link == "firing" and "event" in fact.data else ended


def _clear_held(state: State, fact: Fact) -> State:
    return replace(state, held=tuple(fact.data["missing"]))


def _flapping_started(state: State, fact: Fact) -> State:
    flapping = told(moved(state, fact, "flapping"), fact)
    return replace(flapping, flaps=state.flaps + 1, flapper=fact.data.get("alert"))


def _flapping_ended(state: State, fact: Fact) -> State:
    ended = replace(moved(state, fact, fact.data["link"]), recent=(), cycles=(), flapper=None)
    return told(ended, fact) if "event" in fact.data else ended


def _remark_heard(state: State, fact: Fact) -> State:
    about = fact.data["about"]
    counted = {**state.remarks, about: state.remarks.get(about, 0) + 1}
    return waiting(replace(state, remarks=counted), fact)


def _planned_by_tool(state: State, fact: Fact) -> State:
    return replace(state, planned=tuple(fact.data["alerts"]))


FOLDS: Mapping[str, Callable[[State, Fact], State]] = {
    "PlannedAsked": _asked(PLANNED),
    "PlannedUnknown": _nothing,
    "Parked": _parked,
    "Woken": _nothing,
    "ParkingEnded": _parking_ended,
    "TrustAsked": _asked(TRUSTED),
    "ClearHeld": _clear_held,
    "FlappingStarted": _flapping_started,
    "FlappingEnded": _flapping_ended,
    "RemarkHeard": _remark_heard,
    "PlannedByTool": _planned_by_tool,
}
