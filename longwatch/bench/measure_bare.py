"""The engine's bare limits: starts, and updates that do nothing or write one row."""

import uuid

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from longwatch.bench.bare import NOBODY, QUEUE, Bare
from longwatch.bench.desk import Desk
from longwatch.bench.load import calling
from longwatch.bench.sizes import Sizes

RUNNING = 16
"""Workflows that updates go to in turn, all of them in the worker's memory."""


async def measure(desk: Desk, sizes: Sizes) -> dict[str, float]:
    """Calls a second with eight callers, milliseconds with one."""
    client = await Client.connect(desk.settings.temporal_address, namespace=desk.settings.temporal_namespace)
    load = _Load(client)
    await load.begin()
    empty, write = await calling(sizes.updates // 2, 1, load.empty), await calling(sizes.updates // 2, 1, load.write)
    one = await calling(sizes.updates // 2, 1, load.open)
    return {
        "bare.start.rate": (await calling(sizes.starts, 8, load.start)).rate,
        "bare.signal.rate": (await calling(sizes.starts, 8, load.signal)).rate,
        "bare.empty.p50": empty.p50,
        "bare.empty.rate": (await calling(sizes.updates * 2, 8, load.empty)).rate,
        "bare.write.p50": write.p50,
        "bare.write.p95": write.p95,
        "bare.write.rate": (await calling(sizes.updates, 8, load.write)).rate,
        "bare.open.p50": one.p50,
        "bare.open.p95": one.p95,
        "bare.open.rate": (await calling(sizes.updates, 8, load.open)).rate,
        "bare.open.rate16": (await calling(sizes.updates, 16, load.open)).rate,
    }


class _Load:
    """The calls, each with its number."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._name = uuid.uuid4().hex
        self._running = [f"bare:{self._name}:{place}" for place in range(RUNNING)]

    async def begin(self) -> None:
        """Starts the workflows that updates go to, and warms them up."""
        for identity in self._running:
            await self._client.start_workflow(Bare.run, id=identity, task_queue=QUEUE)
        for number in range(RUNNING):
            await self.write(number)

    async def start(self, number: int) -> None:
        identity = f"bare:{self._name}:start:{number}"
        await self._client.start_workflow(Bare.run, id=identity, task_queue=NOBODY)

    async def signal(self, number: int) -> None:
        """Signal-with-start: a new workflow, signalled as it begins."""
        identity = f"bare:{self._name}:signal:{number}"
        await self._client.start_workflow(Bare.run, id=identity, task_queue=NOBODY, start_signal="wake")

    async def empty(self, number: int) -> None:
        await self._client.get_workflow_handle(self._running[number % RUNNING]).execute_update(Bare.empty)

    async def write(self, number: int) -> None:
        handle = self._client.get_workflow_handle(self._running[number % RUNNING])
        await handle.execute_update(Bare.write, f"row {number}")

    async def open(self, _number: int) -> None:
        """Update-with-start: a new workflow whose first update writes a row."""
        start = WithStartWorkflowOperation(
            Bare.run,
            id=f"bare:{uuid.uuid4()}",
            task_queue=QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        )
        await self._client.execute_update_with_start_workflow(Bare.write, "opened", start_workflow_operation=start)
