"""Lists of tickets as JSON: what was made of a recorded state for one reader is remembered, not made again."""

from collections.abc import Hashable, Iterable
from typing import Any

from flask import Response, jsonify
from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor
from longwatch.store import tickets
from longwatch.store.tables import Process
from longwatch.store.ticket_lists import Listed, Page
from web.desk import desk
from web.ticket_json import line_json


def listed(session: Session, actor: Actor, page: Page) -> Response:
    """A page of a list; at most three queries, however long it is."""
    waiting = tickets.pending_of(session, [line.ticket.number for line in page.items])
    recorded = _recorded(session, actor, [line for line in page.items if line.opening is None])
    items = []
    for line in page.items:
        number = line.ticket.number
        if line.opening is not None:
            made = line_json(tickets.being_opened(line.opening, waiting.get(number, [])), actor)
        elif number in recorded:
            made = recorded[number]
        else:
            continue
        items.append({**made, "title": line.title, "processing": number in waiting})
    return jsonify({"items": items, "next": page.next})


def _recorded(session: Session, actor: Actor, lines: Iterable[Listed]) -> dict[str, Any]:
    """What each line says, by number: remembered, or read and made."""
    lines = list(lines)
    keys = {line.ticket.number: _key(line, actor) for line in lines}
    known = {number: made for number, key in keys.items() if (made := desk().lines.get(key)) is not None}
    unknown = [number for number in keys if number not in known]
    if unknown:
        for process in session.scalars(select(Process).where(Process.id.in_(unknown))):
            known[process.id] = line_json(tickets.recorded(process, []), actor)
            if process.version == keys[process.id][1]:
                desk().lines.put(keys[process.id], known[process.id])
    return known


def _key(line: Listed, actor: Actor) -> tuple[Hashable, ...]:
    row = line.ticket
    return (row.number, row.version, row.updated_at, actor.id, actor.roles, actor.teams)
