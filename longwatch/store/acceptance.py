"""The one way in: a request becomes a numbered, dated command row. After that commit nothing of it can be lost."""

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch import messages
from longwatch.domain.ticket import body_digest, canonical
from longwatch.messages import PREFIXES
from longwatch.store.database import Store
from longwatch.store.tables import Body, Command
from longwatch.store.writing import count_up, insert_all_once, insert_once

RELAY_WAITS = timedelta(seconds=3)
"""How long the relay leaves a command to the web request that accepted it and now speaks to the engine itself."""


@dataclass(frozen=True)
class Request:
    """What somebody asks. `texts` are a person's words by field name; `key` makes a repetition the same request."""

    ticket: str
    kind: str
    action: str
    actor: str
    data: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    expected_version: int | None = None
    at_once: bool = False  # the caller wakes the ticket itself


class KeyReused(Exception):  # noqa: N818 - a conflict, answered with 409 or 422
    """The same idempotency key came with another request."""


def accept(store: Store, session: Session, request: Request) -> Command:
    """Writes the command, and the texts it refers to. The same key again returns the command it first made.

    Raises KeyReused when the key belongs to something else.
    """
    if request.key is not None:
        before = session.scalar(select(Command).where(Command.key == request.key))
        if before is not None:
            return _same(before, request)
    now = store.now(session)
    bodies = {name: _body(request, text, now) for name, text in request.texts.items()}
    row = _row(request, bodies, now)
    if not insert_once(session, Command, row):  # another process was quicker with the same key
        first = session.execute(select(Command).where(Command.key == request.key)).scalar_one()
        return _same(first, request)
    session.add_all(bodies.values())
    return session.execute(select(Command).where(Command.id == row["id"])).scalar_one()


def accept_opening(store: Store, session: Session, kind: str, request: Request) -> Command:
    """Numbers a new ticket and accepts its opening; `request.ticket` is ignored. The same key keeps its number."""
    if request.key is not None:
        before = session.scalar(select(Command).where(Command.key == request.key))
        if before is not None:
            return _same(before, request)
    number = f"{PREFIXES[kind]}-{count_up(session, kind):06d}"
    data = {**request.data, "number": number, **_rules_of(kind)}
    opening = Request(number, kind, "open", request.actor, data, request.texts, request.key, None, request.at_once)
    return accept(store, session, opening)


def _rules_of(kind: str) -> dict[str, int]:
    """The version of the rules that a ticket opened now lives by; the first goes without saying."""
    version = messages.decider(kind).RULES if kind in messages.WORKFLOWS else 1
    return {"rules": version} if version > 1 else {}


def accept_machines(store: Store, session: Session, requests: Sequence[Request]) -> None:
    """Accepts many commands of machines at once; one whose key was accepted before is left as it is."""
    now = store.now(session)
    insert_all_once(session, Command, [_row(request, {}, now) for request in requests])


def _same(before: Command, request: Request) -> Command:
    if (before.actor, before.action) != (request.actor, request.action):
        raise KeyReused("This idempotency key was used for another request.")
    return before


def _row(request: Request, bodies: Mapping[str, Body], now: datetime) -> dict[str, Any]:
    refs = {name: {"body": body.id, "sha256": body.sha256} for name, body in bodies.items()}
    return {
        "id": str(uuid.uuid4()),
        "ticket": request.ticket,
        "kind": request.kind,
        "action": request.action,
        "actor": request.actor,
        "data": canonical({**request.data, **refs}),
        "expected_version": request.expected_version,
        "key": request.key,
        "accepted_at": now,
        "wake_at": now + RELAY_WAITS if request.at_once else now,
        "wakes": 0,
    }


def _body(request: Request, text: str, now: datetime) -> Body:
    salt = secrets.token_hex(16)
    return Body(
        id=str(uuid.uuid4()),
        ticket=request.ticket,
        author=request.actor,
        salt=salt,
        text=text,
        sha256=body_digest(salt, text),
        created_at=now,
    )


def data_of(command: Command) -> dict[str, Any]:
    """The fields of a stored command."""
    data: dict[str, Any] = json.loads(command.data)
    return data
