"""Records the stored histories anew: `python -m tests.histories.record [LIFE ...]`.

Only for lives whose rules have changed on purpose and under no RULES version of their own; a released history is kept
for ever, since tickets that lived it are still out there.
"""

import asyncio
import gzip
import sys
import tempfile
from pathlib import Path

from sqlalchemy import select
from temporalio.client import Client

from longwatch import seed
from longwatch.domain.ticket import Line
from longwatch.settings import Settings
from longwatch.store import migrate
from longwatch.store.database import Store, open_engine
from longwatch.store.tables import JournalLine, Run
from tests.conftest import settings_for
from tests.histories import lives, lives_change, lives_problem, lives_request
from tests.histories.stored import FOLDER, Stored
from tests.rig import PATIENCE, Rig, rig, until
from tests.workflows.skipping import skipping_desk

SKIPPED = {
    "simple": (lives.simple, 0),
    "first-contact": (lives.first_contact, 0),
    "withdrawn": (lives.withdrawn, 0),
    "unattended": (lives.unattended, 0),
    "held": (lives.held, 0),
    "passed-around": (lives.passed_around, 0),
    "busy": (lives.busy, 0),
    "busy-in-many-runs": (lives.busy, 3),
    "lost-and-rebuilt": (lives.lost, 0),
    "of-an-alert": (lives.of_an_alert, 0),
    "restless-group": (lives.restless_group, 0),
    "crowded-group": (lives.crowded_group, 0),
    "crowded-group-in-many-runs": (lives.crowded_group, 4),
    # Recorded since an opening is loaded together with its answers; those above asked for them one by one.
    "simple-told-at-once": (lives.simple, 0),
    "busy-told-at-once": (lives.busy, 0),
    "of-an-alert-told-at-once": (lives.of_an_alert, 0),
    "change": (lives_change.normal, 0),
    "change-in-many-runs": (lives_change.normal, 5),
    "change-backed-out": (lives_change.backed_out, 0),
    "change-emergency": (lives_change.emergency, 0),
    "change-missed": (lives_change.missed, 0),
    "merged": (lives.merged, 0),
    "merged-in-many-runs": (lives.merged, 3),
    "taken-in": (lives.taken_in, 0),
    "split": (lives.split, 0),
    "major": (lives.major, 0),
    "request": (lives_request.ready, 0),
    "request-in-many-runs": (lives_request.ready, 15),
    "request-contested": (lives_request.contested, 0),
    "request-forgotten": (lives_request.forgotten, 0),
    "request-free": (lives_request.free, 0),
    "request-withdrawn": (lives_request.withdrawn, 0),
    "problem": (lives_problem.solved, 0),
    "problem-in-many-runs": (lives_problem.solved, 15),
    "problem-accepted": (lives_problem.accepted, 0),
    "problem-after-a-major": (lives_problem.after_a_major, 0),
}
"""Lives on skipped time, and after how many journal lines a new run begins."""

KILLED = {
    "killed-before-commit": "before_commit",
    "killed-after-commit": "after_commit",
    "killed-and-left-alone": "after_commit",
}
"""Lives on the real engine, and the instant of a journal entry at which their worker was killed."""


async def skipped(folder: Path, name: str) -> None:
    """Lives a life on skipped time and keeps it."""
    life, renew_every = SKIPPED[name]
    async with skipping_desk(settings_for(folder), renew_every) as desk:
        ticket = await life(desk)
        assert (await desk.proof(ticket)).problems == []
        (await kept(desk.store, desk.env.client, ticket, name)).write(FOLDER)


async def killed(folder: Path, name: str) -> None:
    """A worker dies around its commit; another click comes meanwhile, or nothing; the next worker goes on."""
    settings = settings_for(folder)
    async with rig(settings, _furnished(settings)) as desk:
        dying = desk.crashing_worker(KILLED[name], "assign")
        desk.start(dying)
        number = desk.open(impact=1, urgency=1)
        await until(lambda: desk.version(number))
        desk.ask(number, "assign", "user:dispatcher", team="network", person="user:lead")
        assert dying.process is not None
        await asyncio.to_thread(dying.process.wait, 60)
        if name != "killed-and-left-alone":
            desk.ask(number, "start", "user:lead")
        desk.start(desk.worker)
        await _whole(desk, number)
        resolved = desk.ask(number, "resolve", "user:lead", {"text": "Replaced the cable."}, code="fixed")
        await until(lambda: desk.outcome(resolved))
        await _whole(desk, number)
        (await kept(desk.store, await desk.client(), number, name)).write(FOLDER)


async def _whole(desk: Rig, number: str) -> None:
    """Until the workflow accounts for every line."""
    async with asyncio.timeout(PATIENCE):
        while not (await desk.proof(number)).holds:
            continue


def _furnished(settings: Settings) -> Store:
    store = Store(open_engine(settings.database_url))
    migrate.upgrade(store.engine)
    seed.demo(store)
    return store


async def kept(store: Store, client: Client, ticket: str, life: str) -> Stored:
    """A ticket's runs, from what was exported or from the engine, and its journal."""
    with store.reading() as session:
        rows = session.scalars(select(JournalLine).where(JournalLine.ticket == ticket).order_by(JournalLine.seq))
        lines = [Line(row.seq, row.text, row.prev, row.hash) for row in rows]
        known = session.execute(select(Run.run, Run.history).where(Run.ticket == ticket).order_by(Run.started_at)).all()
    runs = [
        gzip.decompress(history).decode()
        if history
        else (await client.get_workflow_handle(ticket, run_id=run).fetch_history()).to_json()
        for run, history in known
    ]
    return Stored(ticket, life, runs, lines)


async def main(names: list[str]) -> None:
    """Records the lives named, or all."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or [*SKIPPED, *KILLED]:
        with tempfile.TemporaryDirectory() as folder:
            await (skipped if name in SKIPPED else killed)(Path(folder), name)
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
