"""Who may do what. Deny by default: a role may do what stands here and nothing else.

People act by their roles; a requester's rights come from the ticket being their own. Monitoring and the desk's own
parts (timer, answers, relay) are not people and have their own short lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from longwatch.domain.approval_gate import ACTIONS as _APPROVAL
from longwatch.domain.tasks_gate import ACTIONS as _TASKS
from longwatch.domain.ticket import Actor

ROLES = (
    "admin",
    "agent",
    "lead",
    "dispatcher",
    "change-manager",
    "approver",
    "problem-manager",
    "cmdb-editor",
    "auditor",
    "requester",
)

_WORK = ("open", "take", "assign", "start", "hold", "resume", "prioritise", "escalate", "resolve", "confirm", "reopen")
_RECORD = ("message", "tag", "link", "unlink", "relate_ci")
_ALL = (*_WORK, "cancel", "merge", "split", *_RECORD)
_TRIAGE = ("open", "assign", "prioritise", "escalate", "cancel", "merge", "split", *_RECORD)
_RESPOND = ("stakeholder_update", "mitigate", "stand_down", "review_major", "staff_major", "set_war_room")
_MAJOR = ("propose_major", *_RESPOND)
_DECLARE = ("declare_major", "decline_major")

MAY: dict[str, tuple[str, ...]] = {
    "admin": (*_ALL, *_MAJOR, *_DECLARE),
    "agent": (*_ALL, *_MAJOR),
    "lead": (*_ALL, *_MAJOR, *_DECLARE),
    "dispatcher": (*_TRIAGE, *_MAJOR),
    "change-manager": ("open", *_RECORD, *_RESPOND),
    "approver": ("open",),
    "problem-manager": ("open", *_RECORD, *_MAJOR),
    "cmdb-editor": ("open", *_RECORD),
    "auditor": (),
    "requester": ("open",),
}
"""What each role may do on any incident."""

OWN = ("message", "confirm", "reopen", "cancel")
"""What a person may do on an incident of their own, whatever their role."""

_DESK = (
    "alarm",
    "answered",
    "calendar_changed",
    "opened",
    "linked",
    "told",
    "recall",
    "ask_approvers",
    "task_called",
    "back_out",
)

MACHINES: dict[str, tuple[str, ...]] = {
    "monitoring": ("open", "alert"),
    "system": ("open", "message", "link", "resume", *_DESK),
}
"""What those who are not people may do."""

VOICES = tuple(action.name for action in (*_APPROVAL, *_TASKS))
"""What anybody with a role may ask: the approval judges who has a voice in it, the tasks whose they are."""


@dataclass(frozen=True)
class Rights:
    """Who may do what on one kind of ticket: people by role, people on a ticket of their own, and machines."""

    may: Mapping[str, tuple[str, ...]]
    own: tuple[str, ...] = OWN
    machines: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MACHINES)


INCIDENT = Rights(MAY)

SEES_ALL = ("admin", "agent", "lead", "dispatcher", "change-manager", "problem-manager", "cmdb-editor", "auditor")
"""The roles that see every ticket."""

STAFF = ("admin", "agent", "lead", "dispatcher", "change-manager", "problem-manager", "cmdb-editor")
"""The roles whose holders write as the desk: their public messages are updates to the requester."""

MACHINE_ACTIONS = ("alert", "alarm", "answered", "calendar_changed", "opened", "linked", "told", "task_called")
"""Actions that are never a person's."""


def is_person(actor: Actor) -> bool:
    """Whether a human being asks."""
    return actor.kind == "person"


def is_staff(actor: Actor) -> bool:
    """Whether the actor works for the desk."""
    return is_person(actor) and any(role in STAFF for role in actor.roles)


def owns(actor: Actor, requester: str | None) -> bool:
    """Whether the ticket is this person's own. One who only audits, or holds no role, acts on nothing."""
    return is_person(actor) and actor.id == requester and any(role in MAY and role != "auditor" for role in actor.roles)


def may(actor: Actor, action: str, requester: str | None, rights: Rights = INCIDENT) -> bool:
    """Whether the actor has the right to the action on a ticket of this requester, its status aside."""
    if not is_person(actor):
        return action in rights.machines.get(actor.kind, ())
    if owns(actor, requester) and action in rights.own:
        return True
    return works(actor, action, rights)


def works(actor: Actor, action: str, rights: Rights = INCIDENT) -> bool:
    """Whether the right comes from the actor's work (a role) and not only from the ticket being their own."""
    if not is_person(actor):
        return True
    if action in VOICES:
        return any(role in rights.may for role in actor.roles)
    return any(action in rights.may.get(role, ()) for role in actor.roles)


def visible(actor: Actor, requester: str | None, team: str | None = None, *, voice: bool = False) -> bool:
    """Whether the actor may read a ticket: staff and auditors all, a team its own, others what they asked for.

    `voice`: they have, or had, a voice in its approval. Nobody can answer for what they may not read again.
    """
    if not is_person(actor):
        return True
    if any(role in SEES_ALL for role in actor.roles):
        return True
    return bool(actor.roles) and (voice or actor.id == requester or (team is not None and team in actor.teams))
