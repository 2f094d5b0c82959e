"""For auditors: the journal beside the engine's own events, and the proof that both tell the same. Read-only."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort

from longwatch.domain.ticket import Line, broken_link, instant
from longwatch.store import tickets
from longwatch.store.tables import Audit
from longwatch.store.tickets import Found
from web import policies
from web.console.conversation import Reader, detail
from web.console.engine_events import EngineEvent, by_command, events_of
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.reading import reader_of
from web.desk import desk
from web.proof import prove
from web.rendering import render, wants_block

blueprint = Blueprint("history", __name__, url_prefix="/t/<number>/history")


@dataclass(frozen=True)
class ProofCard:
    """What is proven. `checked`: the engine's history was replayed as well, which takes a press."""

    facts: Sequence[tuple[str, str]]
    checked: bool = False
    agree: bool = False
    summary: str = ""


@dataclass(frozen=True)
class Recorded:
    """A journal line in the auditor's table."""

    seq: int
    at_exact: str
    who: str
    type: str
    detail: str
    hash: str
    engine: str = ""


@blueprint.get("")
@policies.only("auditor", "admin")
def show(number: str) -> str:
    """The page."""
    return _page(number, None)


@blueprint.post("/verify")
@policies.only("auditor", "admin")
def verify(number: str) -> str:
    """Replays the engine's history through today's rules and compares. It changes nothing, and may take a while."""
    return _page(number, prove(number))


def _page(number: str, proven: Mapping[str, Any] | None) -> str:
    held = desk()
    with held.store.reading() as session:
        who = viewer(session)
        found = tickets.find(session, who.actor, number) or abort(404, "There is no such ticket.")
        lines = tickets.journal(session, number)
        reader = reader_of(session, who, found, lines)
        around = frame(session, who)
    _note(who, number, "history read" if proven is None else "history verified")
    events, problem = ([], "") if wants_block() else events_of(held, number)
    shown = [_recorded(line, reader, by_command(events)) for line in lines]
    proof = _proof(_chain(found, lines), proven)
    return render(
        "history.html", "proof", number=number, lines=shown, events=events, problem=problem, proof=proof, **around
    )


def _note(who: Viewer, number: str, action: str) -> None:
    """Reading what only auditors may read is itself on record."""
    store = desk().store
    with store.writing() as session:
        session.add(Audit(at=store.now(session), actor=who.actor.id, action=action, subject=number, data={}))


def _proof(facts: list[tuple[str, str]], proven: Mapping[str, Any] | None) -> ProofCard:
    if proven is None:
        return ProofCard(facts)
    replayed = f"{proven['replayed']} of {proven['lines']} lines rebuilt from {proven['runs']} histories of the engine"
    summary = " ".join(proven["problems"]) or f"{replayed[:1].upper()}{replayed[1:]}, hash by hash."
    return ProofCard([*facts, ("Replay", replayed)], checked=True, agree=bool(proven["holds"]), summary=summary)


def _chain(found: Found, lines: Sequence[Line]) -> list[tuple[str, str]]:
    broken = broken_link(lines)
    chain = "whole, from the first line to the last" if broken is None else f"broken at line {broken}"
    agrees = lines[-1].hash == found.head if lines else found.version == 0
    return [
        ("Journal", f"{len(lines)} lines"),
        ("Chain", chain),
        ("Head", found.head or "nothing is journalled yet"),
        ("Ticket row", "stands at the last line" if agrees else "does not stand at the last line"),
    ]


def _recorded(line: Line, reader: Reader, carried: Mapping[str, EngineEvent]) -> Recorded:
    record = json.loads(line.text)
    face = reader.names.face(record["actor"])
    at = instant(record["at"]).strftime("%Y-%m-%d %H:%M:%S.%f")
    event = carried.get(record["command"])
    return Recorded(
        line.seq,
        at,
        face.name if face else record["actor"],
        record["type"],
        detail(record, reader),
        line.hash,
        f"{event.id} {event.type}" if event else "",
    )
