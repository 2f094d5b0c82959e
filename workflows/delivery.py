"""One message to one person, made durable: retried for a day, and its outcome recorded either way."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from longwatch.messages import Deliver

PATIENCE = RetryPolicy(
    initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=30), backoff_coefficient=3
)


@workflow.defn
class Delivery:
    """Delivers one row of the delivery ledger."""

    @workflow.run
    async def run(self, deliver: Deliver) -> None:
        """Tries for a day, then writes down that it failed."""
        try:
            await workflow.execute_activity(
                "deliver",
                deliver,
                start_to_close_timeout=timedelta(seconds=60),
                schedule_to_close_timeout=timedelta(days=1),
                retry_policy=PATIENCE,
            )
        except ActivityError as error:
            cause = error.cause or error
            failed = Deliver(deliver.delivery, str(cause)[:500])
            await workflow.execute_activity("delivery_failed", failed, start_to_close_timeout=timedelta(seconds=60))
