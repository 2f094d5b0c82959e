"""The names and words behind a ticket: looked up once for everything a page tells of it."""

import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from longwatch.domain.ticket import Line
from longwatch.store import tickets
from longwatch.store.tickets import Found
from web.console.conversation import Reader
from web.console.names import names_of
from web.console.people import Viewer


def reader_of(session: Session, who: Viewer, found: Found, lines: Sequence[Line]) -> Reader:
    """The names and texts that a ticket's state, journal and pending commands refer to."""
    state = found.state
    records = [json.loads(line.text) for line in lines]
    waiting = [json.loads(command.data) for command in found.pending]
    bodies = tickets.bodies_in([state.title, state.description, state.expected_result])
    bodies += tickets.bodies_in([record["data"] for record in records]) + tickets.bodies_in(waiting)
    people = [state.requester, state.assignee, *(record["actor"] for record in records)]
    people += [record["data"].get("person") for record in records] + [command.actor for command in found.pending]
    return Reader(who, names_of(session, people, [state.ci]), tickets.texts(session, bodies))
