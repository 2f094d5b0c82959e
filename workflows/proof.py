"""Proves a ticket: its chain is whole and its row and texts agree with it.

And the engine's own histories, replayed through today's code, account for every line.
"""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session
from temporalio.client import Client

from longwatch import messages
from longwatch.domain.ticket import body_digest, broken_link, fold, read_line
from longwatch.store import states
from longwatch.store.alert_lines import wrong_rows
from longwatch.store.database import Store
from longwatch.store.projection import columns
from longwatch.store.tables import Ticket
from workflows.evidence import Evidence, with_histories, written
from workflows.replay import replay

FRESH = timedelta(seconds=30)
"""A line this young may not be in the engine's history yet: the worker commits it first and reports it then."""
LOOKS, BETWEEN = 5, 0.5
"""How often, and after how many seconds, the history of a ticket with fresh lines is looked at again."""


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


async def prove(store: Store, secret_keys: tuple[str, ...], ticket: str, client: Client | None = None) -> Proof:
    """Checks one ticket or alert group.

    Without a client only kept histories can be replayed; lines that are then not covered are named as a problem.
    Raises RPCError when the engine goes away meanwhile.
    """
    with store.reading() as session:
        evidence = written(session, ticket)
        wrong = _wrong_in_lists(session, evidence)
        now = store.now(session)
    fresh = bool(evidence.lines) and read_line(evidence.lines[-1]).at > now - FRESH
    for look in range(LOOKS):
        proof = await judge(await with_histories(store, evidence, client), secret_keys)
        if not fresh or client is None or proof.replayed >= proof.lines:
            break
        await asyncio.sleep(BETWEEN if look < LOOKS - 1 else 0)
    proof.problems += wrong
    return proof


def wrong_in_database(store: Store, ticket: str) -> list[str]:
    """What is wrong with journal, recorded state and row of a ticket, histories aside."""
    proof = Proof(ticket)
    with store.reading() as session:
        evidence = written(session, ticket)
        wrong = _wrong_in_lists(session, evidence)
    _check_chain(proof, evidence)
    if proof.holds:
        _check_recorded(proof, evidence)
    return proof.problems + wrong


async def judge(evidence: Evidence, secret_keys: tuple[str, ...]) -> Proof:
    """Weighs evidence, from a database or from a bundle."""
    proof = Proof(evidence.ticket, len(evidence.lines))
    _check_chain(proof, evidence)
    if proof.holds:
        _check_recorded(proof, evidence)
        _check_texts(proof, evidence)
    if proof.holds:
        await _check_replay(proof, evidence, secret_keys)
    return proof


def _check_chain(proof: Proof, evidence: Evidence) -> None:
    if not evidence.lines:
        proof.problems.append("It has no journal.")
        return
    broken = broken_link(evidence.lines)
    if broken is not None:
        proof.problems.append(f"The chain is broken at line {broken}.")
        return
    strange = [line.seq for line in evidence.lines if json.loads(line.text).get("ticket") != evidence.ticket]
    if strange:
        proof.problems.append(f"Another ticket's journal stands in line {_ranges(strange)}.")


def _check_recorded(proof: Proof, evidence: Evidence) -> None:
    recorded = evidence.recorded
    if recorded is None:
        proof.problems.append("It has no recorded state.")
        return
    if (recorded.version, recorded.head) != (len(evidence.lines), evidence.lines[-1].hash):
        proof.problems.append(f"Its row stands at version {recorded.version}, its journal at {len(evidence.lines)}.")
    try:
        rules = messages.decider(evidence.kind)
        if states.load(rules, recorded.state) != fold(rules, (read_line(line) for line in evidence.lines)):
            proof.problems.append("Its recorded state is not the fold of its journal.")
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        proof.problems.append(f"Its journal cannot be folded: {type(problem).__name__}: {problem}")


def _wrong_in_lists(session: Session, evidence: Evidence) -> list[str]:
    """What the ticket's line in lists says that its recorded state does not."""
    recorded = evidence.recorded
    if recorded is None:
        return []
    if evidence.kind == messages.ALERT_GROUP:
        return _wrong_of_group(session, evidence)
    row = session.get(Ticket, evidence.ticket)
    try:
        state = states.load(messages.decider(evidence.kind), recorded.state)
    except ValueError:
        return ["Its recorded state cannot be read."]
    wanted = columns(evidence.kind, state, recorded.version)
    wrong = [name for name, value in wanted.items() if row is None or getattr(row, name) != value]
    return [f"Its row in lists is wrong in {', '.join(wrong)}."] if wrong else []


def _wrong_of_group(session: Session, evidence: Evidence) -> list[str]:
    try:
        return wrong_rows(session, [read_line(line) for line in evidence.lines])
    except (AttributeError, KeyError, TypeError, ValueError):
        return []  # a journal that cannot be folded is named already


def _check_texts(proof: Proof, evidence: Evidence) -> None:
    for text in evidence.texts:
        if text.text is not None and body_digest(text.salt, text.text) != text.sha256:
            proof.problems.append(f"The text {text.id} was altered.")


async def _check_replay(proof: Proof, evidence: Evidence, keys: tuple[str, ...]) -> None:
    told: set[int] = set()
    known = [*evidence.lines, *evidence.later]
    for run in evidence.runs:
        history = evidence.histories.get(run)
        if history is None:
            continue
        proof.runs += 1
        replayed = await replay(keys, history)
        if replayed.problem:
            proof.problems.append(f"Run {run} does not replay: {replayed.problem}")
        for line in replayed.lines:
            told.add(line.seq)
            if line.seq > len(known) or known[line.seq - 1] != line:
                proof.problems.append(f"Line {line.seq} differs between journal and history.")
    silent = [line.seq for line in evidence.lines if line.seq not in told]
    proof.replayed = len(evidence.lines) - len(silent)
    if silent:
        proof.problems.append(f"No history accounts for line{'s' if len(silent) > 1 else ''} {_ranges(silent)}.")


def _ranges(numbers: list[int]) -> str:
    """1, 2, 3, 7 as "1-3, 7"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)
