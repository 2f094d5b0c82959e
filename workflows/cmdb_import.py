"""What is done for the CMDB again and again: sources asked by their schedules, requests for what is near its end."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, FailureError

LONGEST = timedelta(hours=6)
ALIVE = timedelta(minutes=5)
"""An import gives a sign of life every few seconds, but while it waits for a slow tool."""
TRIES = RetryPolicy(initial_interval=timedelta(seconds=10), maximum_interval=timedelta(minutes=10), maximum_attempts=6)
NOTED = timedelta(minutes=1)


@workflow.defn
class ImportSource:
    """One import of a source. Its id names the source, so that there is one at a time."""

    @workflow.run
    async def run(self, source: str) -> dict[str, object]:
        """Tries a few times, then reports that it could not be done."""
        try:
            told: dict[str, object] = await workflow.execute_activity(
                "import_source",
                source,
                result_type=dict,
                start_to_close_timeout=LONGEST,
                heartbeat_timeout=ALIVE,
                retry_policy=TRIES,
            )
        except ActivityError as error:
            why = (error.cause.message if isinstance(error.cause, FailureError) else str(error))[:500]
            run = await workflow.execute_activity(
                "import_failed", args=[source, why], result_type=int, start_to_close_timeout=NOTED
            )
            return {"runs": [run], "failed": why}
        return told


@workflow.defn
class OpenRenewals:
    """One look for certificates, contracts and the like that are near their end."""

    @workflow.run
    async def run(self) -> list[str]:
        """The requests opened."""
        opened: list[str] = await workflow.execute_activity(
            "open_renewals", result_type=list[str], start_to_close_timeout=timedelta(minutes=10), retry_policy=TRIES
        )
        return opened
