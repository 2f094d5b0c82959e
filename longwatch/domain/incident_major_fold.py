"""What the facts of a major incident make of the incident."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from longwatch.domain import case_fold
from longwatch.domain import case_fold_clocks as timed
from longwatch.domain.incident_major_axis import ACTIVE, AXIS, DECLARED, MITIGATED, NONE, PROPOSED, REVIEWED, STOOD_DOWN
from longwatch.domain.incident_state import MajorTeam, State
from longwatch.domain.ticket import Fact


def _to(axis: str) -> Callable[[State, Fact], State]:
    def moved(state: State, _: Fact) -> State:
        return replace(state, major=axis)

    return moved


def _declared(state: State, fact: Fact) -> State:
    data = fact.data
    staff = (data["manager"], data["communications"], data["technical_lead"])
    team = MajorTeam(*staff, data["cadence"], data["war_room"], fact.at, fact.at)
    return replace(state, major=DECLARED, major_team=team)


def _staffed(state: State, fact: Fact) -> State:
    return _team(state, **fact.data)


def _team(state: State, **changes: Any) -> State:
    assert state.major_team is not None
    return replace(state, major_team=replace(state.major_team, **changes))


def _war_room(state: State, fact: Fact) -> State:
    return _team(state, war_room=fact.data["war_room"])


def _spoke(state: State, fact: Fact) -> State:
    return _team(state, spoke_at=fact.at, reminded=0)


def _reminded(state: State, fact: Fact) -> State:
    return _team(state, reminded=fact.data["n"] + 1)


def _stood_down(state: State, fact: Fact) -> State:
    """The time to closing begins now, where it waited for this."""
    down = _team(replace(state, major=STOOD_DOWN), stood_down_at=fact.at, reminded=0)
    return timed.closing_anew(down, fact.at) if down.closing is not None else down


def _reopened(state: State, fact: Fact) -> State:
    """What was thought contained is not; what was stood down is proposed again, for a lead to judge."""
    again: State = case_fold.CHANGES["Reopened"](state, fact)
    axis = AXIS["reopen"].get(state.major, state.major)
    again = replace(again, major=axis)
    return _spoke(again, fact) if axis in ACTIVE else again


def _cancelled(state: State, fact: Fact) -> State:
    gone: State = case_fold.CHANGES["Cancelled"](state, fact)
    return replace(gone, major=NONE) if state.major == PROPOSED else gone


CHANGES: dict[str, Callable[[Any, Fact], Any]] = {
    "MajorProposed": _to(PROPOSED),
    "MajorDeclined": _to(NONE),
    "MajorDeclared": _declared,
    "MajorStaffed": _staffed,
    "WarRoomSet": _war_room,
    "StakeholdersUpdated": _spoke,
    "UpdateReminded": _reminded,
    "ReviewReminded": _reminded,
    "Mitigated": _to(MITIGATED),
    "StoodDown": _stood_down,
    "MajorReviewed": _to(REVIEWED),
    "Reopened": _reopened,
    "Cancelled": _cancelled,
}
