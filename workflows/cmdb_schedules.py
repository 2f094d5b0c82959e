"""Keeps the engine's schedules as people configured them: one for each import, one for the look at what ends soon."""

import asyncio
import logging
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError

from activities.cmdb_import_settings import IMPORT, ImportFault, read_import
from longwatch.messages import TASK_QUEUE
from longwatch.store import configuration
from longwatch.store.database import Store
from workflows.cmdb_import import ImportSource, OpenRenewals

PREFIX = "ci-import-"
RENEWALS = "ci-renewals"
DAILY = timedelta(hours=6)
"""How often it is looked for what ends soon; dates change once a day, people edit them all day long."""
LOOKS = 30.0
"""Seconds after which an edited import is heard of."""
PATIENCE = timedelta(seconds=10)

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
        except (RPCError, SQLAlchemyError) as problem:
            log.warning("the imports were not scheduled: %s", type(problem).__name__)
        try:
            await asyncio.wait_for(stopping.wait(), LOOKS)
        except TimeoutError:
            continue


def configured(store: Store) -> dict[str, timedelta]:
    """How often each source is to be asked. A setting that is none any more is left out, and told."""
    found = {}
    with store.reading() as session:
        for row in configuration.all_in_force(session, IMPORT):
            try:
                found[row.name] = read_import(row.name, row.data).every
            except ImportFault as fault:
                log.warning("the import %s is left out: %s", row.name, fault)
    return found


async def arrange(client: Client, wanted: dict[str, timedelta]) -> None:
    """Makes, changes and takes away schedules until they are those wanted; repeating it changes nothing."""
    for source, every in wanted.items():
        await ensure(client, f"{PREFIX}{source}", _import(source, every))
    await ensure(client, RENEWALS, _renewals())
    async for one in await client.list_schedules():
        if one.id.startswith(PREFIX) and one.id.removeprefix(PREFIX) not in wanted:
            await client.get_schedule_handle(one.id).delete(rpc_timeout=PATIENCE)


async def ensure(client: Client, identity: str, schedule: Schedule) -> None:
    """Makes the schedule, or changes how often it comes round."""
    try:
        await client.create_schedule(identity, schedule, rpc_timeout=PATIENCE)
    except ScheduleAlreadyRunningError:

        def changed(now: ScheduleUpdateInput) -> ScheduleUpdate | None:
            same = [one.every for one in now.description.schedule.spec.intervals] == [
                one.every for one in schedule.spec.intervals
            ]
            return None if same else ScheduleUpdate(schedule)

        await client.get_schedule_handle(identity).update(changed, rpc_timeout=PATIENCE)


def _import(source: str, every: timedelta) -> Schedule:
    action = ScheduleActionStartWorkflow(ImportSource.run, source, id=f"{PREFIX}{source}", task_queue=TASK_QUEUE)
    return every_so_often(action, every)


def _renewals() -> Schedule:
    return every_so_often(ScheduleActionStartWorkflow(OpenRenewals.run, id=RENEWALS, task_queue=TASK_QUEUE), DAILY)


def every_so_often(action: ScheduleActionStartWorkflow, every: timedelta) -> Schedule:
    """What was missed while the engine was away is done once, not as often as it was missed."""
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=every)
    return Schedule(action, spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]), policy=policy)
