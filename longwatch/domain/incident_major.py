"""What is asked of a major incident, and what follows from it."""

from collections.abc import Callable
from typing import Any

from longwatch.domain import case_input as given
from longwatch.domain import roles
from longwatch.domain.case_answers import judge_priority
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_people import staff_update
from longwatch.domain.incident_major_axis import ACTIVE, ACTORS, AXIS, DECLARED, LABELS, ROLES
from longwatch.domain.incident_state import State
from longwatch.domain.ticket import Actor, Refused

SHORTEST, USUAL, LONGEST = 300, 1800, 24 * 3600
"""The cadence of updates in seconds: every five minutes at most, half an hour unless said otherwise, daily at least."""


def propose(draft: Draft) -> None:
    """Somebody of the desk thinks that this needs a response of its own; a lead decides."""
    reason = given.ref(draft.command.data, "reason", "why this is a major incident")
    draft.record("MajorProposed", reason=reason, automatic=False)


def propose_by_rule(draft: Draft, rung: str) -> None:
    """A rung of the ladder proposes it, where nobody has yet."""
    state = _incident(draft)
    if state.major in AXIS["propose_major"] and draft.possible("propose_major"):
        draft.record_of_time("MajorProposed", reason=None, automatic=True, rung=rung)


def propose_storm(draft: Draft) -> None:
    """A storm of alerts is behind it: whether it is one trouble or many, a lead should see it at once."""
    draft.record_of_time("MajorProposed", reason=None, automatic=True, storm=True)


def declare(draft: Draft) -> None:
    """A lead declares it and names who acts. Its impact and urgency are high from now on, by a person's judgement."""
    data = draft.command.data
    staff = {role: given.name(data, role, f"who is the {words}") for role, words in ROLES.items()}
    cadence = given.optional_number(data, "cadence", SHORTEST, LONGEST) or USUAL
    draft.record("MajorDeclared", **staff, cadence=cadence, war_room=_address(data))
    if draft.possible("prioritise"):
        judge_priority(draft, "person", 1, 1)


def _address(data: given.Data) -> str | None:
    """Where the response meets. Raises Refused unless it is a web address."""
    address = given.optional_name(data, "war_room")
    if address is not None and not address.startswith(("https://", "http://")):
        raise Refused("war_room must be a web address such as https://meet.example.com/bridge.", "war_room")
    return address


def decline(draft: Draft) -> None:
    """It goes on as any other incident."""
    draft.record("MajorDeclined", reason=given.ref(draft.command.data, "reason", "why it is none"))


def staff(draft: Draft) -> None:
    """A role changes hands, or the cadence changes. What is not said stays."""
    data, held = draft.command.data, _incident(draft).major_team
    assert held is not None
    named = {role: given.optional_name(data, role) or getattr(held, role) for role in ROLES}
    cadence = given.optional_number(data, "cadence", SHORTEST, LONGEST) or held.cadence
    if (*named.values(), cadence) == (held.manager, held.communications, held.technical_lead, held.cadence):
        raise Refused("It is so already. Name another person or cadence.", "manager")
    draft.record("MajorStaffed", **named, cadence=cadence)


def set_war_room(draft: Draft) -> None:
    """Where the response meets; none: nowhere any more."""
    address = _address(draft.command.data)
    held = _incident(draft).major_team
    if held is not None and held.war_room == address:
        raise Refused("They meet there already.", "war_room")
    draft.record("WarRoomSet", war_room=address)


def update(draft: Draft) -> None:
    """A public message to all affected: also whoever reported a child incident reads it. The next is due anew."""
    text = given.ref(draft.command.data, "text", "what the stakeholders should know")
    staff_update(draft, text)
    draft.record("StakeholdersUpdated", body=text)


def mitigate(draft: Draft) -> None:
    """The harm is contained, though the cause may be there still."""
    draft.record("Mitigated", text=given.ref(draft.command.data, "text", "what contains the harm"))


def stand_down(draft: Draft) -> None:
    """The response of its own is over; the incident may close."""
    draft.record("StoodDown", text=given.ref(draft.command.data, "text", "how it stands"))


def review(draft: Draft) -> None:
    """What was learnt, and whether a problem record is to find the cause."""
    data = draft.command.data
    text = given.ref(data, "text", "what was learnt")
    draft.record("MajorReviewed", text=text, problem=given.flag(data, "problem"))


def demand(action: str) -> Callable[[Any, Actor], str | None]:
    """Why the action does not fit where the axis stands, or is not this person's."""

    def why_not(state: State, actor: Actor) -> str | None:
        sources = AXIS[action]
        if state.major not in sources:
            fits = " or ".join(LABELS[source] for source in sources)
            return f"It is {LABELS[state.major]}; to {action.replace('_', ' ')} it must be {fits}."
        if action == "stand_down" and state.major == DECLARED and state.status != "resolved":
            return "The harm goes on. Say that it is mitigated, or resolve it first."
        return _not_theirs(state, actor, action)

    return why_not


def _not_theirs(state: State, actor: Actor, action: str) -> str | None:
    able = ACTORS.get(action)
    if able is None or not roles.is_person(actor) or any(role in ("lead", "admin") for role in actor.roles):
        return None
    if action == "review_major" and "problem-manager" in actor.roles:
        return None
    team = state.major_team
    if team is not None and any(getattr(team, role) == actor.id for role in able):
        return None
    return f"That is for its {' or '.join(ROLES[role] for role in able)}, or a lead."


def confirm_demand(state: State, _: Actor) -> str | None:
    """A major incident closes when its response is over."""
    return "Its major incident response goes on. Stand it down first." if state.major in ACTIVE else None


def cancel_demand(state: State, _: Actor) -> str | None:
    """What was declared major was real."""
    return "It was declared a major incident. Resolve it and stand it down." if state.major in ACTIVE else None


def merge_demand(state: State, _: Actor) -> str | None:
    """Others go on in a major incident, never the other way round."""
    return "It is a major incident. Merge the other one into it." if state.major in ACTIVE else None


def _incident(draft: Draft) -> State:
    assert isinstance(draft.state, State)
    return draft.state


DOES: dict[str, Callable[[Draft], None]] = {
    "propose_major": propose,
    "declare_major": declare,
    "decline_major": decline,
    "stakeholder_update": update,
    "mitigate": mitigate,
    "stand_down": stand_down,
    "review_major": review,
    "staff_major": staff,
    "set_war_room": set_war_room,
}

DEMANDS: dict[str, Callable[[Any, Actor], str | None]] = {
    **{action: demand(action) for action in DOES},
    "confirm": confirm_demand,
    "merge": merge_demand,
}
