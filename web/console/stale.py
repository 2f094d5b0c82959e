"""Somebody was quicker: what they changed, what was typed, and one press to do it all the same."""

import json
import secrets

from sqlalchemy.orm import Session

from longwatch.store import tickets
from longwatch.store.tickets import Found
from web.console import words
from web.console.asking import Asked
from web.console.conversation import event
from web.console.frame import frame
from web.console.people import Viewer
from web.console.reading import reader_of
from web.rendering import render


def stale_page(session: Session, who: Viewer, number: str, *, seen: int, asked: Asked) -> str:
    """The page that shows the changes since the version the person saw."""
    found = tickets.find(session, who.actor, number)
    assert found is not None
    assert asked.result is not None
    return render(
        "stale.html",
        "ticket",
        number=number,
        reason=asked.result.reason,
        entries=_changes(session, who, found, seen),
        version=found.version,
        token=secrets.token_urlsafe(12),
        typed=asked.typed,
        action_url=f"/t/{number}/actions/{asked.action}",
        action_label=words.readable(asked.action),
        **frame(session, who),
    )


def _changes(session: Session, who: Viewer, found: Found, seen: int) -> list[object]:
    lines = tickets.journal(session, found.number, after=seen)
    reader = reader_of(session, who, found, lines)
    records = [json.loads(line.text) for line in lines]
    return [event(record, reader) for record in records if record["type"] not in words.BACKGROUND]
