"""What must follow from an incident's facts besides: word to the alert group behind it and to what caused it."""

from typing import Any

from longwatch.domain import case_effects
from longwatch.domain import incident_major_effects as major
from longwatch.domain.case_effects import Follow
from longwatch.domain.case_links_state import Link
from longwatch.domain.incident_alert import FIRES
from longwatch.domain.incident_state import State
from longwatch.domain.ticket import Effect, Fact, Send


def _touched(state: State, _: Fact) -> list[Effect | None]:
    return _tell_alert(state, "touched", {"number": state.number})


def _cancelled(state: State, fact: Fact) -> list[Effect | None]:
    ended = {"number": state.number, "status": state.status}
    told = [*case_effects.cancelled(state, fact), *_tell_causes(state)]
    return [*told, *_tell_alert(state, "incident_ended", ended)]


def _sealed(state: State, _: Fact) -> list[Effect | None]:
    """A cancelled incident's end was told when it was cancelled."""
    if state.status == "cancelled":
        return []
    return _tell_alert(state, "incident_ended", {"number": state.number, "status": state.status})


def _tell_alert(state: State, action: str, data: dict[str, Any]) -> list[Effect | None]:
    return [Send(state.alert.group, action, data)] if state.alert else []


CAUSES = ("caused_by",)
"""The links over which a problem or change learns whether the incident it caused is open."""


def greets(state: State, link: Link) -> list[Effect | None]:
    """What caused the incident learns of it when it is linked."""
    return [_open_word(state, link)]


def _open_word(state: State, link: Link) -> Effect | None:
    if link.type not in CAUSES or not state.number:
        return None
    is_open = state.resolved_at is None and state.cancelled_at is None
    said = {"event": "incident", "ticket": state.number, "open": is_open, "status": state.status}
    return Send(link.ticket, "told", said)


def _tell_causes(state: State) -> list[Effect | None]:
    return [_open_word(state, link) for link in state.links]


def _unlinked(state: State, fact: Fact) -> list[Effect | None]:
    """What did not cause it after all need not wait for it."""
    data = fact.data
    if data["type"] not in CAUSES or any(
        (one.type, one.ticket) == (data["type"], data["ticket"]) for one in state.links
    ):
        return []
    said = {"event": "incident", "ticket": state.number, "open": False, "status": state.status}
    return [Send(data["ticket"], "told", said)]


def _resolved(state: State, fact: Fact) -> list[Effect | None]:
    told = _tell_alert(state, "incident_resolved", {"number": state.number})
    return [*case_effects.FOLLOWS["Resolved"](state, fact), *_tell_causes(state), *told]


def _reopened(state: State, fact: Fact) -> list[Effect | None]:
    told = _tell_alert(state, "incident_reopened", {"number": state.number})
    return [*case_effects.FOLLOWS["Reopened"](state, fact), *_tell_causes(state), *major.reopened(state, fact), *told]


def _alert_changed(state: State, fact: Fact) -> list[Effect | None]:
    """An incident that goes on elsewhere passes on that it is not over."""
    into = state.merging.into
    if not state.merging.merged or into is None or fact.data["event"] not in FIRES:
        return []
    return [Send(into, "told", {"event": "fires_again", "ticket": state.number})]


def _workaround(state: State, fact: Fact) -> list[Effect | None]:
    data = fact.data
    return [case_effects.notify(state, ("assignee",), "workaround", problem=data["ticket"], text=data["text"])]


def _ended(state: State, _: Fact) -> list[Effect | None]:
    return _tell_causes(state)


FOLLOWS: dict[str, Follow] = {
    "Touched": _touched,
    "Resolved": _resolved,
    "Reopened": _reopened,
    "Closed": _ended,
    "Merged": _ended,
    "Cancelled": _cancelled,
    "Sealed": _sealed,
    "Unlinked": _unlinked,
    "AlertChanged": _alert_changed,
    "WorkaroundOffered": _workaround,
    **major.FOLLOWS,
}
