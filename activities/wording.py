"""The words of messages to people, by template."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from longwatch.store.tables import Body, Ticket

TEMPLATES: dict[str, tuple[str, str]] = {
    "assigned": ("{number} is yours: {title}", "{number} was assigned to you or your team."),
    "resolved": ("{number} is resolved: {title}", "We believe this is solved. If it is not, reply or press Not fixed."),
    "rung": ("{number} needs attention: {title}", "An escalation step of {number} was reached: {rung}."),
    "breach": ("{number} missed its {clock} target: {title}", "The {clock} deadline of {number} has passed."),
    "reply": ("New reply in {number}: {title}", "There is a new reply in {number}."),
    "hold_lifted": ("{number} goes on: {title}", "What {number} waited for has happened."),
}
"""Subject and text. Unknown templates are told by their name, never dropped."""


class _Missing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"({key})"


def wording(session: Session, number: str, template: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of a message about a ticket."""
    ticket = session.get(Ticket, number)
    body = session.get(Body, ticket.title_body) if ticket and ticket.title_body else None
    title = (body.text if body else None) or "(no title)"
    subject, text = TEMPLATES.get(
        template, ("{number}: " + template.replace("_", " ") + ": {title}", "See the ticket.")
    )
    words = _Missing({name: str(value) for name, value in data.items()} | {"number": number, "title": title})
    return subject.format_map(words), text.format_map(words)
