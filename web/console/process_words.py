"""The vocabulary of problems, changes, requests and tasks for people: their states and what happens to them."""

from collections.abc import Mapping

from web.console.badges import Badge

STATUSES: Mapping[str, Badge] = {
    "draft": Badge("Draft", "violet", icon="circle-dashed"),
    "submitted": Badge("Submitted", "blue", icon="inbox"),
    "assessment": Badge("Assessment", "blue", icon="signpost"),
    "authorization": Badge("Authorisation", "amber", icon="hourglass"),
    "scheduled": Badge("Scheduled", "blue", icon="clock"),
    "implementation": Badge("Implementation", "blue", icon="circle-play"),
    "backing_out": Badge("Backing out", "amber", icon="undo"),
    "review": Badge("Review", "green", icon="circle-check"),
    "rejected": Badge("Rejected", "red", icon="ban"),
    "awaiting_approval": Badge("Awaiting approval", "amber", icon="hourglass"),
    "approved": Badge("Approved", "blue", icon="check"),
    "in_fulfilment": Badge("In fulfilment", "blue", icon="circle-play"),
    "fulfilled": Badge("Fulfilled", "green", icon="circle-check"),
    "logged": Badge("Logged", "violet", icon="circle-dashed"),
    "assessed": Badge("Assessed", "blue", icon="signpost"),
    "under_investigation": Badge("Under investigation", "blue", icon="search"),
    "known_error": Badge("Known error", "amber", icon="info"),
    "fix_in_progress": Badge("Fix in progress", "blue", icon="circle-play"),
}

PLAIN_STATUSES: Mapping[str, Badge] = {
    "awaiting_approval": Badge("Waiting for somebody to agree", "amber", icon="hourglass"),
    "approved": Badge("Agreed to, work begins", "blue", icon="check"),
    "in_fulfilment": Badge("We are working on it", "blue", icon="circle-play"),
    "fulfilled": Badge("Done, please confirm", "green", icon="circle-check"),
    "rejected": Badge("Not agreed to", "red", icon="ban"),
}
"""In the requester's words; a status that is not here is told by its own name."""

TASK_STATUSES: Mapping[str, Badge] = {
    "waiting": Badge("Not open yet", "grey", icon="circle-dashed"),
    "open": Badge("Open", "violet", icon="circle-dot"),
    "in_progress": Badge("In progress", "blue", icon="circle-play"),
    "done": Badge("Done", "green", icon="circle-check"),
    "failed": Badge("Failed", "red", icon="circle-alert"),
    "skipped": Badge("Skipped", "grey", icon="ban"),
    "cancelled": Badge("Called off", "grey", icon="ban"),
}
"""Of a single task or back-out."""

TASKS_STATUSES: Mapping[str, Badge] = {
    "none": Badge("No tasks", "grey", icon="circle-dashed"),
    "planned": Badge("Planned", "violet", icon="circle-dashed"),
    "running": Badge("Under way", "blue", icon="circle-play"),
    "done": Badge("Done", "green", icon="circle-check"),
    "backing_out": Badge("Backing out", "amber", icon="undo"),
    "back_out_failed": Badge("Back-out failed", "red", icon="circle-alert"),
    "backed_out": Badge("Backed out", "amber", icon="undo"),
    "cancelled": Badge("Called off", "grey", icon="ban"),
}
"""Of all tasks of a ticket together."""

OUTCOMES: Mapping[str | None, Badge] = {
    "successful": Badge("Successful", "green", icon="circle-check"),
    "successful_with_issues": Badge("Successful with issues", "amber", icon="circle-check"),
    "backed_out": Badge("Backed out", "amber", icon="undo"),
    "failed": Badge("Failed", "red", icon="circle-alert"),
    "unauthorised": Badge("Unauthorised", "red", icon="triangle-alert"),
}
"""How a change went."""

RATIFICATIONS: Mapping[str, Badge] = {
    "pending": Badge("Waits to be ratified", "amber", icon="hourglass"),
    "ratified": Badge("Ratified", "green", icon="shield-check"),
    "missed": Badge("Never ratified", "red", icon="flame"),
}
"""Of an emergency change that was begun before it was authorised."""

_CHANGE: Mapping[str, Badge] = {
    "Edited": Badge("edited the plan", "grey", icon="tag"),
    "Submitted": Badge("submitted it", "blue", icon="inbox"),
    "RiskAssessed": Badge("assessed its risk", "amber", icon="signpost"),
    "AuthorizationOpened": Badge("put it before its authority", "violet", icon="shield-check"),
    "AuthorizationLapsed": Badge("saw its authorisation lapse", "amber", icon="alarm-clock"),
    "AuthorizationReopened": Badge("saw it up for authorisation again", "amber", icon="undo"),
    "Authorised": Badge("saw it authorised", "green", icon="shield-check"),
    "Scheduled": Badge("scheduled it by its model", "green", icon="clock"),
    "Rejected": Badge("saw it rejected", "red", icon="ban"),
    "Reworked": Badge("took it back to plan it anew", "blue", icon="undo"),
    "GuardJudged": Badge("judged what stands in its way", "grey", icon="signpost"),
    "ModelMisfits": Badge("found that its model does not cover it", "amber", icon="triangle-alert"),
    "WindowOpened": Badge("opened its window", "blue", icon="clock"),
    "WindowMissed": Badge("saw its window pass unused", "amber", icon="alarm-clock"),
    "WindowOverrun": Badge("saw its window overrun", "red", icon="flame"),
    "ImplementationStarted": Badge("started the implementation", "blue", icon="circle-play"),
    "BackingOut": Badge("is being backed out", "amber", icon="undo"),
    "Implemented": Badge("finished the implementation", "green", icon="circle-check"),
    "Ratified": Badge("saw it ratified", "green", icon="shield-check"),
    "RatificationMissed": Badge("saw nobody ratify it in time", "red", icon="flame"),
    "Reviewed": Badge("reviewed it", "green", icon="check"),
    "IncidentCaused": Badge("learnt of an incident it caused", "red", icon="siren"),
}

_TASKS: Mapping[str, Badge] = {
    "TaskTaken": Badge("took a task", "blue", icon="hand"),
    "TaskDone": Badge("completed a task", "green", icon="check"),
    "TaskFailed": Badge("saw a task fail", "red", icon="circle-alert"),
    "TaskSkipped": Badge("skipped a task", "grey", icon="ban"),
    "TaskOverdue": Badge("saw a task overdue", "amber", icon="alarm-clock"),
    "TaskReassigned": Badge("gave a task to somebody else", "blue", icon="users"),
    "TaskCancelled": Badge("called off a task", "grey", icon="ban"),
    "TasksStarted": Badge("began its tasks", "blue", icon="circle-play"),
    "TasksDone": Badge("saw all tasks done", "green", icon="circle-check"),
    "BackOutStarted": Badge("began to back it out", "amber", icon="undo"),
    "BackOutFailed": Badge("saw a back-out fail", "red", icon="circle-alert"),
    "BackOutResumed": Badge("went on backing out", "amber", icon="undo"),
    "TasksBackedOut": Badge("saw it backed out", "amber", icon="undo"),
    "TasksCancelled": Badge("called off its tasks", "grey", icon="ban"),
}

_REQUEST: Mapping[str, Badge] = {
    "AnswersEdited": Badge("edited the answers", "grey", icon="tag"),
    "Approved": Badge("saw it agreed to", "green", icon="shield-check"),
    "FulfilmentBegun": Badge("began to fulfil it", "blue", icon="circle-play"),
}

_PROBLEM: Mapping[str, Badge] = {
    "Assessed": Badge("assessed it", "blue", icon="signpost"),
    "CauseRecorded": Badge("recorded the root cause", "amber", icon="search"),
    "WorkaroundPublished": Badge("published a workaround", "green", icon="info"),
    "KnownErrorRecorded": Badge("recorded a known error", "amber", icon="info"),
    "ChangeRaised": Badge("raised a change", "violet", icon="calendar-check"),
    "ChangeOpened": Badge("is to be solved by a change", "violet", icon="link"),
    "ChangeFailed": Badge("learnt that its change did not solve it", "red", icon="circle-alert"),
    "RiskAcceptanceAsked": Badge("asked to accept the risk", "violet", icon="shield-check"),
    "RiskAccepted": Badge("accepted the risk", "amber", icon="shield-check"),
    "RiskNotAccepted": Badge("does not accept the risk", "amber", icon="ban"),
    "ReviewRecorded": Badge("recorded the review", "green", icon="check"),
    "RecurrenceSeen": Badge("saw it come back", "red", icon="siren"),
}

EVENTS: Mapping[str, Badge] = {**_CHANGE, **_TASKS, **_REQUEST, **_PROBLEM}

BACKGROUND = frozenset(
    {
        "AuthorityAsked",
        "AuthorityRead",
        "GuardAsked",
        "ModelRead",
        "RiskBasisRead",
        "ItemPinned",
        "ApprovalPolicyPinned",
        "WorkBegun",
        "TaskAccepted",
        "TaskOpened",
        "TasksPlanned",
    }
)
"""How the desk works, not what happened."""
