"""An alert group as a durable workflow."""

from temporalio import workflow

from longwatch.messages import ALERT_GROUP, Start
from workflows.shell import Shell


@workflow.defn
class AlertGroup(Shell):
    """The alerts of one source about one thing; begins again when they fire after it was sealed."""

    kind = ALERT_GROUP

    @workflow.init
    def __init__(self, start: Start) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: Start) -> None:  # noqa: ARG002 - the engine wants the same signature as __init__
        """Lives until sealed."""
        await self.live()
