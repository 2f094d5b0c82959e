"""One message to a person, one call or word to a tool, made durable: tried again, and its end recorded either way."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from longwatch.domain.ticket import instant
from longwatch.messages import Deliver

PATIENCE = RetryPolicy(
    initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=30), backoff_coefficient=3
)
CALLING = RetryPolicy(
    initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=5), backoff_coefficient=2
)
"""A tool that comes back does the work soon: people wait for it."""

LEAST = timedelta(seconds=1)
NOTED = timedelta(seconds=60)
"""How long an activity may take. One whose worker died is begun again after it."""
CALLED = timedelta(seconds=30)
"""The same for a call to a tool, which is bounded to less by itself."""
TOLD = timedelta(hours=6)
"""How long it is tried to tell a tool what became of its alert; then people are shown that it does not know."""


@workflow.defn
class Delivery:
    """Delivers one row of the delivery ledger."""

    @workflow.run
    async def run(self, deliver: Deliver) -> None:
        """Tries a message for a day, a call until the task's time is over, a word to a tool for hours.

        Then it writes down that it failed.
        """
        if deliver.back:
            await self._tell_tool(deliver)
        elif deliver.until:
            await self._call(deliver)
        else:
            await self._tell(deliver)

    async def _tell(self, deliver: Deliver) -> None:
        try:
            await workflow.execute_activity(
                "deliver",
                deliver,
                start_to_close_timeout=NOTED,
                schedule_to_close_timeout=timedelta(days=1),
                retry_policy=PATIENCE,
            )
        except ActivityError as error:
            await workflow.execute_activity("delivery_failed", _failed(deliver, error), start_to_close_timeout=NOTED)

    async def _call(self, deliver: Deliver) -> None:
        left = instant(deliver.until) - workflow.now()
        try:
            await workflow.execute_activity(
                "call_hook",
                deliver,
                start_to_close_timeout=CALLED,
                schedule_to_close_timeout=max(left, LEAST),
                retry_policy=CALLING,
            )
        except ActivityError as error:
            await workflow.execute_activity("call_failed", _failed(deliver, error), start_to_close_timeout=NOTED)

    async def _tell_tool(self, deliver: Deliver) -> None:
        """What ends by itself, as a silence does, is looked at in time: while the ticket is open it is made longer."""
        try:
            look_again = await workflow.execute_activity(
                "tell_tool",
                deliver,
                result_type=str,
                start_to_close_timeout=CALLED,
                schedule_to_close_timeout=TOLD,
                retry_policy=CALLING,
            )
        except ActivityError as error:
            await workflow.execute_activity("tool_not_told", _failed(deliver, error), start_to_close_timeout=NOTED)
            return
        if look_again:
            await workflow.sleep(max(instant(look_again) - workflow.now(), LEAST))
            await workflow.execute_activity("make_longer", deliver, start_to_close_timeout=NOTED)


def _failed(deliver: Deliver, error: ActivityError) -> Deliver:
    return Deliver(deliver.delivery, str(error.cause or error)[:500])
