"""The words of mails to people, by template."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from longwatch.store.tables import Body, Ticket

TEMPLATES: dict[str, tuple[str, str]] = {
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
}
"""Subject and text. A template that is not here is told by its name, never dropped."""


def wording(session: Session, number: str, template: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of a mail about a ticket; what people wrote is fetched now, so that erased words stay erased."""
    ticket = session.get(Ticket, number)
    title = _text(session, ticket.title_body if ticket else None) or "(no title)"
    words = {name: _said(session, value) for name, value in data.items()} | {"number": number, "title": title}
    unknown = ("{number}: " + template.replace("_", " ") + ": {title}", "See the ticket.")
    subject, text = TEMPLATES.get(template, unknown)
    return subject.format_map(_Words(words)), text.format_map(_Words(words)).strip()


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        """Nothing, rather than no mail at all."""
        return ""


def _said(session: Session, value: Any) -> str:
    """A value in words; a reference to a text is that text."""
    if isinstance(value, Mapping):
        return _text(session, value.get("body")) or ""
    return "" if value is None else str(value).replace("_", " ")


def _text(session: Session, body: str | None) -> str | None:
    row = session.get(Body, body) if body else None
    return row.text if row else None
