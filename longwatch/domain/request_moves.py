"""The service request's statuses and the moves between them, and who may do what."""

from longwatch.domain import approval, roles, tasks
from longwatch.domain.case_moves import Moves, Status, Targets, stay, to, work
from longwatch.domain.roles import Rights
from longwatch.domain.ticket import Action

_ANEW = "Open a new request and link it to this one."

STATUSES: tuple[Status, ...] = (
    Status("new", "New", "blue", "We have received it", "Start work first."),
    Status("awaiting_approval", "Awaiting approval", "purple", "Somebody must agree first", "Wait for its approval."),
    Status("approved", "Approved", "azure", "It is agreed; we begin soon", "Start work first."),
    Status("in_fulfilment", "In fulfilment", "indigo", "We are working on it", "It is being worked on already."),
    Status("on_hold", "On hold", "yellow", "Waiting", "Resume it first."),
    Status("fulfilled", "Fulfilled", "green", "Done, please confirm", "Reopen it first."),
    Status("closed", "Closed", "secondary", "Closed", "Reopen it first."),
    Status("rejected", "Rejected", "red", "It was not agreed to", _ANEW),
    Status("cancelled", "Cancelled", "secondary", "Withdrawn", _ANEW),
)

_ENGINES = tuple(action for action in (*approval.ACTIONS, *tasks.ACTIONS) if action.name not in ("recall", "back_out"))
"""A request is not recalled but edited or cancelled, and what was fulfilled is not undone as a whole."""

ACTIONS: tuple[Action, ...] = (
    Action(
        "open",
        "Ask for it",
        ("title", "description", "item", "item_version", "answers", "impact", "urgency", "ci"),
        ("title",),
    ),
    *work("take", "start", "message"),
    *_ENGINES,
    Action("fulfil", "Fulfil", ("text",), ("text",)),
    *work("confirm", "reopen"),
    Action("edit", "Edit the answers", ("answers",), ("answers",)),
    Action("add_tasks", "Add tasks", ("tasks",), ("tasks",)),
    Action("redo_tasks", "Do tasks again", ("tasks",), ("tasks",)),
    *work("hold", "resume", "assign", "prioritise", "escalate", "relate_ci", "tag", "link"),
    Action("reject", "Reject", ("reason",), ("reason",)),
    *work("unlink", "split", "cancel"),
)
"""What people may ask for, in the order of the buttons."""

WORKABLE = ("new", "awaiting_approval", "approved", "in_fulfilment", "on_hold")
_DONE = ("fulfilled", "closed")
_OVER = ("rejected", "cancelled")
ANY = (*WORKABLE, *_DONE, *_OVER)

_BACK: Targets = {"on_hold": ("in_fulfilment", "approved", "new")}

MOVES: Moves = {
    "open": {"": ("new",)},
    "take": stay(*WORKABLE),
    "assign": stay(*WORKABLE),
    "start": to("in_fulfilment", "new", "approved"),
    "edit": {"awaiting_approval": ("awaiting_approval", "approved")},
    "fulfil": to("fulfilled", "new", "approved", "in_fulfilment", "on_hold"),
    "add_tasks": to("in_fulfilment", "new", "approved", "in_fulfilment"),
    "redo_tasks": stay("in_fulfilment"),
    "hold": to("on_hold", "new", "approved", "in_fulfilment", "on_hold"),
    "resume": _BACK,
    "confirm": to("closed", "fulfilled"),
    "reopen": to("in_fulfilment", *_DONE),
    "reject": to("rejected", "new", "approved"),
    "cancel": to("cancelled", *WORKABLE),
    "message": stay(*ANY),
    "prioritise": stay(*WORKABLE),
    "escalate": stay(*WORKABLE),
    "relate_ci": stay(*WORKABLE),
    "tag": stay(*ANY),
    "link": stay(*ANY),
    "unlink": stay(*ANY),
    "split": stay(*ANY),
    "approval needed": to("awaiting_approval", "new"),
    "no approval needed": to("approved", "new"),
    "answers do not fit": to("rejected", "new"),
    "approval granted": to("approved", "awaiting_approval"),
    "approval refused": to("rejected", "awaiting_approval"),
    "approval expired": to("rejected", "awaiting_approval"),
    "tasks begin": to("in_fulfilment", "approved"),
    "tasks done": to("fulfilled", "in_fulfilment", "on_hold"),
    "reply lifts the hold": _BACK,
    "date reached": _BACK,
    "record done": _BACK,
    "reply reopens": to("in_fulfilment", *_DONE),
    "no objection": to("closed", "fulfilled"),
    "parent resolved": to("fulfilled", "approved", "in_fulfilment", "on_hold"),
    "original resolved": to("fulfilled", "approved", "in_fulfilment", "on_hold"),
}

ENDS = dict.fromkeys(("closed", *_OVER), "reopen window ends")
"""What ends a request for good, by its last status."""

_RECORD = ("message", "tag", "link", "unlink", "relate_ci")
_TRIAGE = ("open", "assign", "prioritise", "escalate", "reject", "split", "cancel", *_RECORD)
_ALL = (
    *("open", "take", "assign", "start", "hold", "resume", "prioritise", "escalate", "fulfil", "add_tasks"),
    *("redo_tasks", "confirm", "reopen", "reject", "split", "cancel", *_RECORD),
)

RIGHTS = Rights(
    {
        "admin": _ALL,
        "agent": _ALL,
        "lead": _ALL,
        "dispatcher": _TRIAGE,
        "change-manager": ("open", *_RECORD),
        "approver": ("open",),
        "problem-manager": ("open", *_RECORD),
        "cmdb-editor": ("open", *_RECORD),
        "auditor": (),
        "requester": ("open",),
    },
    own=(*roles.OWN, "edit"),
    machines={"system": roles.MACHINES["system"]},
)
"""Whose voice it takes and whose a task is, approval and tasks judge themselves."""
