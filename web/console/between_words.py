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

BELLS: Mapping[str, Badge] = {
    "link_declined": Badge("A link of it was declined.", "amber", icon="link"),
    "parent_reopened": Badge("What it was resolved with is open again.", "amber", icon="undo"),
    "workaround": Badge("A problem offers a workaround.", "blue", icon="info"),
    "merged": Badge("It goes on in another ticket.", "blue", icon="link"),
    "merged_here": Badge("Another ticket was merged into it.", "blue", icon="link"),
    "merge_set_aside": Badge("It could not be merged.", "amber", icon="ban"),
    "followed": Badge("There is news of the ticket in which it goes on.", "green", icon="info"),
    "split_set_aside": Badge("It could not be split.", "amber", icon="ban"),
    "major_proposed": Badge("A major incident is proposed: declare or decline it", "amber", icon="siren"),
    "major_declined": Badge("It is no major incident.", "grey", icon="ban"),
    "major_declared": Badge("A major incident is declared", "red", icon="siren"),
    "major_goes_on": Badge("The major incident goes on", "red", icon="siren"),
    "major_mitigated": Badge("The harm is contained.", "green", icon="shield-check"),
    "major_stood_down": Badge("The response was stood down.", "green", icon="circle-check"),
    "major_update_due": Badge("Its stakeholders wait for an update", "amber", icon="alarm-clock"),
    "major_review_due": Badge("Its review is owed", "amber", icon="alarm-clock"),
    "major_reviewed": Badge("It was reviewed.", "green", icon="check"),
}
"""Notifications in a line."""

MAJOR: Mapping[str, Badge] = {
    "proposed": Badge("Proposed as major incident", "amber", icon="siren"),
    "declared": Badge("Major incident", "red", icon="siren"),
    "mitigated": Badge("Major incident, mitigated", "amber", icon="siren"),
    "stood_down": Badge("Stood down, review owed", "blue", icon="hourglass"),
    "reviewed": Badge("Major incident, reviewed", "grey", icon="check"),
}
