"""The words of mails about changes, by template."""

CHANGES: dict[str, tuple[str, str]] = {
    "change_submitted": ("{number} waits to be assessed: {title}", "The change {number} was submitted."),
    "change_blocked": (
        "Something stands in the way of {number}: {title}",
        "{number} cannot go on as planned. {reasons}\n\nIt is judged again by itself: {again}.",
    ),
    "change_misfits": (
        "Its model does not cover {number}: {title}",
        "{reasons}\n\nEdit the change, or plan it as a normal one.",
    ),
    "change_authorised": ("{number} is authorised: {title}", "{number} may be made in its window."),
    "change_rejected": ("{number} was rejected: {title}", "{reason}\n\nIt can be reworked and put to the vote again."),
    "change_lapsed": (
        "{number} needs its authorisation again: {title}",
        "The authorisation of {number} lapsed ({why}). Ask for it again when the plan is right.",
    ),
    "change_reopened": (
        "{number} is up for authorisation again: {title}",
        "Its plan was edited after it had been authorised. It is not made before it is agreed to again.",
    ),
    "change_window": (
        "The window of {number} is open: {title}",
        "Work on {number} may begin now. Start it on its page.",
    ),
    "change_missed": (
        "{number} was not begun in its window: {title}",
        "Its window has passed and with it its authorisation. Plan another window, or cancel it.",
    ),
    "change_overrun": ("{number} runs over its window: {title}", "The window has ended and the work has not."),
    "change_started": ("{number} is being made: {title}", "The implementation of {number} has begun."),
    "change_backing_out": ("{number} is being backed out: {title}", "{reason}"),
    "change_implemented": (
        "{number} waits for its review: {title}",
        "The work is over; it is proposed as {proposed}. Say on its page how it went.",
    ),
    "change_unratified": (
        "Nobody ratified {number}: {title}",
        "It was made before it was authorised, and was not ratified ({why}). It counts as unauthorised.",
    ),
    "change_closed": ("{number} is closed, {outcome}: {title}", "The change {number} was {outcome}."),
}
