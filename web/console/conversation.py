"""What happened to a ticket, as people read it: messages in full, events in one line, the journal as it stands."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from longwatch.domain.ticket import Line, instant
from longwatch.store.tables import Command
from web.console import words
from web.console.people import Face, Names, Viewer
from web.console.telling import tell
from web.console.times import Moment, exact, moment
from web.console.words import Badge

Texts = Mapping[str, str | None]
ERASED = "(These words were erased.)"
LONGEST_DETAIL = 300


@dataclass(frozen=True)
class Entry:
    """Something in the conversation: a message, or an event in one line."""

    id: str
    kind: str  # message | event
    who: Face | None
    at: Moment
    text: str
    badge: Badge | None = None
    public: bool = True
    label: str = ""
    pending: bool = False


@dataclass(frozen=True)
class JournalEntry:
    """A line of the journal, in its place in the chain."""

    seq: int
    at: Moment
    at_exact: str
    who: Face | None
    type: str
    detail: str
    hash: str


@dataclass(frozen=True)
class Reader:
    """Who reads, with the names and texts that the lines refer to, and the titles of the ticket's tasks by id."""

    who: Viewer
    names: Names
    texts: Texts
    titles: Mapping[str, str] = field(default_factory=dict)

    def text(self, reference: Any) -> str:
        """The words behind a reference in a fact; a note when they were erased."""
        body = reference.get("body", "") if isinstance(reference, Mapping) else ""
        return self.texts.get(body) or (ERASED if body else "")


def entries(lines: Iterable[Line], pending: Sequence[Command], reader: Reader, *, internal: bool) -> list[Entry]:
    """The conversation in order: the first report, messages and events, then what is saved and not processed yet."""
    shown: list[Entry] = []
    for line in lines:
        record = json.loads(line.text)
        shown += _entries_of(record, reader, internal=internal)
    shown += [_pending(command, reader) for command in pending if command.action == "message"]
    return [entry for entry in shown if internal or entry.public]


def _entries_of(record: Mapping[str, Any], reader: Reader, *, internal: bool) -> list[Entry]:
    data = record["data"]
    if record["type"] == "MessageAdded":
        return [_message(record, reader.text(data["body"]), reader, public=bool(data["public"]))]
    if record["type"] == "Opened" and data.get("description"):
        return [event(record, reader), _message(record, reader.text(data["description"]), reader, label="first report")]
    if record["type"] in FROM_ELSEWHERE:
        return [*_came_along(record, reader, internal=internal)]
    if record["type"] in words.BACKGROUND or (not internal and record["type"] not in FOR_REQUESTERS):
        return []
    return [event(record, reader)]


FROM_ELSEWHERE = frozenset({"MessageForwarded", "MessagesQuoted", "MergedHere"})
"""Facts that bring words of other tickets along."""


def _came_along(record: Mapping[str, Any], reader: Reader, *, internal: bool) -> Iterator[Entry]:
    """Words written elsewhere, each said to be so. Of another requester's a requester reads nothing."""
    data = record["data"]
    if record["type"] == "MessageForwarded":
        if internal or data["by"] == "staff":
            yield _written(record, data, f"written in {data['origin']}", reader)
        return
    if record["type"] == "MergedHere":
        if not internal:
            return
        yield event(record, reader)
    origin = data.get("origin") or data["ticket"]
    for message in data["messages"]:
        yield _written(record, message, f"written in {origin}", reader)


def _written(record: Mapping[str, Any], said: Mapping[str, Any], label: str, reader: Reader) -> Entry:
    """A message by its own writer and time; it stands where it came in."""
    at = moment(instant(said.get("at") or record["at"]), reader.who.now, reader.who.zone)
    name = f"{record['seq']}-{said.get('line', 'text')}"
    face = reader.names.face(said.get("writer"))
    return Entry(name, "message", face, at, reader.text(said["body"]), public=bool(said["public"]), label=label)


FOR_REQUESTERS = frozenset(
    {
        *("Opened", "Started", "Held", "Resumed", "Resolved", "Closed", "Reopened", "Cancelled"),
        *("ApprovalStarted", "ApprovalGranted", "ApprovalRefused", "ApprovalExpired", "ApprovalRecalled"),
    }
)
"""Events that a requester is shown besides the public messages."""


def _message(record: Mapping[str, Any], text: str, reader: Reader, *, public: bool = True, label: str = "") -> Entry:
    face = reader.names.face(record["actor"])
    at = moment(instant(record["at"]), reader.who.now, reader.who.zone)
    return Entry(f"{record['seq']}-text", "message", face, at, text, public=public, label=label)


def _pending(command: Command, reader: Reader) -> Entry:
    data = json.loads(command.data)
    at = moment(command.accepted_at, reader.who.now, reader.who.zone)
    face = reader.names.face(command.actor)
    public = bool(data.get("public"))
    return Entry(command.id, "message", face, at, reader.text(data.get("body")), public=public, pending=True)


def event(record: Mapping[str, Any], reader: Reader) -> Entry:
    """A journal record as an event in one line."""
    badge = words.event(record["type"])
    at = moment(instant(record["at"]), reader.who.now, reader.who.zone)
    face = reader.names.face(record["actor"])
    return Entry(str(record["seq"]), "event", face, at, tell(record, reader), badge)


def journal(lines: Iterable[Line], reader: Reader) -> list[JournalEntry]:
    """Every line with its place in the chain, the last one first."""
    return [_journal_entry(line, json.loads(line.text), reader) for line in reversed(list(lines))]


def _journal_entry(line: Line, record: Mapping[str, Any], reader: Reader) -> JournalEntry:
    at = instant(record["at"])
    return JournalEntry(
        line.seq,
        moment(at, reader.who.now, reader.who.zone),
        exact(at, reader.who.zone),
        reader.names.face(record["actor"]),
        record["type"],
        detail(record, reader),
        line.hash,
    )


def detail(record: Mapping[str, Any], reader: Reader) -> str:
    """The fields of a fact in one line; names for identifiers, words for references, a length for long lists."""
    told = ((name, _told(name, value, reader)) for name, value in sorted(record["data"].items()))
    line = ", ".join(f"{words.readable(name).lower()} {text}" for name, text in told if text)
    return line if len(line) <= LONGEST_DETAIL else f"{line[:LONGEST_DETAIL]} …"


def _told(name: str, value: Any, reader: Reader) -> str:
    if value in (None, "", [], {}) or isinstance(value, bool):
        return "yes" if value is True else ""
    if isinstance(value, Mapping):
        return f"“{reader.text(value)}”" if "body" in value else ""
    if isinstance(value, list):
        return " ".join(value) if all(isinstance(item, str) for item in value) else ""
    return _named(name, str(value), reader)


def _named(name: str, value: str, reader: Reader) -> str:
    if name == "team":
        return reader.names.team(value)
    if name == "ci":
        return reader.names.ci(value)
    if ":" in value and value.partition(":")[0] in ("user", "team", "role", "source", "system"):
        face = reader.names.face(value)
        return face.name if face else value
    if value.endswith("Z") and "T" in value:
        return exact(instant(value), reader.who.zone)
    return words.HOLD_REASONS.get(value, value.replace("_", " "))
