"""The incident's statuses and the moves between them: the one table behind decisions, buttons and the drawing."""

from longwatch.domain import incident_major_axis as major
from longwatch.domain.case_moves import Moves, Status, Targets, stay, to, work
from longwatch.domain.ticket import Action

STATUSES: tuple[Status, ...] = (
    Status("new", "New", "blue", "We have received it", "Take it or start work first."),
    Status("assigned", "Assigned", "azure", "Somebody will look at it", "Start work first."),
    Status("in_progress", "In progress", "indigo", "We are working on it", "It is being worked on already."),
    Status("on_hold", "On hold", "yellow", "Waiting", "Resume it first."),
    Status("resolved", "Resolved", "green", "Done, please confirm", "Reopen it first."),
    Status("closed", "Closed", "secondary", "Closed", "Reopen it first."),
    Status("cancelled", "Cancelled", "secondary", "Withdrawn", "Open a new incident and link it to this one."),
)

RESOLUTION_CODES = ("fixed", "workaround", "duplicate", "not_reproducible", "no_fault_found", "user_error", "cleared")
"""The resolution codes offered; a desk may use words of its own."""

ACTIONS: tuple[Action, ...] = (
    Action("open", "Open", ("title", "description", "expected_result", "impact", "urgency", "ci"), ("title",)),
    *work("take", "start", "message"),
    Action("resolve", "Resolve", ("code", "text"), ("code", "text")),
    *work("confirm", "reopen", "hold", "resume", "assign", "prioritise", "escalate", "relate_ci", "tag", "link"),
    *work("unlink", "merge", "split", "cancel"),
    *major.ACTIONS,
)
"""What people may ask for, in the order of the buttons."""

WORKABLE = ("new", "assigned", "in_progress", "on_hold")
_DONE = ("resolved", "closed")
ANY = (*WORKABLE, *_DONE, "cancelled")

_OWNED: Targets = {"new": ("assigned",), **stay("assigned", "in_progress", "on_hold")}
_BACK: Targets = {"on_hold": ("in_progress", "assigned", "new")}
_AGAIN: Targets = dict.fromkeys(_DONE, ("assigned", "new"))

MOVES: Moves = {
    "open": {"": ("new",)},
    "take": _OWNED,
    "assign": _OWNED,
    "start": to("in_progress", "new", "assigned"),
    "hold": to("on_hold", *WORKABLE),
    "resume": _BACK,
    "resolve": to("resolved", *WORKABLE),
    "confirm": to("closed", "resolved"),
    "reopen": _AGAIN,
    "cancel": to("cancelled", *WORKABLE),
    "message": stay(*ANY),
    "prioritise": stay(*WORKABLE),
    "escalate": stay(*WORKABLE),
    "relate_ci": stay(*WORKABLE),
    "tag": stay(*ANY),
    "link": stay(*ANY),
    "unlink": stay(*ANY),
    "merge": stay(*WORKABLE, "resolved"),
    "split": stay(*ANY),
    "propose_major": stay(*WORKABLE),
    "declare_major": stay(*WORKABLE),
    "decline_major": stay(*WORKABLE, *_DONE),
    "stakeholder_update": stay(*WORKABLE, "resolved"),
    "mitigate": stay(*WORKABLE),
    "stand_down": stay(*WORKABLE, "resolved"),
    "review_major": stay(*WORKABLE, *_DONE),
    "staff_major": stay(*WORKABLE, "resolved"),
    "set_war_room": stay(*WORKABLE, "resolved"),
    "alert": stay(*ANY),
    "reply lifts the hold": _BACK,
    "date reached": _BACK,
    "record done": _BACK,
    "assigned by rule": to("assigned", "new"),
    "alert cleared": to("resolved", *WORKABLE),
    "alert fires again": _AGAIN,
    "reply reopens": _AGAIN,
    "no objection": to("closed", "resolved"),
    "parent resolved": to("resolved", *WORKABLE),
    "original resolved": to("resolved", *WORKABLE),
    "merged": to("closed", *WORKABLE, "resolved"),
    "merged here": stay(*WORKABLE, "resolved"),
}

ENDS = dict.fromkeys(("closed", "cancelled"), "reopen window ends")
"""What ends an incident for good, by its last status."""
