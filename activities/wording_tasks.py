"""The words of mails about tasks, by template."""

TASKS: dict[str, tuple[str, str]] = {
    "task_opened": (
        "{number}: {task_title} is to be done: {title}",
        "The task {task_title} of {number} is open, and it is yours or your team's.\nTime limit: {time_limit}",
    ),
    "task_assigned": (
        "{number}: {task_title} was given to you: {title}",
        "The task {task_title} of {number} was given to you or your team.\nTime limit: {time_limit}\n\n{text}",
    ),
    "task_overdue": (
        "{number}: {task_title} is overdue: {title}",
        "The task {task_title} of {number} was to be done by {due}. It still is to be done.",
    ),
    "task_failed": (
        "{number}: {task_title} failed: {title}",
        (
            "The task {task_title} of {number} failed, and what follows waits for it. {reason}\n\n{text}\n\n"
            "It can be tried again, completed by hand, or skipped if its plan allows."
        ),
    ),
    "task_cancelled": (
        "{number}: {task_title} need not be done any more: {title}",
        "The task {task_title} of {number} was called off. {reason}",
    ),
    "back_out_started": (
        "{number} is being backed out: {title}",
        "{reason}\n\n{text}\n\nWhat was begun is undone now, in the reverse order.",
    ),
    "back_out_failed": (
        "{number}: undoing failed, somebody must see to it: {title}",
        (
            "The back-out {task_title} of {number} failed. {reason}\n\n{text}\n\n"
            "Nothing more is undone until it is tried again or completed by hand."
        ),
    ),
    "tasks_backed_out": (
        "{number} is backed out: {title}",
        "Undone: {undone}\nLeft as it is, because nothing undoes it: {kept}",
    ),
}
"""Subject and text."""
