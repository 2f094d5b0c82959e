"""One question to one tool about what is not well there, and the schedules that put it again and again."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

LONGEST = timedelta(minutes=5)
TRIES = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=1), maximum_attempts=5)


@workflow.defn
class AskSource:
    """Asks the tool behind a source. Its id names the source, so that it is asked once at a time."""

    @workflow.run
    async def run(self, source: str) -> dict[str, object]:
        """What the report of it says."""
        told: dict[str, object] = await workflow.execute_activity(
            "ask_source", source, result_type=dict, start_to_close_timeout=LONGEST, retry_policy=TRIES
        )
        return told
