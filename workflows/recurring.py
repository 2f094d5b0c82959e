"""What the desk does again and again by itself, as schedules of the engine: today, looking for similar incidents."""

import logging
from datetime import timedelta

from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)
from temporalio.common import RetryPolicy
from temporalio.service import RPCError

from longwatch.messages import TASK_QUEUE

SIMILAR = "similar-incidents"
EVERY = timedelta(minutes=15)
"""How often it is looked for incidents that are alike."""
PATIENCE = timedelta(seconds=5)

log = logging.getLogger(__name__)


@workflow.defn
class SimilarIncidents:
    """One look for incidents that are alike; what it proposes is told by its result."""

    @workflow.run
    async def run(self) -> list[str]:
        """Tries for as long as the next look would come anyway."""
        proposed: list[str] = await workflow.execute_activity(
            "propose_problems",
            result_type=list[str],
            start_to_close_timeout=timedelta(minutes=1),
            schedule_to_close_timeout=EVERY,
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=1)),
        )
        return proposed


def _schedule() -> Schedule:
    action = ScheduleActionStartWorkflow(SimilarIncidents.run, id=SIMILAR, task_queue=TASK_QUEUE)
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=EVERY)
    return Schedule(action, spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)]), policy=policy)


async def ensure(client: Client) -> bool:
    """Has the engine look again and again, whoever else asked for it before; tells whether it was new.

    An engine that is away, or has no schedules, is asked again by the next worker that starts.
    """
    try:
        await client.create_schedule(SIMILAR, _schedule(), rpc_timeout=PATIENCE)
    except ScheduleAlreadyRunningError:
        return False
    except RPCError as problem:
        log.warning("the search for similar incidents was not scheduled: %s", problem)
        return False
    return True
