"""The least a workflow can do: the limits of the engine itself, which everything of ours is set against."""

from datetime import timedelta

from temporalio import workflow

QUEUE = "bench-bare"
NOBODY = "bench-nobody"
"""A task queue without a worker: a start on it is nothing but a start."""


@workflow.defn
class Bare:
    """Waits for ever; answers two updates."""

    def __init__(self) -> None:
        self.done = False

    @workflow.run
    async def run(self) -> None:
        """Does nothing."""
        await workflow.wait_condition(lambda: self.done)

    @workflow.signal
    def wake(self) -> None:
        """A signal that changes nothing."""

    @workflow.update
    async def empty(self) -> None:
        """An update with an empty handler."""

    @workflow.update
    async def write(self, text: str) -> None:
        """An update whose handler runs one local activity that writes one row."""
        await workflow.execute_local_activity("bare_write", text, start_to_close_timeout=timedelta(seconds=10))
