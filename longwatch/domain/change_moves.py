"""The change's statuses and the moves between them: the one table behind decisions, buttons and the drawing."""

from longwatch.domain import approval, tasks
from longwatch.domain.case_moves import Moves, Status, Targets, stay, to, work
from longwatch.domain.roles import MACHINES, Rights
from longwatch.domain.ticket import Action

STATUSES: tuple[Status, ...] = (
    Status("draft", "Draft", "blue", "Is being planned", "Submit it first."),
    Status("submitted", "Submitted", "azure", "Waits to be assessed", "Assess it first."),
    Status("assessment", "Assessment", "azure", "Its risk is weighed", "Ask for its authorisation first."),
    Status(
        "authorization", "Authorisation", "yellow", "Waits for those who must agree", "Wait for the vote, or recall."
    ),
    Status("scheduled", "Scheduled", "indigo", "Will be made in its window", "Start it in its window."),
    Status("implementation", "Implementation", "indigo", "Is being made", "Finish or back out its tasks first."),
    Status("backing_out", "Backing out", "orange", "Is being taken back", "Finish the back-out first."),
    Status("review", "Review", "green", "Was made; is being reviewed", "Review it."),
    Status("closed", "Closed", "secondary", "Closed", "Open a new change and link it to this one."),
    Status("rejected", "Rejected", "red", "Was not agreed to", "Rework it first."),
    Status("cancelled", "Cancelled", "secondary", "Withdrawn", "Open a new change and link it to this one."),
)

OUTCOMES = ("successful", "successful_with_issues", "backed_out", "failed", "unauthorised")
"""What the review may come to; `unauthorised` is the desk's own word for an emergency that nobody ratified."""

_FORM = ("title", "description", "begin", "end", "cis", "plan", "backout", "test", "communication", "tasks", "answers")

ACTIONS: tuple[Action, ...] = (
    Action("open", "Open", ("type", "model", *_FORM, "auto_start", "impact", "urgency"), ("title",)),
    Action("edit", "Edit", (*_FORM, "auto_start")),
    Action("submit", "Submit"),
    Action("implement_first", "Implement now, ratify later", ("reason",), ("reason",)),
    Action("assess", "Assess the risk", ("answers",)),
    Action("request_authorization", "Ask for authorisation"),
    *approval.ACTIONS,
    Action("start", "Start implementation"),
    Action("complete", "Implemented", ("text",)),
    Action("fail", "It failed", ("text",), ("text",)),
    *tasks.ACTIONS,
    Action("review", "Review", ("outcome", "text"), ("outcome",)),
    Action("rework", "Rework"),
    *work("message", "take", "assign", "prioritise", "escalate", "tag", "link"),
    *work("cancel"),
)
"""What people may ask for, in the order of the buttons."""

_PLANNING = ("draft", "submitted", "assessment")
_BEFORE = (*_PLANNING, "authorization", "scheduled")
_WORK = ("implementation", "backing_out")
_OPEN = (*_BEFORE, *_WORK, "review")
_OVER = ("closed", "rejected", "cancelled")

_BACK_TO_PLAN: Targets = {"authorization": ("assessment", "draft"), "scheduled": ("submitted", "draft")}

MOVES: Moves = {
    "open": {"": ("draft",)},
    "edit": stay(*_BEFORE),
    "submit": {"draft": ("submitted", "draft")},
    "implement_first": to("implementation", "draft", "authorization"),
    "assess": {"submitted": ("assessment",), **stay("assessment")},
    "request_authorization": stay("assessment"),
    "approval begins": to("authorization", "draft", "assessment"),
    "authorised": to("scheduled", "authorization"),
    "refused": to("rejected", "authorization"),
    "approval lapsed": {"authorization": ("assessment", "draft"), "scheduled": ("assessment",)},
    "edited after authorisation": {"scheduled": ("authorization", "draft")},
    "model covers it": to("scheduled", "draft"),
    "window missed": _BACK_TO_PLAN,
    "start": stay("scheduled"),
    "work begins": to("implementation", "scheduled"),
    "complete": to("review", "implementation"),
    "fail": to("review", "implementation"),
    "tasks done": to("review", "implementation", "backing_out"),
    "backing out": to("backing_out", "implementation"),
    "review": stay("review"),
    "nothing in the way": to("closed", "review"),
    "rework": to("draft", "rejected"),
    "cancel": to("cancelled", *_BEFORE, "rejected"),
    "message": stay(*_OPEN, *_OVER),
    "take": stay(*_OPEN),
    "assign": stay(*_OPEN),
    "assigned by rule": stay(*_OPEN),
    "prioritise": stay(*_OPEN),
    "escalate": stay(*_OPEN),
    "tag": stay(*_OPEN, *_OVER),
    "link": stay(*_OPEN, *_OVER),
}

ENDS = dict.fromkeys(("closed", "cancelled"), "nothing comes any more")
"""What ends a change for good, by its last status."""

_PLAN = ("open", "edit", "submit", "rework", "cancel", "message", "tag", "link", "take", "assign")
_MAKE = ("start", "complete", "fail")
_WEIGH = ("assess", "request_authorization", "review", "prioritise", "escalate")

RIGHTS = Rights(
    may={
        "admin": (*_PLAN, *_MAKE, *_WEIGH, "implement_first"),
        "agent": (*_PLAN, *_MAKE, "implement_first"),
        "lead": (*_PLAN, *_MAKE, "implement_first", "escalate"),
        "dispatcher": ("open", "assign", "message", "tag", "link"),
        "change-manager": (*_PLAN, *_MAKE, *_WEIGH, "implement_first"),
        "approver": ("message",),
        "problem-manager": ("open", "edit", "submit", "message", "tag", "link"),
        "cmdb-editor": ("message", "link"),
        "auditor": (),
        "requester": (),
    },
    own=("message",),
    machines={**MACHINES, "monitoring": ()},
)
