"""The words of mails about what is between tickets, and about major incidents."""

BETWEEN: dict[str, tuple[str, str]] = {
    "link_declined": ("A link of {number} was declined: {title}", "{ticket} cannot be linked so. {reason}"),
    "parent_reopened": (
        "{parent} is open again, is {number}? {title}",
        "{number} was resolved with {parent}, which was reopened. See whether {number} is still done.\n\n{reason}",
    ),
    "workaround": ("A workaround for {number}: {title}", "{problem} offers a way to go on:\n\n{text}"),
    "merged": (
        "{number} goes on as {into}: {title}",
        "Your report goes on as {into}. What you write here is read there, and you are told here how it ends.",
    ),
    "merged_here": (
        "{ticket} was merged into {number}: {title}",
        "Its messages, and those to come, stand in {number}.",
    ),
    "merge_set_aside": ("{number} was not merged: {title}", "{reason}"),
    "followed": ("{number} is {standing}: {title}", "{into}, in which it goes on, is {standing}.\n\n{text}"),
    "split_set_aside": ("{number} was not split: {title}", "{reason}"),
    "major_proposed": ("A major incident? {number}: {title}", "It was proposed. Declare or decline it.\n\n{reason}"),
    "major_declined": ("{number} is no major incident: {title}", "{reason}"),
    "major_declared": (
        "Major incident {number}: {title}",
        "Incident manager: {manager}\nCommunications: {communications}\nTechnical lead: {technical_lead}\n\n{war_room}",
    ),
    "major_goes_on": ("Major incident {number} goes on: {title}", "It was reopened. Stakeholders hear again by {due}."),
    "major_mitigated": ("{number} is mitigated: {title}", "{text}"),
    "major_stood_down": ("The response to {number} is stood down: {title}", "{text}\n\nIts review is owed."),
    "major_update_due": ("Stakeholders of {number} wait: {title}", "An update is due at {due}."),
    "major_review_due": ("The review of {number} is owed: {title}", "Record what was learnt."),
    "major_reviewed": ("{number} was reviewed: {title}", "{text}"),
}
"""Subject and text."""
