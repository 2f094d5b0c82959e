"""Keeps the engine's schedules as people configured them: one for each import, one for the look at what ends soon."""

import asyncio
import logging
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
)

from activities.cmdb_import_settings import IMPORT, ImportFault, read_import
from longwatch.messages import TASK_QUEUE
from longwatch.store import configuration
from longwatch.store.database import Store
from workflows.cmdb_import import ImportSource, OpenRenewals
from workflows.schedules import ensure, every_so_often, keep_looking, keep_only

PREFIX = "ci-import-"
RENEWALS = "ci-renewals"
DAILY = timedelta(hours=6)
"""How often it is looked for what ends soon; dates change once a day, people edit them all day long."""
LOOKS = 30.0
"""Seconds after which an edited import is heard of."""

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

    await keep_looking(stopping, LOOKS, "the imports were not scheduled", look)


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
    await keep_only(client, PREFIX, {source: _import(source, every) for source, every in wanted.items()})
    await ensure(client, RENEWALS, _renewals())


def _import(source: str, every: timedelta) -> Schedule:
    action = ScheduleActionStartWorkflow(ImportSource.run, source, id=f"{PREFIX}{source}", task_queue=TASK_QUEUE)
    return every_so_often(action, every)


def _renewals() -> Schedule:
    return every_so_often(ScheduleActionStartWorkflow(OpenRenewals.run, id=RENEWALS, task_queue=TASK_QUEUE), DAILY)
