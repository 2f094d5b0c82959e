"""The vocabulary of what is between tickets, and of major incidents, for people."""

from collections.abc import Mapping

from web.console.badges import Badge

EVENTS: Mapping[str, Badge] = {
    "Unlinked": Badge("unlinked it", "grey", icon="link"),
    "LinkDeclined": Badge("declined a link", "amber", icon="link"),
    "ParentReopened": Badge("is open again", "amber", icon="undo"),
    "WorkaroundOffered": Badge("offers a workaround", "amber", icon="info"),
    "MergeAsked": Badge("asked to merge it", "blue", icon="link"),
    "MergeSetAside": Badge("set the merge aside", "amber", icon="ban"),
    "Merged": Badge("merged it", "grey", icon="archive"),
    "MergedHere": Badge("goes on here", "blue", icon="link"),
    "MergeDeclined": Badge("could not be taken in", "amber", icon="ban"),
    "MergeUndone": Badge("goes on by itself after all", "amber", icon="undo"),
    "Followed": Badge("tells where it stands", "blue", icon="info"),
    "MessageForwarded": Badge("wrote", "blue", icon="reply"),
    "SplitAsked": Badge("asked to split it", "blue", icon="ticket"),
    "Split": Badge("split it", "blue", icon="ticket"),
    "SplitSetAside": Badge("could not be split", "amber", icon="ban"),
    "Aged": Badge("raised its importance with its age", "amber", icon="chevrons-up"),
    "MajorProposed": Badge("proposed a major incident", "amber", icon="siren"),
    "MajorDeclined": Badge("declined to make it major", "grey", icon="ban"),
    "MajorDeclared": Badge("declared a major incident", "red", icon="siren"),
    "MajorStaffed": Badge("handed over a role", "blue", icon="users"),
    "WarRoomSet": Badge("set the war room", "blue", icon="users"),
    "StakeholdersUpdated": Badge("updated the stakeholders", "blue", icon="reply"),
    "UpdateReminded": Badge("asked for an update to the stakeholders", "amber", icon="alarm-clock"),
    "ReviewReminded": Badge("asked for the review", "amber", icon="alarm-clock"),
    "Mitigated": Badge("says it is mitigated", "green", icon="shield-check"),
    "StoodDown": Badge("stood the response down", "green", icon="circle-check"),
    "MajorReviewed": Badge("reviewed the major incident", "green", icon="check"),
}

BACKGROUND = frozenset({"MergeOffered", "MergeWithdrawn", "MessagesQuoted", "StakeholdersUpdated"})
"""How the desk works, not what happened; the words of a stakeholder update are a message of their own."""

MAJOR: Mapping[str, Badge] = {
    "proposed": Badge("Proposed as major incident", "amber", icon="siren"),
    "declared": Badge("Major incident", "red", icon="siren"),
    "mitigated": Badge("Major incident, mitigated", "amber", icon="siren"),
    "stood_down": Badge("Stood down, review owed", "blue", icon="hourglass"),
    "reviewed": Badge("Major incident, reviewed", "grey", icon="check"),
}
