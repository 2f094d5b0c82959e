"""Keeps one schedule of the engine for each tool that is asked, and asks at once where somebody wants it."""

import asyncio
import logging
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client, Schedule, ScheduleActionStartWorkflow
from temporalio.service import RPCError

from longwatch.messages import TASK_QUEUE
from longwatch.store import polls
from longwatch.store.database import Store
from longwatch.store.tables_heartbeats import SourcePoll
from workflows.cmdb_schedules import PATIENCE, ensure, every_so_often
from workflows.reconcile import AskSource

PREFIX = "ask-source-"
LOOKS = 2.0
"""Seconds after which an edited poll, or a wish to ask now, is heard of."""

log = logging.getLogger(__name__)


async def keep(store: Store, client: Client, stopping: asyncio.Event) -> None:
    """Until told to stop. An engine or database that is away is asked again."""
    known: dict[str, timedelta] | None = None
    while not stopping.is_set():
        try:
            wanted = await asyncio.to_thread(configured, store)
            if wanted != known:
                await arrange(client, wanted)
                known = wanted
            await hurry(store, client)
        except (RPCError, SQLAlchemyError) as problem:
            log.warning("tools are not asked as they should be: %s", type(problem).__name__)
        try:
            await asyncio.wait_for(stopping.wait(), LOOKS)
        except TimeoutError:
            continue


def configured(store: Store) -> dict[str, timedelta]:
    """How often each tool is to be asked."""
    with store.reading() as session:
        return polls.schedules(session)


async def arrange(client: Client, wanted: dict[str, timedelta]) -> None:
    """Makes, changes and takes away schedules until they are those wanted; repeating it changes nothing."""
    for source, every in wanted.items():
        await ensure(client, f"{PREFIX}{source}", _asking(source, every))
    async for one in await client.list_schedules():
        if one.id.startswith(PREFIX) and one.id.removeprefix(PREFIX) not in wanted:
            await client.get_schedule_handle(one.id).delete(rpc_timeout=PATIENCE)


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
