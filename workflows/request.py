"""The service request process as a durable workflow."""

from temporalio import workflow

from longwatch.messages import REQUEST, Start
from workflows.shell import Shell


@workflow.defn
class ServiceRequest(Shell):
    """One request, from its opening until it is sealed."""

    kind = REQUEST

    @workflow.init
    def __init__(self, start: Start) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: Start) -> None:  # noqa: ARG002 - the engine wants the same signature as __init__
        """Lives until sealed."""
        await self.live()
