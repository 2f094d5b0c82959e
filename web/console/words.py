"""The desk's vocabulary for people: one place for labels, icons and colours of states, priorities and events."""

from collections.abc import Mapping

from longwatch.domain.case_moves import HOLD_REASONS
from web.console import between_words, process_words
from web.console.badges import Badge

__all__ = ["HOLD_REASONS", "Badge"]


STATUSES: Mapping[str, Badge] = {
    **process_words.STATUSES,
    "new": Badge("New", "violet", icon="circle-dashed"),
    "assigned": Badge("Assigned", "blue", icon="user-check"),
    "in_progress": Badge("In progress", "blue", icon="circle-play"),
    "on_hold": Badge("On hold", "amber", icon="circle-pause"),
    "resolved": Badge("Resolved", "green", icon="circle-check"),
    "closed": Badge("Closed", "grey", icon="archive"),
    "cancelled": Badge("Cancelled", "grey", icon="ban"),
}

PLAIN_STATUSES: Mapping[str, Badge] = {
    **process_words.PLAIN_STATUSES,
    "new": Badge("We have received it", "violet", icon="inbox"),
    "assigned": Badge("We are working on it", "blue", icon="circle-play"),
    "in_progress": Badge("We are working on it", "blue", icon="circle-play"),
    "on_hold": Badge("We are waiting for somebody else", "amber", icon="hourglass"),
    "resolved": Badge("Done, please confirm", "green", icon="circle-check"),
    "closed": Badge("Closed", "grey", icon="archive"),
    "cancelled": Badge("Cancelled", "grey", icon="ban"),
}
WAITING_FOR_YOU = Badge("Waiting for you", "amber", icon="hand")
OPENING = Badge("Being opened", "blue", icon="loader")

PRIORITIES: Mapping[int, Badge] = {
    1: Badge("P1", "red", icon="chevrons-up"),
    2: Badge("P2", "amber", icon="chevron-up"),
    3: Badge("P3", "blue", icon="equal"),
    4: Badge("P4", "grey", icon="chevron-down"),
    5: Badge("P5", "grey", icon="chevrons-down"),
}
PRIORITY_NAMES: Mapping[int, str] = {1: "critical", 2: "high", 3: "medium", 4: "low", 5: "planning"}

CLOCKS: Mapping[str, str] = {"response": "First response", "update": "Next update", "resolution": "Resolution"}

CLOCK_STATES: Mapping[str, Badge] = {
    "paused": Badge("paused", "blue", icon="circle-pause"),
    "met": Badge("met", "green", icon="circle-check"),
    "breached": Badge("breached", "red", icon="flame"),
}

EVENTS: Mapping[str, Badge] = {
    **process_words.EVENTS,
    **between_words.EVENTS,
    "Opened": Badge("opened it", "violet", icon="ticket"),
    "Assigned": Badge("assigned it", "blue", icon="user-check"),
    "Started": Badge("started work", "blue", icon="circle-play"),
    "Held": Badge("put it on hold", "amber", icon="circle-pause"),
    "Resumed": Badge("resumed it", "blue", icon="circle-play"),
    "PrioritySet": Badge("set the priority", "amber", icon="signpost"),
    "Escalated": Badge("escalated it", "amber", icon="chevrons-up"),
    "Resolved": Badge("resolved it", "green", icon="circle-check"),
    "Closed": Badge("closed it", "grey", icon="archive"),
    "Reopened": Badge("reopened it", "violet", icon="undo"),
    "Cancelled": Badge("cancelled it", "grey", icon="ban"),
    "Sealed": Badge("sealed it for good", "grey", icon="lock"),
    "Tagged": Badge("changed the tags", "grey", icon="tag"),
    "Linked": Badge("linked it", "grey", icon="link"),
    "CiRelated": Badge("set the configuration item", "grey", icon="server"),
    "MessageAdded": Badge("wrote", "blue", icon="reply"),
    "PolicyChosen": Badge("chose the service level", "grey", icon="timer"),
    "QuestionFailed": Badge("could not find out", "amber", icon="triangle-alert"),
    "RungRun": Badge("ran an escalation step", "amber", icon="siren"),
    "RungOvertaken": Badge("passed over an escalation step", "grey", icon="siren"),
    "RungsCancelled": Badge("called off escalation steps", "grey", icon="siren"),
    "ClockBreached": Badge("missed a target", "red", icon="flame"),
    "ClockMet": Badge("met a target", "green", icon="circle-check"),
    "ClockEnded": Badge("ended a missed target", "grey", icon="timer"),
    "AlertChanged": Badge("reported the alert", "amber", icon="activity"),
    "AlertRemarked": Badge("passed on a word", "blue", icon="reply"),
    "ApprovalStarted": Badge("put it up for approval", "violet", icon="shield-check"),
    "ApproversFound": Badge("asked for votes", "blue", icon="users"),
    "ApproversNotFound": Badge("could not find the approvers", "amber", icon="triangle-alert"),
    "ApproversAsked": Badge("looks for the approvers again", "grey", icon="search"),
    "VoteCast": Badge("voted", "blue", icon="check"),
    "VoteWithdrawn": Badge("withdrew a vote", "grey", icon="undo"),
    "VoteDelegated": Badge("delegated a vote", "grey", icon="users"),
    "PeopleExcluded": Badge("noted who never votes on it", "grey", icon="user-x"),
    "ApprovalReminded": Badge("reminded of a vote", "grey", icon="bell"),
    "FallbackCalled": Badge("called the fallback", "amber", icon="alarm-clock"),
    "ApprovalBlocked": Badge("saw the approval stuck", "red", icon="triangle-alert"),
    "ApprovalUnblocked": Badge("saw the approval go on", "blue", icon="circle-play"),
    "StageGranted": Badge("saw a stage agree", "green", icon="check"),
    "ApprovalGranted": Badge("saw it approved", "green", icon="circle-check"),
    "ApprovalRefused": Badge("saw it refused", "red", icon="x"),
    "ApprovalExpired": Badge("saw the approval expire", "amber", icon="alarm-clock"),
    "ApprovalRecalled": Badge("recalled the approval", "grey", icon="undo"),
    "ApprovalEdited": Badge("edited what is voted on", "amber", icon="undo"),
    "RecordDone": Badge("saw what it waited for done", "green", icon="circle-check"),
}

BACKGROUND = (
    process_words.BACKGROUND
    | between_words.BACKGROUND
    | frozenset(
        {
            "AnswerSetAside",
            "CalendarRead",
            "CalendarRequested",
            "ClockRestarted",
            "ImpactRead",
            "MatrixRead",
            "QuestionAsked",
            "RungsCancelled",
            "StageOpened",
            "Touched",
        }
    )
)
"""Facts the conversation leaves to the journal tab: they are how the desk works, not what happened."""

ACTION_ICONS: Mapping[str, Badge] = {
    "take": Badge("m", "blue", icon="hand"),
    "assign": Badge("o", "blue", icon="users"),
    "start": Badge("s", "blue", icon="circle-play"),
    "hold": Badge("z", "amber", icon="circle-pause"),
    "resume": Badge("s", "blue", icon="circle-play"),
    "prioritise": Badge("p", "amber", icon="signpost"),
    "escalate": Badge("", "amber", icon="chevrons-up"),
    "resolve": Badge("e", "green", icon="circle-check"),
    "confirm": Badge("", "green", icon="check"),
    "reopen": Badge("", "violet", icon="undo"),
    "cancel": Badge("", "grey", icon="ban"),
    "relate_ci": Badge("", "grey", icon="server"),
    "tag": Badge("", "grey", icon="tag"),
    "link": Badge("", "grey", icon="link"),
    "recall": Badge("", "grey", icon="undo"),
    "ask_approvers": Badge("", "blue", icon="search"),
    "edit": Badge("", "grey", icon="pencil"),
    "submit": Badge("", "blue", icon="send"),
    "assess": Badge("", "amber", icon="activity"),
    "request_authorization": Badge("", "blue", icon="shield-check"),
    "implement_first": Badge("", "red", icon="zap"),
    "complete": Badge("", "green", icon="circle-check"),
    "fail": Badge("", "red", icon="circle-alert"),
    "review": Badge("", "green", icon="check"),
    "rework": Badge("", "violet", icon="undo"),
    "back_out": Badge("", "amber", icon="undo"),
    "take_task": Badge("", "blue", icon="hand"),
    "complete_task": Badge("", "green", icon="circle-check"),
    "fail_task": Badge("", "red", icon="circle-alert"),
    "retry_task": Badge("", "blue", icon="history"),
    "skip_task": Badge("", "grey", icon="ban"),
    "assign_task": Badge("", "blue", icon="users"),
    "fulfil": Badge("", "green", icon="circle-check"),
    "reject": Badge("", "red", icon="ban"),
    "add_tasks": Badge("", "blue", icon="plus"),
    "redo_tasks": Badge("", "blue", icon="history"),
    "unlink": Badge("", "grey", icon="link"),
    "merge": Badge("", "grey", icon="merge"),
    "split": Badge("", "grey", icon="split"),
    "investigate": Badge("s", "blue", icon="search"),
    "record_cause": Badge("", "amber", icon="search"),
    "publish_workaround": Badge("", "green", icon="info"),
    "known_error": Badge("", "amber", icon="info"),
    "raise_change": Badge("", "violet", icon="calendar-check"),
    "request_risk_acceptance": Badge("", "violet", icon="shield-check"),
    "duplicate": Badge("", "grey", icon="link"),
    "not_reproducible": Badge("", "grey", icon="ban"),
    "propose_major": Badge("", "red", icon="siren"),
    "declare_major": Badge("", "red", icon="siren"),
    "decline_major": Badge("", "grey", icon="ban"),
    "stakeholder_update": Badge("", "blue", icon="reply"),
    "mitigate": Badge("", "green", icon="shield-check"),
    "stand_down": Badge("", "green", icon="circle-check"),
    "review_major": Badge("", "green", icon="check"),
    "staff_major": Badge("", "blue", icon="users"),
    "set_war_room": Badge("", "blue", icon="users"),
}
"""The `label` is the key that presses the button."""


def status(name: str) -> Badge:
    """The badge of a status; an unknown one is shown by its own name."""
    return STATUSES.get(name) or Badge(readable(name), "grey", icon="circle-dot")


def plain_status(name: str, hold_reason: str | None) -> Badge:
    """The state in the requester's words: what it means for them."""
    if name == "on_hold" and hold_reason == "awaiting_requester":
        return WAITING_FOR_YOU
    return PLAIN_STATUSES.get(name) or status(name)


def priority(level: int) -> Badge:
    """The badge of a priority, 1 (critical) to 5 (planning)."""
    return PRIORITIES.get(level) or Badge(f"P{level}", "grey", icon="equal")


def event(fact: str) -> Badge:
    """What a fact says happened; an unknown one by its own name, in words."""
    return EVENTS.get(fact) or Badge(readable(fact), "grey", icon="circle-dot")


def readable(name: str) -> str:
    """A name from the code in words: `awaiting_supplier` and `ClockBreached` become readable."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).replace("_", " ").strip()
    return spaced[:1].upper() + spaced[1:]
