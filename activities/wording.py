"""The words of mails to people, by template, and where on the desk each mail leads."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from activities.wording_between import BETWEEN
from activities.wording_changes import CHANGES
from activities.wording_tasks import TASKS
from longwatch.domain.ticket import instant
from longwatch.store.tables import Body, Ticket

TEMPLATES: dict[str, tuple[str, str]] = {
    **TASKS,
    **CHANGES,
    **BETWEEN,
    "assigned": ("{number} is yours: {title}", "{number} was assigned to you or your team."),
    "rung": ("{number} needs attention: {title}", "{number} reached the step {rung} of its escalation ladder."),
    "page": ("You are called: {number}: {title}", "{number} reached the step {rung} of its escalation ladder."),
    "breach": ("{number} missed its {clock} target: {title}", "Its {clock} was due at {due}."),
    "escalated": ("{number} was escalated to level {level}: {title}", "{reason}"),
    "hold_lifted": ("{number} goes on: {title}", "It is no longer on hold ({reason})."),
    "resolved": (
        "{number} is resolved: {title}",
        "{text}\n\nWe believe this is solved. If it is not, answer in the ticket and it is open again.",
    ),
    "reopened": ("{number} is open again: {title}", "{reason}"),
    "message": ("The requester wrote in {number}: {title}", "{body}"),
    "reply": ("Reply in {number}: {title}", "{body}"),
    "cancelled": ("{number} was cancelled: {title}", "{reason}"),
    "problem_logged": (
        "A problem was logged: {number}: {title}",
        "{number} was logged by the desk itself. Please look whether it is one, and assess it.",
    ),
    "problem_change_failed": (
        "The change for {number} did not solve it: {title}",
        "{change} ended: {how}. The problem is open again.",
    ),
    "risk_accepted": (
        "The risk of {number} is accepted: {title}",
        "{number} is closed. It is looked at again on {review_at}.",
    ),
    "request_received": ("We have received {number}: {title}", "{said}"),
    "request_approved": ("{number} is agreed to: {title}", "Work on {number} can begin."),
    "request_rejected": ("{number} was rejected: {title}", "{words}\n\n{reason}"),
    "request_fulfilled": (
        "{number} is fulfilled: {title}",
        "{said}\n\n{text}\n\nIf something is missing, answer in the ticket and it is open again.",
    ),
    "approval_asked": (
        "Your approval is asked for {number}: {title}",
        (
            "{number} needs your vote ({why}).\nStage: {stage_title}\nTime to decide: until {due}\n\n{text}\n\n"
            "Read what is asked and decide on the page below. Opening it decides nothing."
        ),
    ),
    "approval_reminded": (
        "Votes are missing for {number}: {title}",
        (
            "The stage {stage_title} of {number} ends on {due}, and its votes are not complete.\n\n"
            "Read what is asked and decide on the page below. Opening it decides nothing."
        ),
    ),
    "approval_overdue": (
        "The votes for {number} are late: {title}",
        "The time of the stage {stage_title} has passed. Who comes now: {names} ({how}).\nTime to decide: until {due}",
    ),
    "approval_blocked": (
        "The approval of {number} is stuck: {title}",
        (
            "The stage {stage_title} cannot be decided as it is. {reason}\n\n"
            "You can have approvers looked for again, edit what is asked for, or recall it."
        ),
    ),
    "approval_voided": (
        "{number} was edited, and your vote is void: {title}",
        (
            "It was edited after you voted, so every vote fell and its approval begins again at the first stage.\n"
            "Whoever has a voice there is asked anew, about what it says now."
        ),
    ),
    "approval_decided": ("The approval of {number}: {outcome}: {title}", "Stage: {stage_title}\n{reason}"),
    "approval_recalled": (
        "{number} needs your vote no more: {title}",
        "Its approval was recalled in the stage {stage_title}.\n\n{text}",
    ),
}
"""Subject and text. A template that is not here is told by its name, never dropped."""

PLACES = dict.fromkeys(("approval_asked", "approval_reminded", "approval_voided"), "/approvals/{number}")
"""Where a template leads, if not to the ticket. An approval's page asks to sign in, and decides nothing by itself."""


def place(number: str, template: str) -> str:
    """The path on the desk that a mail of this template leads to."""
    return PLACES.get(template, "/t/{number}").format(number=number)


def wording(
    session: Session, number: str, template: str, data: Mapping[str, Any], zone: tzinfo = UTC
) -> tuple[str, str]:
    """Subject and text of a mail about a ticket, with instants in the reader's time zone.

    What people wrote is fetched now, so that erased words stay erased.
    """
    ticket = session.get(Ticket, number)
    title = _text(session, ticket.title_body if ticket else None) or "(no title)"
    words = {name: _said(session, value, zone) for name, value in data.items()} | {"number": number, "title": title}
    unknown = ("{number}: " + template.replace("_", " ") + ": {title}", "See the ticket.")
    subject, text = TEMPLATES.get(template, unknown)
    return subject.format_map(_Words(words)), _tidy(text.format_map(_Words(words)))


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        """Nothing, rather than no mail at all."""
        return ""


def _tidy(text: str) -> str:
    """Without the gaps that absent words leave."""
    parts = (part.strip() for part in text.split("\n\n"))
    return "\n\n".join(part for part in parts if part)


def _said(session: Session, value: Any, zone: tzinfo) -> str:
    """A value in words: a reference to a text is that text, a stamp is a date, a list its members."""
    if isinstance(value, Mapping):
        return _text(session, value.get("body")) or ""
    if isinstance(value, list | tuple):
        return ", ".join(_said(session, one, zone) for one in value)
    return "" if value is None else _date(str(value), zone) or _plain(str(value))


def _date(text: str, zone: tzinfo) -> str:
    try:
        return instant(text).astimezone(zone).strftime("%a %-d %b %Y, %H:%M %Z")
    except ValueError:
        return ""


def _plain(text: str) -> str:
    return text.replace("user:", "").replace("_", " ")


def _text(session: Session, body: str | None) -> str | None:
    row = session.get(Body, body) if body else None
    return row.text if row else None
