"""Proves a ticket: its chain is whole and its row and texts agree with it.

And the engine's own histories, replayed through today's code, account for every line.
"""

import gzip
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from longwatch import messages
from longwatch.domain.ticket import GENESIS, Line, body_digest, broken_link, fold, read_line
from longwatch.store import states
from longwatch.store.database import Store
from longwatch.store.projection import columns
from longwatch.store.tables import Body, JournalLine, Process, Run, Ticket
from workflows.replay import replay


@dataclass
class Proof:
    """What was checked of one ticket, and everything that is wrong with it."""

    ticket: str
    lines: int = 0
    replayed: int = 0  # lines that a history accounts for
    runs: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True)
class _Recorded:
    lines: list[Line]
    runs: list[tuple[str, bytes | None]]  # run id, kept history


async def prove(store: Store, secret_keys: tuple[str, ...], ticket: str, client: Client | None = None) -> Proof:
    """Checks one ticket or alert group.

    Without a client only kept histories can be replayed; lines that are then not covered are named as a problem.
    """
    proof = Proof(ticket)
    with store.reading() as session:
        recorded = _recorded(session, ticket)
        proof.lines = len(recorded.lines)
        _check_chain(proof, recorded)
        if proof.holds:
            _check_row(session, proof, recorded)
            _check_texts(session, proof)
    if proof.holds:
        await _check_replay(proof, recorded, secret_keys, client)
    return proof


def _recorded(session: Session, ticket: str) -> _Recorded:
    rows = session.scalars(select(JournalLine).where(JournalLine.ticket == ticket).order_by(JournalLine.seq))
    lines = [Line(row.seq, row.text, row.prev, row.hash) for row in rows]
    runs = session.execute(select(Run.run, Run.history).where(Run.ticket == ticket).order_by(Run.started_at))
    return _Recorded(lines, [(run, history) for run, history in runs])


def _check_chain(proof: Proof, recorded: _Recorded) -> None:
    if not recorded.lines:
        proof.problems.append("It has no journal.")
        return
    broken = broken_link(recorded.lines)
    if broken is not None:
        proof.problems.append(f"The chain is broken at line {broken}.")


def _check_row(session: Session, proof: Proof, recorded: _Recorded) -> None:
    process = session.get(Process, proof.ticket)
    if process is None:
        proof.problems.append("It has no recorded state.")
        return
    rules = messages.decider(process.kind)
    state = fold(rules, (read_line(line) for line in recorded.lines))
    head = recorded.lines[-1].hash if recorded.lines else GENESIS
    if (process.version, process.head) != (len(recorded.lines), head):
        proof.problems.append(f"Its row stands at version {process.version}, its journal at {len(recorded.lines)}.")
    if states.load(rules, process.state) != state:
        proof.problems.append("Its recorded state is not the fold of its journal.")
    row = session.get(Ticket, proof.ticket)
    if process.kind != messages.ALERT_GROUP:
        wanted = columns(process.kind, state, process.version)
        wrong = [name for name, value in wanted.items() if row is None or getattr(row, name) != value]
        if wrong:
            proof.problems.append(f"Its row in lists is wrong in {', '.join(wrong)}.")


def _check_texts(session: Session, proof: Proof) -> None:
    for body in session.scalars(select(Body).where(Body.ticket == proof.ticket, Body.text.is_not(None))):
        if body_digest(body.salt, body.text or "") != body.sha256:
            proof.problems.append(f"The text {body.id} was altered.")


async def _check_replay(proof: Proof, recorded: _Recorded, keys: tuple[str, ...], client: Client | None) -> None:
    told: dict[int, str] = {}
    for run, kept in recorded.runs:
        history = await _history(proof.ticket, run, kept, client)
        if history is None:
            continue
        proof.runs += 1
        replayed = await replay(keys, history)
        if replayed.problem:
            proof.problems.append(f"Run {run} does not replay: {replayed.problem}")
        for line in replayed.lines:
            told[line.seq] = line.hash
            if line.seq > len(recorded.lines) or recorded.lines[line.seq - 1] != line:
                proof.problems.append(f"Line {line.seq} differs between journal and history.")
    proof.replayed = len(told)
    silent = [line.seq for line in recorded.lines if line.seq not in told]
    if silent:
        proof.problems.append(f"No history accounts for line{'s' if len(silent) > 1 else ''} {_ranges(silent)}.")


async def _history(ticket: str, run: str, kept: bytes | None, client: Client | None) -> WorkflowHistory | None:
    if kept is not None:
        return WorkflowHistory.from_json(ticket, gzip.decompress(kept).decode())
    if client is None:
        return None
    try:
        return await client.get_workflow_handle(ticket, run_id=run).fetch_history()
    except RPCError as problem:
        if problem.status == RPCStatusCode.NOT_FOUND:
            return None
        raise


def _ranges(numbers: list[int]) -> str:
    """1, 2, 3, 7 as "1-3, 7"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)
