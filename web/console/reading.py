"""The names and words behind a ticket: looked up once for everything a page tells of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from sqlalchemy.orm import Session

from longwatch.domain.ticket import Line
from longwatch.store import tickets
from longwatch.store.tickets import Found
from web.console.conversation import Reader
from web.console.names import names_of
from web.console.people import Viewer

LONGEST_NAME = 120
"""No identifier of anything is longer."""


def reader_of(session: Session, who: Viewer, found: Found, lines: Sequence[Line]) -> Reader:
    """The names and texts that a ticket's state, journal and pending commands refer to."""
    state = found.state
    records = [json.loads(line.text) for line in lines]
    waiting = [json.loads(command.data) for command in found.pending]
    bodies = tickets.bodies_in([state.title, state.description, state.expected_result, *_own_words(state)])
    bodies += tickets.bodies_in([record["data"] for record in records]) + tickets.bodies_in(waiting)
    people = [state.requester, state.assignee, *(record["actor"] for record in records)]
    people += [one for record in records for one in mentioned(record["data"]) if one.startswith("user:")]
    people += [command.actor for command in found.pending]
    return Reader(
        who, names_of(session, people, [state.ci, *getattr(state, "cis", ())]), tickets.texts(session, bodies)
    )


OWN = ("texts", "review", "cause", "known", "workaround", "risk", "order", "tasks")
"""Where the states of single kinds of tickets hold people's words."""


def _own_words(state: Any) -> list[Any]:
    held = [getattr(state, name, None) for name in OWN]
    return [asdict(one) if is_dataclass(one) and not isinstance(one, type) else one for one in held]


def mentioned(data: Any) -> list[str]:
    """The short texts of JSON-clean data, any of which may be somebody's or something's identifier."""
    if isinstance(data, str):
        return [data] if len(data) <= LONGEST_NAME else []
    if isinstance(data, Mapping):
        return [text for value in data.values() for text in mentioned(value)]
    return [text for value in data for text in mentioned(value)] if isinstance(data, list | tuple) else []
