"""What speaks for a ticket: its journal, its recorded state, its texts, and the engine's own histories."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from longwatch.domain.ticket import Line
from longwatch.store.database import Store
from longwatch.store.tables import Body, JournalLine, Process, Run


@dataclass(frozen=True)
class Recorded:
    """The recorded state of a ticket and where in its journal it stands."""

    version: int
    head: str
    state: str


@dataclass(frozen=True)
class Text:
    """A text somebody wrote, with what proves it; `text` is none once it was erased."""

    id: str
    salt: str
    sha256: str
    text: str | None


@dataclass(frozen=True)
class Evidence:
    """Everything about one ticket that a proof weighs. `histories` by run id; none where nobody has it any more.

    `later` are lines that were added while the histories were fetched: a desk at work does not stand still.
    """

    ticket: str
    kind: str
    lines: list[Line]
    recorded: Recorded | None
    texts: list[Text]
    runs: list[str]
    later: list[Line] = field(default_factory=list)
    histories: Mapping[str, WorkflowHistory | None] = field(default_factory=dict)


def written(session: Session, ticket: str) -> Evidence:
    """What the database says, in one consistent view."""
    process = session.get(Process, ticket)
    bodies = session.scalars(select(Body).where(Body.ticket == ticket).order_by(Body.created_at, Body.id))
    return Evidence(
        ticket=ticket,
        kind=process.kind if process else "",
        lines=lines_after(session, ticket, 0),
        recorded=Recorded(process.version, process.head, process.state) if process else None,
        texts=[Text(body.id, body.salt, body.sha256, body.text) for body in bodies],
        runs=list(session.scalars(select(Run.run).where(Run.ticket == ticket).order_by(Run.started_at))),
    )


def lines_after(session: Session, ticket: str, seq: int) -> list[Line]:
    """The journal after a line, in order."""
    rows = select(JournalLine).where(JournalLine.ticket == ticket, JournalLine.seq > seq).order_by(JournalLine.seq)
    return [Line(row.seq, row.text, row.prev, row.hash) for row in session.scalars(rows)]


async def with_histories(store: Store, evidence: Evidence, client: Client | None) -> Evidence:
    """The evidence with the histories of its runs: kept ones from the database, living ones from the engine."""
    with store.reading() as session:
        kept = select(Run.run, Run.history).where(Run.ticket == evidence.ticket).order_by(Run.started_at)
        packed = {row.run: row.history for row in session.execute(kept)}
    histories = {run: await _history(evidence.ticket, run, history, client) for run, history in packed.items()}
    with store.reading() as session:
        later = lines_after(session, evidence.ticket, len(evidence.lines))
    return replace(evidence, runs=list(packed), histories=histories, later=later)


def unpacked(ticket: str, history: bytes) -> WorkflowHistory:
    """A kept history."""
    return WorkflowHistory.from_json(ticket, gzip.decompress(history).decode())


async def _history(ticket: str, run: str, kept: bytes | None, client: Client | None) -> WorkflowHistory | None:
    if kept is not None:
        return unpacked(ticket, kept)
    return None if client is None else await living_history(client, ticket, run)


async def living_history(client: Client, ticket: str, run: str) -> WorkflowHistory | None:
    """What the engine holds of a run; none when it knows it no more. Raises RPCError when the engine is away."""
    try:
        return await client.get_workflow_handle(ticket, run_id=run).fetch_history()
    except RPCError as problem:
        if problem.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
