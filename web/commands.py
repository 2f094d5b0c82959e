"""The one service through which pages and the API ask for anything.

Pre-check (the same rules, on the recorded state and what already waits) -> one write transaction that numbers, dates
and keeps the command -> the ticket's loop -> the outcome. What cannot be answered in two seconds is saved and goes on
without us: say "processing", never "failed".
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.commands import as_command
from cmdb.hints import ci_named
from longwatch import messages
from longwatch.domain import roles
from longwatch.domain.draft import Draft, Outcome
from longwatch.domain.ticket import GENESIS, Actor, body_digest
from longwatch.domain.ticket import Command as Judged
from longwatch.store import inbox, tickets
from longwatch.store.acceptance import KeyReused, Request, accept, accept_opening
from longwatch.store.tables import Body, Command
from longwatch.store.tickets import Found
from web.desk import desk

PATIENCE = 2.0
"""Seconds a person waits for the outcome of a command."""

OPENING_PATIENCE = 1.5
"""Seconds a person waits for a new ticket's first journal line."""

_REF = {"body": "", "sha256": ""}
_GIVEN = ("number", "rules")
"""What acceptance adds to an opening."""


Finder = Callable[[Session, Actor, str], Found | None]
"""Finds what is asked, if it is for the actor's eyes."""


class Absent(Exception):  # noqa: N818 - an answer, not a fault
    """There is no such ticket, or it is not for these eyes: both look alike."""


@dataclass(frozen=True)
class Result:
    """What became of a request. `outcome`: applied | refused | forbidden | stale | parked | processing.

    `forbidden`: the actor's roles do not allow it. `command` is its id; none when it was refused before it was written
    down. `version` is the ticket's after it.
    """

    outcome: str
    ticket: str
    command: str | None = None
    reason: str | None = None
    field: str | None = None
    version: int | None = None


@dataclass(frozen=True)
class _Asked:
    """A request, before it is a command."""

    actor: Actor
    kind: str
    ticket: str
    action: str
    data: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    expected_version: int | None = None

    def command(self, at: Any) -> Judged:
        """The request as the rules would see it now."""
        data = {**self.data, **dict.fromkeys(self.texts, _REF)}
        return Judged("pre-check", self.action, at, self.actor, data, self.expected_version)

    def request(self) -> Request:
        """The request as it is accepted."""
        return Request(
            self.ticket,
            self.kind,
            self.action,
            self.actor.id,
            self.data,
            self.texts,
            self.key,
            self.expected_version,
            at_once=True,
        )


def ask(
    actor: Actor,
    number: str,
    action: str,
    data: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    *,
    key: str | None = None,
    expected_version: int | None = None,
    find: Finder = tickets.find,
) -> Result:
    """Asks something of a ticket. `texts` are the person's words by field name; `key` makes a repetition the same.

    `find` looks it up through the actor's eyes: alert groups are found by another look than tickets.

    Raises Absent, KeyReused (the key belongs to another request), and DBAPIError while the database is away.
    """
    store = desk().store
    with store.reading() as session:
        found = find(session, actor, number)
        if found is None:
            raise Absent(number)
        asked = _Asked(actor, found.kind, number, action, data or {}, texts or {}, _owned(actor, key), expected_version)
        known = _known(session, asked)
        if known is None:
            early = _judged(draft_of(session, found), asked, store.now(session))
            if early is not None:
                return early
    if known is None:
        with store.writing() as session:
            known = accept(store, session, asked.request())
            _must_be_same(session, known, asked)
    return _outcome(known, PATIENCE)


def open_ticket(
    actor: Actor, kind: str, data: Mapping[str, Any], texts: Mapping[str, str], *, key: str | None = None
) -> Result:
    """Opens a ticket: its number is the result's `ticket`. It needs no engine; waits a moment for its first line.

    Raises KeyReused, and DBAPIError while the database is away.
    """
    store = desk().store
    if not roles.is_staff(actor):  # who does not work here asks for themselves
        data = {"requester": actor.id, **data}
    asked = _Asked(actor, kind, "", "open", data, texts, _owned(actor, key))
    with store.reading() as session:
        known = _known(session, asked)
        if known is None:
            rules = messages.decider(kind)
            numbered = _Asked(actor, kind, "", "open", {**data, "number": f"{messages.PREFIXES[kind]}-0"}, texts)
            early = _judged(Draft(rules, "", rules.State()), numbered, store.now(session))
            if early is not None:
                return early
            asked = _about(session, asked)
    if known is None:
        with store.writing() as session:
            known = accept_opening(store, session, kind, asked.request())
            _must_be_same(session, known, asked)
    return _opened(known)


def _about(session: Session, asked: _Asked) -> _Asked:
    """What it is about, where the form names no item and the words name just one that is recorded."""
    if asked.kind != messages.INCIDENT or asked.data.get("ci"):
        return asked
    found = ci_named(session, asked.texts.values())
    return asked if found is None else replace(asked, data={**asked.data, "ci": found})


def draft_of(session: Session, found: Found) -> Draft:
    """The ticket as it will stand once everything that waits for it is decided."""
    recorded = found.opening is None
    state = found.state if recorded else found.rules.State()
    last = state.updated_at if recorded and found.kind != messages.ALERT_GROUP else None
    draft = Draft(messages.decider(found.kind), found.number, state, found.version, found.head or GENESIS, last)
    actors: dict[str, Actor] = {}
    for row in found.pending:
        draft.take(as_command(session, row, actors))
    return draft


def _owned(actor: Actor, key: str | None) -> str | None:
    return None if key is None else f"{actor.id}:{key}"


def _judged(draft: Draft, asked: _Asked, at: Any) -> Result | None:
    """The refusal the loop would give; None when it would not refuse, as far as can be seen from here.

    What the rules cannot even decide (a fault of ours) is let through, to be parked where operators see it.
    """
    outcome = draft.take(asked.command(at))
    if outcome.outcome not in ("refused", "stale"):
        return None
    said = "forbidden" if outcome.outcome == "refused" and not _may(draft, asked) else outcome.outcome
    return Result(said, asked.ticket, None, outcome.reason, outcome.field, outcome.version)


def _may(draft: Draft, asked: _Asked) -> bool:
    """Whether the actor's roles allow it. Of alert groups, the doors judge that."""
    if asked.kind == messages.ALERT_GROUP:
        return True
    return messages.ticket_rules(asked.kind).may(asked.actor, asked.action, draft.state.requester)


def _known(session: Session, asked: _Asked) -> Command | None:
    """The command that the same request made before. Raises KeyReused when it was another."""
    if asked.key is None:
        return None
    row = session.scalar(select(Command).where(Command.key == asked.key))
    if row is not None:
        _must_be_same(session, row, asked)
    return row


def _must_be_same(session: Session, row: Command, asked: _Asked) -> None:
    if asked.key is None:
        return
    data = json.loads(row.data)
    texts = {name: data.pop(name, None) for name in asked.texts}
    given = _GIVEN if asked.data.get("ci") else (*_GIVEN, "ci")  # an item found in the words was not asked for
    plain = {name: value for name, value in data.items() if name not in given or row.action != "open"}
    same_target = row.action == asked.action and (row.action == "open" or row.ticket == asked.ticket)
    if not same_target or row.kind != asked.kind or plain != dict(asked.data) or not _same_texts(session, texts, asked):
        raise KeyReused("This idempotency key was used for another request.")


def _same_texts(session: Session, refs: Mapping[str, Any], asked: _Asked) -> bool:
    for name, text in asked.texts.items():
        ref = refs.get(name)
        body = session.get(Body, ref["body"]) if isinstance(ref, dict) else None
        if body is None or body_digest(body.salt, text) != body.sha256:
            return False
    return True


def _outcome(command: Command, patience: float) -> Result:
    """Of a command that was accepted: what the loop says within a person's patience."""
    if command.outcome is not None:
        return _settled(command)
    outcome = desk().loops.act(command.ticket, command.action, command.id, patience)
    if outcome is not None and outcome.outcome != "unknown":
        return _told(command, outcome)
    row = _row(command.id)
    return _settled(row) if row.outcome is not None else Result("processing", command.ticket, command.id)


def _opened(command: Command) -> Result:
    """Of an opening: what its loop says within a person's patience; no time is spent while nothing moves anyway."""
    with desk().store.reading() as session:
        if inbox.is_stuck(session, desk().store.now(session)):
            return Result("processing", command.ticket, command.id)
    return _outcome(command, OPENING_PATIENCE)


def _row(identity: str) -> Command:
    with desk().store.reading() as session:
        return session.scalars(select(Command).where(Command.id == identity)).one()


def _told(command: Command, outcome: Outcome) -> Result:
    return Result(outcome.outcome, command.ticket, command.id, outcome.reason, outcome.field, outcome.version)


def _settled(row: Command) -> Result:
    return Result(row.outcome or "processing", row.ticket, row.id, row.reason, row.field, row.version)
