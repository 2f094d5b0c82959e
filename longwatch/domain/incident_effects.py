"""What must follow from an incident's facts besides: word to the alert group behind it."""

from typing import Any

from longwatch.domain import case_effects
from longwatch.domain.case_effects import Follow
from longwatch.domain.incident_state import State
from longwatch.domain.ticket import Effect, Fact, Send


def _touched(state: State, _: Fact) -> list[Effect | None]:
    return _tell_alert(state, "touched", {"number": state.number})


def _cancelled(state: State, fact: Fact) -> list[Effect | None]:
    ended = {"number": state.number, "status": state.status}
    return [*case_effects.cancelled(state, fact), *_tell_alert(state, "incident_ended", ended)]


def _sealed(state: State, _: Fact) -> list[Effect | None]:
    """A cancelled incident's end was told when it was cancelled."""
    if state.status == "cancelled":
        return []
    return _tell_alert(state, "incident_ended", {"number": state.number, "status": state.status})


def _tell_alert(state: State, action: str, data: dict[str, Any]) -> list[Effect | None]:
    return [Send(state.alert.group, action, data)] if state.alert else []


FOLLOWS: dict[str, Follow] = {"Touched": _touched, "Cancelled": _cancelled, "Sealed": _sealed}
