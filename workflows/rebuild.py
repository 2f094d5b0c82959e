"""Either store rebuilds the other.

What the database lost (restored from an older backup, damaged) comes back from the engine's histories: journal lines,
recorded states, commands, runs, numbers. What the engine lost comes back from the journal: every ticket that lives is
started or woken, and its loop adopts the lines that stand. Not in histories, and so only in backups: texts, and
configuration. Messages of rebuilt lines are not sent a second time.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory

from activities.effects import Effects
from activities.journal import Journal
from longwatch.domain.draft import Outcome
from longwatch.domain.ticket import Command, Line, broken_link
from longwatch.messages import WORKFLOWS, Entry, kind_of
from longwatch.store import mending
from longwatch.store.database import Store
from longwatch.store.outbox import Wake
from longwatch.store.tables import Run
from workflows.evidence import lines_after, living_history, unpacked
from workflows.proof import wrong_in_database
from workflows.relay import Relay
from workflows.replay import Replayed, replay
from workflows.roll import every_ticket, living

EVERY = 50
"""Tickets between two lines of progress."""


@dataclass
class Rebuilt:
    """What came back, and what could not."""

    mended: int = 0
    lines: int = 0
    commands: int = 0
    begun: int = 0
    deliveries: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Run:
    """One run of a ticket's workflow, wherever it is known."""

    id: str
    workflow: str
    started_at: datetime
    ended: bool
    history: WorkflowHistory | None = None


@dataclass
class _Told:
    """What the histories of one ticket tell, together."""

    ticket: str
    runs: list[_Run]
    lines: dict[int, Line] = field(default_factory=dict)
    first_seq: dict[str, int] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def hear(self, run: str, replayed: Replayed) -> None:
        """Adds what one run tells."""
        self.first_seq[run] = min((line.seq for line in replayed.lines), default=len(self.lines) + 1) - 1
        self.lines |= {line.seq: line for line in replayed.lines}
        self.commands |= {command.id: command for command in replayed.commands}
        self.outcomes |= {outcome.command: outcome for outcome in replayed.outcomes}


class Rebuilder:
    """Mends one desk."""

    def __init__(self, store: Store, secret_keys: tuple[str, ...], client: Client) -> None:
        self._store = store
        self._keys = secret_keys
        self._client = client
        self.rebuilt = Rebuilt()

    async def rebuild(self, say: Callable[[str], None]) -> Rebuilt:
        """Both ways, the database first. Raises RPCError when the engine goes away; it may then be run again."""
        runs = await self._runs()
        mending.raise_counters(self._store, runs)
        for done, ticket in enumerate(sorted(set(runs) | set(every_ticket(self._store))), start=1):
            await self._mend(ticket, runs.get(ticket, {}))
            if done % EVERY == 0:
                say(f"... {done} tickets read")
        self.rebuilt.deliveries = mending.hand_over_again(self._store)
        wakes = [Wake(ticket, kind, 0) for ticket, kind in living(self._store)]
        self.rebuilt.begun = await Relay(self._store, self._client).begin(wakes)
        return self.rebuilt

    async def _runs(self) -> dict[str, dict[str, _Run]]:
        """Every run of every ticket that the engine knows."""
        types = ", ".join(f"'{name}'" for name in sorted(WORKFLOWS.values()))
        found: dict[str, dict[str, _Run]] = {}
        async for one in self._client.list_workflows(f"WorkflowType IN ({types})"):
            ended = one.status != WorkflowExecutionStatus.RUNNING
            found.setdefault(one.id, {})[one.run_id] = _Run(one.run_id, one.workflow_type, one.start_time, ended)
        return found

    async def _mend(self, ticket: str, known: dict[str, _Run]) -> None:
        """Puts back what the database lacks of one ticket."""
        told = await self._told(ticket, known)
        with self._store.reading() as session:
            standing = {line.seq: line for line in lines_after(session, ticket, 0)}
        different = sorted(seq for seq in told.lines.keys() & standing.keys() if told.lines[seq] != standing[seq])
        if different:
            problem = f"{ticket}: line {different[0]} was altered, histories tell another. The ticket is left alone."
            self.rebuilt.problems.append(problem)
        elif not set(told.lines) <= set(standing) or wrong_in_database(self._store, ticket):
            self._put_back(told, [line for _, line in sorted((told.lines | standing).items())])

    async def _told(self, ticket: str, known: dict[str, _Run]) -> _Told:
        kept = self._kept(ticket)
        told = _Told(ticket, sorted((known | kept).values(), key=lambda run: run.started_at))
        for run in told.runs:
            history = run.history or await living_history(self._client, ticket, run.id)
            if history is None:
                continue
            replayed = await replay(self._keys, history)
            told.hear(run.id, replayed)
            if replayed.problem:
                self.rebuilt.problems.append(f"{ticket}: run {run.id} does not replay: {replayed.problem}")
        return told

    def _kept(self, ticket: str) -> dict[str, _Run]:
        """The runs whose histories the database itself holds."""
        with self._store.reading() as session:
            rows = session.scalars(select(Run).where(Run.ticket == ticket, Run.history.is_not(None)))
            return {
                row.run: _Run(row.run, row.workflow, row.started_at, True, unpacked(ticket, row.history or b""))  # noqa: FBT003
                for row in rows
            }

    def _put_back(self, told: _Told, lines: list[Line]) -> None:
        """Lines come last: a rebuild that is cut short finds them missing and begins this ticket again."""
        if not lines:
            return
        if broken_link(lines) is not None:
            self.rebuilt.problems.append(f"{told.ticket}: neither journal nor histories are whole. Restore a backup.")
            return
        kind = kind_of(told.ticket)
        outcomes = _applied(lines) | told.outcomes
        with self._store.writing() as session:
            asked = [mending.Recalled(one, outcomes.get(one.id)) for one in told.commands.values()]
            now = self._store.now(session)
            self.rebuilt.commands += mending.put_back_commands(session, told.ticket, kind, asked, now)
            for run in told.runs:
                mending.put_back_run(session, _row(told, run))
        entry = Entry(told.ticket, kind, "", WORKFLOWS[kind], 0, "", lines, list(outcomes.values()))
        self.rebuilt.lines += Journal(self._store, Effects(self._store, mail=False)).mend(entry)
        self.rebuilt.mended += 1


def _row(told: _Told, run: _Run) -> dict[str, object]:
    return {
        "ticket": told.ticket,
        "run": run.id,
        "workflow": run.workflow,
        "first_seq": told.first_seq.get(run.id, 0),
        "started_at": run.started_at,
        "ended": run.ended,
    }


def _applied(lines: list[Line]) -> dict[str, Outcome]:
    """Commands that lines name as their cause were carried out, whatever else is known of them."""
    causes = ((line.seq, json.loads(line.text)["command"]) for line in lines)
    return {cause: Outcome(cause, "applied", version=seq) for seq, cause in causes}
