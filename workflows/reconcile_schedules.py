"""Keeps one schedule of the engine for each tool that is asked, and asks at once where somebody wants it."""

import asyncio
import logging
from datetime import timedelta

from temporalio.client import Client, Schedule, ScheduleActionStartWorkflow

from longwatch.messages import TASK_QUEUE
from longwatch.store import polls
from longwatch.store.database import Store
from longwatch.store.tables_heartbeats import SourcePoll
from workflows.reconcile import AskSource
from workflows.schedules import PATIENCE, every_so_often, keep_looking, keep_only

PREFIX = "ask-source-"
LOOKS = 2.0
"""Seconds after which an edited poll, or a wish to ask now, is heard of."""

log = logging.getLogger(__name__)


async def keep(store: Store, client: Client, stopping: asyncio.Event) -> None:
    """Until told to stop."""
    known: dict[str, timedelta] | None = None

    async def look() -> None:
        nonlocal known
        wanted = await asyncio.to_thread(configured, store)
        if wanted != known:
            await arrange(client, wanted)
            known = wanted
        await hurry(store, client)

    await keep_looking(stopping, LOOKS, "tools are not asked as they should be", look)


def configured(store: Store) -> dict[str, timedelta]:
    """How often each tool is to be asked."""
    with store.reading() as session:
        return polls.schedules(session)


async def arrange(client: Client, wanted: dict[str, timedelta]) -> None:
    """Makes, changes and takes away schedules until they are those wanted; repeating it changes nothing."""
    await keep_only(client, PREFIX, {source: _asking(source, every) for source, every in wanted.items()})


async def hurry(store: Store, client: Client) -> None:
    """Has tools asked now that somebody wants asked. A wish is forgotten once the engine has it."""
    for poll in (await asyncio.to_thread(_wanted, store)).values():
        await client.get_schedule_handle(f"{PREFIX}{poll.source}").trigger(rpc_timeout=PATIENCE)
        await asyncio.to_thread(_taken, store, poll)


def _wanted(store: Store) -> dict[str, SourcePoll]:
    with store.reading() as session:
        return polls.wanted_now(session)


def _taken(store: Store, poll: SourcePoll) -> None:
    with store.writing() as session:
        polls.taken(session, poll)


def _asking(source: str, every: timedelta) -> Schedule:
    action = ScheduleActionStartWorkflow(AskSource.run, source, id=f"{PREFIX}{source}", task_queue=TASK_QUEUE)
    return every_so_often(action, every)
