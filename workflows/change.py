"""The change process as a durable workflow."""

from temporalio import workflow

from longwatch.messages import CHANGE, Start
from workflows.shell import Shell


@workflow.defn
class Change(Shell):
    """One change, from its draft until it is sealed."""

    kind = CHANGE

    @workflow.init
    def __init__(self, start: Start) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: Start) -> None:  # noqa: ARG002 - the engine wants the same signature as __init__
        """Lives until sealed."""
        await self.live()
