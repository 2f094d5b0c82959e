"""What people ask of an incident alone, and what follows from it."""

from collections.abc import Callable
from typing import Any

from longwatch.domain import case_input as given
from longwatch.domain import case_people, incident_major, roles
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_opening import open_case
from longwatch.domain.case_state import Case
from longwatch.domain.incident_moves import RESOLUTION_CODES
from longwatch.domain.incident_state import State
from longwatch.domain.priority import SEVERITIES
from longwatch.domain.ticket import Actor, Refused


def open_(draft: Draft) -> None:
    """Log the incident, with the alert behind it if there is one; a storm of alerts is proposed as a major incident."""
    alert = draft.command.data.get("alert")
    open_case(draft, alert=_alert(alert))
    if isinstance(alert, dict) and alert.get("storm"):
        incident_major.propose_storm(draft)


def _alert(alert: Any) -> dict[str, Any] | None:
    if alert is None:
        return None
    if not isinstance(alert, dict) or not isinstance(alert.get("group"), str):
        raise Refused("alert must name its group.", "alert")
    severity = given.choice(alert, "severity", SEVERITIES)
    episode = given.optional_number(alert, "episode", 0, 10**9)
    return {"group": alert["group"], "episode": 1 if episode is None else episode, "severity": severity}


def resolve(draft: Draft) -> None:
    """Service is restored: how (a code) and in what words. Also straight from new: first contact resolution."""
    data = draft.command.data
    code = given.word(data, "code", RESOLUTION_CODES)
    text = given.ref(data, "text", "what was done")
    case_people.close_work(draft, "resolve", code=code, text=text, automatic=False)


def cancel_demand(state: Case, actor: Actor) -> str | None:
    """A requester withdraws what nobody has worked on yet; being routed to a team is not work."""
    reason = None if not isinstance(state, State) else incident_major.cancel_demand(state, actor)
    if reason is not None:
        return reason
    if roles.works(actor, "cancel") or (state.status in ("new", "assigned") and not state.touched):
        return None
    return "Somebody works on it already. Write a message saying that you no longer need it."


DOES: dict[str, Callable[[Draft], None]] = {**case_people.DOES, "open": open_, "resolve": resolve}
