"""The problem process as a durable workflow."""

from temporalio import workflow

from longwatch.messages import PROBLEM, Start
from workflows.shell import Shell


@workflow.defn
class Problem(Shell):
    """One problem, from its opening until it is sealed."""

    kind = PROBLEM

    @workflow.init
    def __init__(self, start: Start) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: Start) -> None:  # noqa: ARG002 - the engine wants the same signature as __init__
        """Lives until sealed."""
        await self.live()
