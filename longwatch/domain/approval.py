"""The approval: who must agree before a change is made, a request fulfilled or a risk accepted (ITIL 4).

One engine for all of them. A process holds an `Approval` in its own state as the field `approval`, records the
approval's facts among its own, and asks `outcome` what became of it. It takes a few lines in each part of a decider:

    state       approval: Approval = field(default_factory=Approval)

    decide      before anything else:            facts += settle(state.approval, command.at)
                to ask for approval:             facts += begin(state.approval, command, policy, content=...,
                                                                excluded=..., owners=...)
                an action of ACTION_NAMES, an `alarm`, and an `answered` of kind `approvers`:
                                                 facts += decide(state.approval, command)
                a material edit:                 facts += edited(state.approval, command, content)
                another implementer:             facts += exclude(state.approval, command, excluded)
                the process is cancelled:        facts += recall(state.approval, command)
                after each of them:              match outcome(state.approval): granted, refused, expired ...

    evolve      if fact.type in FACTS: state = replace(state, approval=evolve(state.approval, fact))
    next_alarm  the nearest of its own and deadlines(state.approval)
    questions   its own and questions(state.approval)
    react       its own and react(state.approval, fact, about)
    allowed     its own and allowed(state.approval, actor)
    waiting_for its own and waiting_for(state.approval)

Facts must be folded into the state between one call and the next, as a decider's draft does. The process judges who may
*see* the ticket; who has a voice, and who may recall (`owners`), is judged here. `content` is the hash of all that is
voted on (`content_of`); every vote carries the one its voter saw.

The rules stand in the files beside this one: `approval_policy` (stages, rules), `approval_count` (what votes make of a
stage), `approval_people` (who the names stand for), `approval_votes` and `approval_gate` (what people do, and who may),
`approval_course` (begin, edit, exclude, recall), `approval_time` (deadlines), `approval_fold` (what facts make of the
approval), `approval_standing` (for screens), `approval_effects` (who is told).
"""

from hashlib import sha256

from longwatch.domain.approval_count import approved_by
from longwatch.domain.approval_course import begin, edited, exclude, recall
from longwatch.domain.approval_draft import Draft
from longwatch.domain.approval_effects import react
from longwatch.domain.approval_fold import CHANGES, evolve
from longwatch.domain.approval_gate import ACTIONS, allowed, entitled, obstacle
from longwatch.domain.approval_people import answered
from longwatch.domain.approval_policy import Policy, PolicyFault, policy_data, read_policy
from longwatch.domain.approval_standing import standing, waiting_for
from longwatch.domain.approval_state import NONE, OPEN, Approval, Excluded
from longwatch.domain.approval_time import Deadline, deadlines, pass_deadline, ring, settle
from longwatch.domain.approval_votes import act
from longwatch.domain.ticket import Command, Fact, Json, Question, Refused, canonical

FACTS = tuple(CHANGES)
"""The types of the approval's facts, for the process that folds them."""

ACTION_NAMES = tuple(action.name for action in ACTIONS)


def decide(approval: Approval, command: Command) -> list[Fact]:
    """What follows from a vote, delegation, recall, answer or alarm, after what time had decided by its instant.

    Raises Refused with a sentence, naming the field at fault if one is.
    """
    draft = Draft(approval, command.at, command.actor.id)
    pass_deadline(draft)
    if command.action == "answered":
        answered(draft, command)
    elif command.action == "alarm":
        ring(draft)
    elif command.action in ACTION_NAMES:
        act(draft, command)
    else:
        raise Refused(f"An approval knows no action called {command.action[:40]!r}.")
    return draft.facts


def outcome(approval: Approval) -> str:
    """What became of it: none (not asked for, or not decided yet), granted, refused, expired, recalled or blocked."""
    return NONE if approval.status == OPEN else approval.status


def questions(approval: Approval) -> tuple[Question, ...]:
    """Who the names of the open stage stand for, while that is not known."""
    return () if approval.question is None else (approval.question,)


def content_of(data: Json) -> str:
    """The hash of what is voted on: everything whose edit must void the votes, as JSON-clean data."""
    return sha256(canonical(data).encode()).hexdigest()


__all__ = [
    "ACTIONS",
    "ACTION_NAMES",
    "FACTS",
    "Approval",
    "Deadline",
    "Excluded",
    "Policy",
    "PolicyFault",
    "allowed",
    "approved_by",
    "begin",
    "content_of",
    "deadlines",
    "decide",
    "edited",
    "entitled",
    "evolve",
    "exclude",
    "obstacle",
    "outcome",
    "policy_data",
    "questions",
    "react",
    "read_policy",
    "recall",
    "settle",
    "standing",
    "waiting_for",
]
