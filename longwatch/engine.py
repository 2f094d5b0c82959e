"""The embedded engine: Temporal's own development server, kept on disk and listening to this machine alone."""

import asyncio
import shutil
import socket
import sys
from datetime import timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from longwatch.settings import BadSetting, Settings

RETENTION = timedelta(days=400)
"""How long the engine keeps closed histories; ours are exported long before."""

DYNAMIC = {
    # One partition and quicker queue readers: a third of the latency, a quarter of the tail (docs/benchmarks.md).
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    "history.transferProcessorMaxPollRPS": "100",
    "history.timerProcessorMaxPollRPS": "100",
    "history.visibilityProcessorMaxPollRPS": "100",
}
# WAL with full synchronisation lost nothing in power cuts, at a third of the default's disk writes.
PRAGMAS = {"journal_mode": "wal", "synchronous": "full"}


def command(settings: Settings) -> list[str]:
    """The command line of the engine. Raises BadSetting where it must not or cannot run."""
    if settings.production:
        raise BadSetting(
            "The embedded engine is for trying out. In production set LONGWATCH_TEMPORAL_ADDRESS to a Temporal cluster."
        )
    line = [
        *(str(binary()), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(settings.engine_port)),
        *("--db-filename", str(settings.data / "temporal.db"), "--log-level", "error"),
        *("--namespace", settings.temporal_namespace),
    ]
    line += ["--ui-port", str(settings.engine_ui_port), "--ui-ip", "127.0.0.1"] if settings.demo else ["--headless"]
    for name, value in PRAGMAS.items():
        line += ["--sqlite-pragma", f"{name}={value}"]
    for name, value in DYNAMIC.items():
        line += ["--dynamic-config-value", f"{name}={value}"]
    return line


def binary() -> Path:
    """The engine's program, installed beside this Python. Raises BadSetting when it is missing."""
    beside = Path(sys.executable).with_name("temporal")
    found = beside if beside.exists() else shutil.which("temporal")
    if not found:
        raise BadSetting("The engine `temporal` is not installed: run `make install`.")
    return Path(found)


def port_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether nobody listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


async def prepare(settings: Settings, patience: float = 30.0) -> None:
    """Waits until the engine answers and sets how long it keeps closed histories. Raises TimeoutError."""
    async with asyncio.timeout(patience):
        while True:
            try:
                client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
                await _retain(client)
            except (RuntimeError, RPCError):
                await asyncio.sleep(0.1)
            else:
                return


async def _retain(client: Client) -> None:
    seconds = Duration(seconds=int(RETENTION.total_seconds()))
    config = NamespaceConfig(workflow_execution_retention_ttl=seconds)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(namespace=client.namespace, config=config), timeout=timedelta(seconds=3)
    )
