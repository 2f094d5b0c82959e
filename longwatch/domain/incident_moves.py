"""The incident's statuses and the moves between them: the one table behind decisions, buttons and the drawing."""

from dataclasses import dataclass

from longwatch.domain.ticket import Action


@dataclass(frozen=True)
class Status:
    """A status as screens show it: colour is a name of the palette, `means` the words for a requester."""

    name: str
    label: str
    colour: str
    means: str


STATUSES: tuple[Status, ...] = (
    Status("new", "New", "blue", "We have received it"),
    Status("assigned", "Assigned", "azure", "Somebody will look at it"),
    Status("in_progress", "In progress", "indigo", "We are working on it"),
    Status("on_hold", "On hold", "yellow", "Waiting"),
    Status("resolved", "Resolved", "green", "Done, please confirm"),
    Status("closed", "Closed", "secondary", "Closed"),
    Status("cancelled", "Cancelled", "secondary", "Withdrawn"),
)

LABEL = {status.name: status.label.lower() for status in STATUSES}

HOLD_REASONS = {
    "awaiting_requester": "the requester's answer",
    "awaiting_supplier": "the supplier",
    "awaiting_change": "a change",
    "awaiting_problem": "a problem's solution",
    "planned_until": "the planned date",
}

RESOLUTION_CODES = ("fixed", "workaround", "duplicate", "not_reproducible", "no_fault_found", "user_error", "cleared")
"""The resolution codes offered; a desk may use words of its own."""

LINK_TYPES = ("related", "duplicate_of", "caused_by", "caused", "parent_of", "child_of", "follows", "followed_by")

MOST_TAGS, MOST_LINKS, MOST_LEVEL = 20, 200, 5

ACTIONS: tuple[Action, ...] = (
    Action("open", "Open", ("title", "description", "expected_result", "impact", "urgency", "ci"), ("title",)),
    Action("take", "Take it"),
    Action("start", "Start work"),
    Action("message", "Write", ("body", "public"), ("body", "public")),
    Action("resolve", "Resolve", ("code", "text"), ("code", "text")),
    Action("confirm", "Confirm and close"),
    Action("reopen", "Reopen", ("reason",), ("reason",)),
    Action("hold", "Put on hold", ("reason", "until", "text"), ("reason",)),
    Action("resume", "Resume"),
    Action("assign", "Assign", ("team", "person")),
    Action("prioritise", "Set priority", ("impact", "urgency")),
    Action("escalate", "Escalate", ("reason", "level"), ("reason",)),
    Action("relate_ci", "Set configuration item", ("ci",), ("ci",)),
    Action("tag", "Tag", ("tags",), ("tags",)),
    Action("link", "Link", ("type", "ticket"), ("type", "ticket")),
    Action("cancel", "Cancel", ("reason",), ("reason",)),
)
"""What people may ask for, in the order of the buttons."""

_WORKABLE = ("new", "assigned", "in_progress", "on_hold")
_DONE = ("resolved", "closed")
_ANY = (*_WORKABLE, *_DONE, "cancelled")


Targets = dict[str, tuple[str, ...]]


def _stay(*statuses: str) -> Targets:
    """The action changes no status."""
    return {status: (status,) for status in statuses}


def _to(target: str, *statuses: str) -> Targets:
    return dict.fromkeys(statuses, (target,))


_OWNED: Targets = {"new": ("assigned",), **_stay("assigned", "in_progress", "on_hold")}
_BACK: Targets = {"on_hold": ("in_progress", "assigned", "new")}
_AGAIN: Targets = dict.fromkeys(_DONE, ("assigned", "new"))

MOVES: dict[str, Targets] = {
    "open": {"": ("new",)},
    "take": _OWNED,
    "assign": _OWNED,
    "start": _to("in_progress", "new", "assigned"),
    "hold": _to("on_hold", *_WORKABLE),
    "resume": _BACK,
    "resolve": _to("resolved", *_WORKABLE),
    "confirm": _to("closed", "resolved"),
    "reopen": _AGAIN,
    "cancel": _to("cancelled", *_WORKABLE),
    "message": _stay(*_ANY),
    "prioritise": _stay(*_WORKABLE),
    "escalate": _stay(*_WORKABLE),
    "relate_ci": _stay(*_WORKABLE),
    "tag": _stay(*_ANY),
    "link": _stay(*_ANY),
    "alert": _stay(*_ANY),
    "reply lifts the hold": _BACK,
    "date reached": _BACK,
    "assigned by rule": _to("assigned", "new"),
    "alert cleared": _to("resolved", *_WORKABLE),
    "alert fires again": _AGAIN,
    "reply reopens": _AGAIN,
    "no objection": _to("closed", "resolved"),
}
"""Per action: from each status in which it is possible, the statuses it may lead to (the first is the usual one).

Names with spaces are moves nobody asks for by name: time, monitoring or a reply makes them.
"""


def possible(status: str, action: str) -> bool:
    """Whether the action is one for this status."""
    return status in MOVES.get(action, {})


def target(status: str, action: str, wanted: str | None = None) -> str:
    """The status the action leads to: `wanted` where the table allows it. Raises KeyError off the table."""
    targets = MOVES[action][status]
    return wanted if wanted in targets else targets[0]


def mermaid() -> str:
    """The status moves as a mermaid state diagram; actions that change no status are left out."""
    edges: dict[tuple[str, str], list[str]] = {}
    for action, moves in MOVES.items():
        for source, targets in moves.items():
            for goal in targets:
                if goal != source:
                    edges.setdefault((source or "[*]", goal), []).append(action.replace("_", " "))
    lines = [f"    {source} --> {goal}: {', '.join(actions)}" for (source, goal), actions in edges.items()]
    ends = [f"    {status} --> [*]: reopen window ends" for status in ("closed", "cancelled")]
    return "\n".join(["stateDiagram-v2", *lines, *ends])
