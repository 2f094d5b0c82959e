"""A worker for the bare workflows, a process of its own as the desk's worker is one, with the same pollers."""

import asyncio
import signal
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from longwatch.bench.bare import QUEUE, Bare
from longwatch.settings import read
from workflows.runner import PLAIN
from workflows.worker import CACHED, POLLERS, THREADS


class Writing:
    """Writes rows as durably as the desk does: WAL, fully synchronised."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = threading.local()

    @activity.defn(name="bare_write")
    def write(self, text: str) -> None:
        """One row, one commit."""
        connection = self._connection()
        connection.execute("INSERT INTO rows (text) VALUES (?)", (text,))

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._own, "connection"):
            connection = sqlite3.connect(self._path, timeout=8, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, text TEXT)")
            self._own.connection = connection
        opened: sqlite3.Connection = self._own.connection
        return opened


async def serve() -> None:
    """Until SIGTERM."""
    settings = read()
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[Bare],
        activities=[Writing(settings.data / "bare.db").write],
        activity_executor=ThreadPoolExecutor(THREADS),
        workflow_runner=PLAIN,
        max_cached_workflows=CACHED,
        max_concurrent_workflow_task_polls=POLLERS,
        max_concurrent_activity_task_polls=POLLERS,
    )
    async with worker:
        await stopping.wait()


if __name__ == "__main__":
    asyncio.run(serve())
