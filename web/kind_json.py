"""What a ticket's JSON holds besides, by its kind: the plan and course of a change, what a request asks for."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from longwatch.domain import approval, tasks
from longwatch.domain.change_state import TEXTS
from longwatch.domain.incident_major_time import update_due
from longwatch.domain.ticket import stamp
from longwatch.messages import CHANGE, INCIDENT

Said = Mapping[str, str | None]
Shown = dict[str, Any]


def kind_json(kind: str, state: Any, said: Said) -> Shown:
    """The fields that only tickets of this kind have, under the kind's own name; and its approval and tasks."""
    found: Shown = {}
    if isinstance(getattr(state, "approval", None), approval.Approval):
        found |= {"approval": approval.outcome(state.approval), "tasks": tasks.standing(state.tasks)}
    own = _KINDS.get(kind)
    return found if own is None else {**found, kind: own(state, said)}


def _change(state: Any, said: Said) -> Shown:
    return {
        "type": state.type,
        "begin": _stamp(state.begin),
        "end": _stamp(state.end),
        "cis": list(state.cis),
        **{name: _text(state.texts.get(name), said) for name in TEXTS},
        "model": state.model,
        "terms": state.terms,
        "answers": state.answers,
        "risk": state.risk,
        "authority": state.authority,
        "verdict": state.verdict,
        "judged_for": state.judged_for or None,
        "waits_to": state.wants or None,
        "auto_start": state.auto_start,
        "plan_of_tasks": state.steps,
        "ratified": state.ratified,
        "started_at": _stamp(state.started_at),
        "implemented_at": _stamp(state.implemented_at),
        "proposed_outcome": state.proposed,
        "outcome": state.outcome,
        "review": _text(state.review, said),
        "caused": state.caused,
    }


def _incident(state: Any, said: Said) -> Shown:
    """The major incident axis with who acts, and a workaround that a problem offers."""
    team = state.major_team
    staff = ("manager", "communications", "technical_lead")
    response = team and {
        **{role: getattr(team, role).removeprefix("user:") for role in staff},
        "cadence": team.cadence,
        "war_room": team.war_room,
        "declared_at": _stamp(team.declared_at),
        "update_due": _stamp(update_due(state)),
    }
    workaround = state.workaround and {"problem": state.workaround_of, "text": _text(state.workaround, said)}
    return {"major": state.major, "response": response, "workaround": workaround}


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None


def _text(ref: Mapping[str, Any] | None, said: Said) -> str | None:
    return said.get(ref["body"]) if ref else None


_KINDS: Mapping[str, Callable[[Any, Said], Shown]] = {INCIDENT: _incident, CHANGE: _change}
