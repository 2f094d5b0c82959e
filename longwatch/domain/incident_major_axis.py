"""The major incident as an axis of its own beside the status: proposed, declared, mitigated, stood down, reviewed.

A major incident is one whose impact asks for a response of its own: an incident manager, somebody who speaks to those
affected, a technical lead, and updates at a stated cadence (ITIL 4, Incident management practice). One table stands
behind decisions, buttons and the drawing.
"""

from collections.abc import Mapping

from longwatch.domain.ticket import Action

NONE, PROPOSED, DECLARED, MITIGATED, STOOD_DOWN, REVIEWED = (
    "none",
    "proposed",
    "declared",
    "mitigated",
    "stood_down",
    "reviewed",
)

LABELS: Mapping[str, str] = {
    NONE: "no major incident",
    PROPOSED: "proposed as a major incident",
    DECLARED: "a major incident",
    MITIGATED: "a major incident, mitigated",
    STOOD_DOWN: "stood down",
    REVIEWED: "reviewed",
}

ACTIVE = (DECLARED, MITIGATED)
"""While a response of its own is under way: updates are owed, and nothing closes the incident."""

AXIS: Mapping[str, Mapping[str, str]] = {
    "propose_major": {NONE: PROPOSED},
    "declare_major": {NONE: DECLARED, PROPOSED: DECLARED},
    "decline_major": {PROPOSED: NONE},
    "mitigate": {DECLARED: MITIGATED},
    "stand_down": {MITIGATED: STOOD_DOWN, DECLARED: STOOD_DOWN},
    "review_major": {STOOD_DOWN: REVIEWED},
    "reopen": {DECLARED: DECLARED, MITIGATED: DECLARED, STOOD_DOWN: PROPOSED, REVIEWED: PROPOSED},
    "stakeholder_update": {DECLARED: DECLARED, MITIGATED: MITIGATED},
    "set_war_room": {DECLARED: DECLARED, MITIGATED: MITIGATED},
    "staff_major": {DECLARED: DECLARED, MITIGATED: MITIGATED},
}
"""Where each action leads from where. Whatever reopens the incident (a person, a reply, the alert) is a `reopen`."""

ROLES: Mapping[str, str] = {
    "manager": "incident manager",
    "communications": "communications lead",
    "technical_lead": "technical lead",
}

ACTORS: Mapping[str, tuple[str, ...]] = {
    "mitigate": ("manager", "technical_lead"),
    "stand_down": ("manager",),
    "review_major": ("manager",),
    "stakeholder_update": ("manager", "communications"),
    "set_war_room": ("manager", "communications", "technical_lead"),
    "staff_major": ("manager",),
}
"""Which roles of the response act. Leads and administrators may always; a problem manager may hold the review."""

_STAFF = ("manager", "communications", "technical_lead", "cadence")

ACTIONS: tuple[Action, ...] = (
    Action("propose_major", "Propose as major", ("reason",), ("reason",)),
    Action("declare_major", "Declare major incident", (*_STAFF, "war_room"), _STAFF[:3]),
    Action("decline_major", "Decline the proposal", ("reason",), ("reason",)),
    Action("stakeholder_update", "Update stakeholders", ("text",), ("text",)),
    Action("mitigate", "Mitigated", ("text",), ("text",)),
    Action("stand_down", "Stand down", ("text",), ("text",)),
    Action("review_major", "Record the review", ("text", "problem"), ("text",)),
    Action("staff_major", "Hand over a role", _STAFF),
    Action("set_war_room", "Set war room", ("war_room",)),
)


def mermaid() -> str:
    """The axis as a mermaid state diagram; actions that change nothing on it are left out."""
    edges: dict[tuple[str, str], list[str]] = {}
    for action, targets in AXIS.items():
        for source, goal in targets.items():
            if source != goal:
                edges.setdefault((source, goal), []).append(action.replace("_", " "))
    lines = [f"    {source} --> {goal}: {', '.join(actions)}" for (source, goal), actions in edges.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {NONE}", *lines])
