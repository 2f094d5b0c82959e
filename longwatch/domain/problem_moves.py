"""The problem's statuses and the moves between them, and who may do what."""

from longwatch.domain import approval, roles
from longwatch.domain.case_moves import Moves, Status, Targets, stay, to, work
from longwatch.domain.problem_state import FIXED_BY_CHANGE
from longwatch.domain.roles import Rights
from longwatch.domain.ticket import Action

STATUSES: tuple[Status, ...] = (
    Status("logged", "Logged", "blue", "We know of it", "Assess it first."),
    Status("assessed", "Assessed", "azure", "We will look into it", "Investigate it first."),
    Status("under_investigation", "Under investigation", "indigo", "We look for the cause", "Find its cause first."),
    Status("known_error", "Known error", "orange", "We know the cause", "Raise a change, or resolve it."),
    Status(
        "fix_in_progress", "Fix in progress", "purple", "It is being fixed", "Wait for its change, or go on looking."
    ),
    Status("resolved", "Resolved", "green", "Solved; we watch it", "Reopen it first."),
    Status("closed", "Closed", "secondary", "Closed", "Reopen it first."),
    Status("cancelled", "Cancelled", "secondary", "Withdrawn", "Log a new problem and link it to this one."),
)

RESOLUTION_CODES = ("fixed", "gone", "supplier_fixed", FIXED_BY_CHANGE)
"""The resolution codes offered; a desk may use words of its own. Exits have actions of their own."""

ACTIONS: tuple[Action, ...] = (
    Action("open", "Log", ("title", "description", "impact", "urgency", "category", "ci"), ("title",)),
    *work("take"),
    Action("assess", "Assess", ("impact", "urgency", "category"), ("impact", "urgency")),
    Action("investigate", "Investigate"),
    *work("message"),
    *approval.ACTIONS,
    Action("record_cause", "Record the cause", ("text", "why", "contributing"), ("text",)),
    Action("publish_workaround", "Publish a workaround", ("text",), ("text",)),
    Action("known_error", "Record a known error", ("symptom", "cause", "workaround", "cis"), ("symptom",)),
    Action("raise_change", "Raise a change", ("title", "description", "ticket")),
    Action("resolve", "Resolve", ("code", "text"), ("code", "text")),
    Action("review", "Record the review", ("text",), ("text",)),
    Action("request_risk_acceptance", "Ask to accept the risk", ("reason", "review_at"), ("reason", "review_at")),
    Action("duplicate", "Is a duplicate", ("of",), ("of",)),
    Action("not_reproducible", "Cannot be reproduced", ("text",), ("text",)),
    *work("confirm", "reopen", "hold", "resume", "assign", "prioritise", "escalate", "relate_ci", "tag", "link"),
    *work("unlink", "cancel"),
)
"""What people may ask for, in the order of the buttons."""

OPEN = ("logged", "assessed", "under_investigation", "known_error", "fix_in_progress")
_DONE = ("resolved", "closed")
ANY = (*OPEN, *_DONE, "cancelled")
ACCEPTABLE = ("assessed", "under_investigation", "known_error")
"""Where the risk of leaving it may be accepted."""

_STILL = stay(*OPEN)
_AGAIN: Targets = dict.fromkeys(_DONE, ("under_investigation",))

MOVES: Moves = {
    "open": {"": ("logged",)},
    "take": _STILL,
    "assign": _STILL,
    "assess": {"logged": ("assessed",), **stay("assessed", "under_investigation", "known_error")},
    "investigate": to("under_investigation", "logged", "assessed", "known_error", "fix_in_progress"),
    "record_cause": stay("assessed", "under_investigation", "known_error", "fix_in_progress"),
    "publish_workaround": _STILL,
    "known_error": to("known_error", "assessed", "under_investigation", "known_error"),
    "raise_change": to("fix_in_progress", "under_investigation", "known_error"),
    "resolve": to("resolved", *OPEN),
    "review": stay(*OPEN, *_DONE),
    "request_risk_acceptance": stay(*ACCEPTABLE),
    "duplicate": to("closed", *OPEN),
    "not_reproducible": to("closed", *OPEN),
    "confirm": to("closed", "resolved"),
    "reopen": _AGAIN,
    "cancel": to("cancelled", *OPEN),
    "hold": _STILL,
    "resume": _STILL,
    "message": stay(*ANY),
    "prioritise": _STILL,
    "escalate": _STILL,
    "relate_ci": _STILL,
    "tag": stay(*ANY),
    "link": stay(*ANY),
    "unlink": stay(*ANY),
    "change succeeded": to("resolved", "under_investigation", "known_error", "fix_in_progress"),
    "change failed": {"fix_in_progress": ("known_error", "under_investigation")},
    "risk accepted": to("closed", *ACCEPTABLE),
    "review date reached": {"closed": ("known_error", "under_investigation")},
    "recurrence": _AGAIN,
    "reply lifts the hold": _STILL,
    "date reached": _STILL,
    "record done": _STILL,
    "no objection": to("closed", "resolved"),
    "parent resolved": to("resolved", *OPEN),
    "original resolved": to("resolved", *OPEN),
}

ENDS = dict.fromkeys(("closed", "cancelled"), "reopen window ends")
"""What ends a problem for good, by its last status."""

_RECORD = ("message", "tag", "link", "unlink", "relate_ci")
_WORK = (
    *("open", "take", "assign", "hold", "resume", "assess", "investigate", "record_cause", "publish_workaround"),
    *("known_error", "raise_change", "resolve", "escalate", *_RECORD),
)
_ANSWER_FOR = ("prioritise", "review", "request_risk_acceptance", "duplicate", "not_reproducible", "confirm", "reopen")
_ALL = (*_WORK, *_ANSWER_FOR, "cancel")

RIGHTS = Rights(
    {
        "admin": _ALL,
        "problem-manager": _ALL,
        "lead": _ALL,
        "agent": _WORK,
        "dispatcher": ("open", "assign", "prioritise", "escalate", *_RECORD),
        "change-manager": ("open", *_RECORD),
        "cmdb-editor": ("open", *_RECORD),
        "approver": (),
        "auditor": (),
        "requester": (),
    },
    own=("message",),
    machines={"system": roles.MACHINES["system"]},
)
"""Problems are the desk's own: people log incidents. Whose voice a risk needs, its approval judges."""
