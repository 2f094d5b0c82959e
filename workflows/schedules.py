"""Schedules that follow what the desk wants: made, changed and taken away until the engine has those and no others."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
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

PATIENCE = timedelta(seconds=10)

log = logging.getLogger(__name__)


async def keep_looking(stopping: asyncio.Event, every: float, what: str, look: Callable[[], Awaitable[None]]) -> None:
    """Until told to stop. An engine or database that is away is asked again; `what` had to wait is told."""
    while not stopping.is_set():
        try:
            await look()
        except (RPCError, SQLAlchemyError) as problem:
            log.warning("%s: %s", what, type(problem).__name__)
        try:
            await asyncio.wait_for(stopping.wait(), every)
        except TimeoutError:
            continue


async def keep_only(client: Client, prefix: str, wanted: Mapping[str, Schedule]) -> None:
    """The schedules whose ids begin so are these, by the rest of the id; repeating it changes nothing."""
    for name, schedule in wanted.items():
        await ensure(client, f"{prefix}{name}", schedule)
    async for one in await client.list_schedules():
        if one.id.startswith(prefix) and one.id.removeprefix(prefix) not in wanted:
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


def every_so_often(action: ScheduleActionStartWorkflow, every: timedelta) -> Schedule:
    """What was missed while the engine was away is done once, not as often as it was missed."""
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=every)
    return Schedule(action, spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]), policy=policy)
