"""Rehearses a deployment: every history that this code would meet is replayed on it first."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import select
from temporalio.client import Client

from longwatch.store.database import Store
from longwatch.store.tables import Process, Run
from workflows.evidence import living_history, unpacked
from workflows.replay import replay


@dataclass(frozen=True)
class Rehearsal:
    """How one run went: `problem` when this code does not follow its history, `missing` when nobody has it."""

    ticket: str
    run: str
    problem: str | None = None
    missing: bool = False


async def rehearse(
    store: Store, secret_keys: tuple[str, ...], client: Client | None, *, living_only: bool
) -> AsyncIterator[Rehearsal]:
    """Replays run after run. Of tickets that still live only the newest run is met by new code, if so asked."""
    for ticket, run in _runs(store, living_only=living_only):
        with store.reading() as session:
            kept = session.scalar(select(Run.history).where(Run.ticket == ticket, Run.run == run))
        history = unpacked(ticket, kept) if kept is not None else None
        if history is None and client is not None:
            history = await living_history(client, ticket, run)
        if history is None:
            yield Rehearsal(ticket, run, missing=True)
        else:
            yield Rehearsal(ticket, run, (await replay(secret_keys, history)).problem)


def _runs(store: Store, *, living_only: bool) -> list[tuple[str, str]]:
    runs = select(Run.ticket, Run.run).order_by(Run.ticket, Run.started_at)
    if living_only:
        runs = runs.join(Process, Process.id == Run.ticket).where(Process.sealed_at.is_(None), Run.ended.is_(False))
    with store.reading() as session:
        return [(ticket, run) for ticket, run in session.execute(runs)]
