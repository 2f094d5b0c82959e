"""The form of every process's tables: statuses, and the moves between them.

One table stands behind decisions, buttons and the drawing. Per action: from each status in which it is possible, the
statuses it may lead to (the first is the usual one). Names with spaces are moves nobody asks for by name: time,
monitoring, another ticket or a reply makes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from longwatch.domain.ticket import Action

Targets = dict[str, tuple[str, ...]]
Moves = Mapping[str, Targets]


@dataclass(frozen=True)
class Status:
    """A status as screens show it: colour is a name of the palette, `means` the words for a requester.

    `instead` says what to do where an action does not fit this status.
    """

    name: str
    label: str
    colour: str
    means: str
    instead: str = ""


def stay(*statuses: str) -> Targets:
    """The action changes no status."""
    return {status: (status,) for status in statuses}


def to(target: str, *statuses: str) -> Targets:
    """The action leads from each of these to one."""
    return dict.fromkeys(statuses, (target,))


def possible(moves: Moves, status: str, action: str) -> bool:
    """Whether the action is one for this status."""
    return status in moves.get(action, {})


def target(moves: Moves, status: str, action: str, wanted: str | None = None) -> str:
    """The status the action leads to: `wanted` where the table allows it. Raises KeyError off the table."""
    targets = moves[action][status]
    return wanted if wanted in targets else targets[0]


def mermaid(moves: Moves, ends: Mapping[str, str]) -> str:
    """The status moves as a mermaid state diagram; actions that change no status are left out.

    `ends` says per last status what ends the ticket for good.
    """
    edges: dict[tuple[str, str], list[str]] = {}
    for action, targets in moves.items():
        for source, goals in targets.items():
            for goal in goals:
                if goal != source:
                    edges.setdefault((source or "[*]", goal), []).append(action.replace("_", " "))
    lines = [f"    {source} --> {goal}: {', '.join(actions)}" for (source, goal), actions in edges.items()]
    last = [f"    {status} --> [*]: {why}" for status, why in ends.items()]
    return "\n".join(["stateDiagram-v2", *lines, *last])


HOLD_REASONS = {
    "awaiting_requester": "the requester's answer",
    "awaiting_supplier": "the supplier",
    "awaiting_change": "a change",
    "awaiting_problem": "a problem's solution",
    "planned_until": "the planned date",
}

_PAIRS = (
    ("related", "related"),
    ("duplicate_of", "has_duplicate"),
    ("caused_by", "caused"),
    ("parent_of", "child_of"),
    ("resolved_by", "resolves"),
    ("follows", "followed_by"),
)

_GROWN = (
    ("merged_into", "merged_from"),
    ("split_from", "split_into"),
)
"""Relations that merging and splitting make; nobody links so by hand."""


def _both_ways(*pairs: tuple[str, str]) -> dict[str, str]:
    return {**dict(pairs), **{other: one for one, other in pairs}}


INVERSE: dict[str, str] = _both_ways(*_PAIRS, *_GROWN)
"""What a relation is called from the other side."""

LINK_TYPES = tuple(_both_ways(*_PAIRS))
"""The relations that people make."""

RELATIONS = tuple(INVERSE)
"""All of them."""

MOST_TAGS, MOST_LINKS, MOST_LEVEL = 20, 200, 5

WORK_ACTIONS: dict[str, Action] = {
    one.name: one
    for one in (
        Action("take", "Take it"),
        Action("assign", "Assign", ("team", "person")),
        Action("start", "Start work"),
        Action("hold", "Put on hold", ("reason", "until", "ticket", "text"), ("reason",)),
        Action("resume", "Resume"),
        Action("message", "Write", ("body", "public"), ("body", "public")),
        Action("prioritise", "Set priority", ("impact", "urgency")),
        Action("escalate", "Escalate", ("reason", "level"), ("reason",)),
        Action("confirm", "Confirm and close"),
        Action("reopen", "Reopen", ("reason",), ("reason",)),
        Action("relate_ci", "Set configuration item", ("ci",), ("ci",)),
        Action("tag", "Tag", ("tags",), ("tags",)),
        Action("link", "Link", ("type", "ticket"), ("type", "ticket")),
        Action("unlink", "Unlink", ("type", "ticket"), ("type", "ticket")),
        Action("merge", "Merge into another", ("into",), ("into",)),
        Action("split", "Split", ("title", "messages", "kind"), ("title", "messages")),
        Action("cancel", "Cancel", ("reason",), ("reason",)),
    )
}
"""What can be asked of every kind of ticket, where its moves allow it."""


def work(*names: str) -> tuple[Action, ...]:
    """These of them, in this order."""
    return tuple(WORK_ACTIONS[name] for name in names)
