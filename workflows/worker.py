"""The worker process: runs workflows and activities, and the relay beside them."""

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from prometheus_client import start_http_server
from temporalio.client import Client
from temporalio.worker import Worker, WorkflowRunner

from activities.answers import Answering
from activities.back_calls import Telling
from activities.cmdb_imports import Importing
from activities.commands import Commands
from activities.effects import Effects
from activities.expiring import Renewing
from activities.journal import Journal
from activities.notify import Notifying
from activities.reconcile_asking import Reconciling
from activities.similar import Suspecting
from activities.webhooks import Calling
from longwatch.messages import TASK_QUEUE
from longwatch.settings import Settings
from longwatch.store.database import Store, open_engine
from longwatch.temporal import connect
from workflows import cmdb_schedules, reconcile_schedules, recurring
from workflows.relay import Relay
from workflows.runner import PLAIN, RUNNER, WORKFLOWS

POLLERS = 16
THREADS = 16
CACHED = 2_000
"""Workflows kept in memory, about 50 kB each."""


def make_worker(
    client: Client,
    store: Store,
    settings: Settings,
    task_queue: str = TASK_QUEUE,
    runner: WorkflowRunner = RUNNER,
) -> Worker:
    """A worker that runs everything. Tests make the same one, in the sandbox."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS,
        activities=_activities(store, settings),
        activity_executor=ThreadPoolExecutor(THREADS, "activity"),
        workflow_runner=runner,
        max_cached_workflows=CACHED,
        max_concurrent_workflow_task_polls=POLLERS,
        max_concurrent_activity_task_polls=POLLERS,
        graceful_shutdown_timeout=timedelta(seconds=5),
    )


def _activities(store: Store, settings: Settings) -> list[Callable[..., Any]]:
    notifying, calling, telling = Notifying(store, settings), Calling(store, settings), Telling(store, settings)
    importing = Importing(store, settings)
    return [
        Commands(store).load,
        Answering(store).answer,
        Journal(store, Effects(store, mail=bool(settings.mail_host))).journal,
        notifying.deliver,
        notifying.delivery_failed,
        calling.call_hook,
        calling.call_failed,
        telling.tell_tool,
        telling.tool_not_told,
        telling.make_longer,
        Suspecting(store).propose,
        importing.import_source,
        importing.import_failed,
        Renewing(store).open_renewals,
        Reconciling(store, settings).ask_source,
    ]


async def serve(settings: Settings) -> None:
    """Until SIGTERM or SIGINT: the worker and the relay. Waits for the engine if it is not there yet."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    store = Store(open_engine(settings.database_url))
    client = await _patiently(settings, stopping)
    if client is None:
        return
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr="127.0.0.1")
    async with make_worker(client, store, settings, runner=PLAIN):
        await recurring.ensure(client)
        await asyncio.gather(
            Relay(store, client).run(stopping),
            cmdb_schedules.keep(store, client, stopping),
            reconcile_schedules.keep(store, client, stopping),
        )
    store.engine.dispose()


async def _patiently(settings: Settings, stopping: asyncio.Event) -> Client | None:
    """Connects as soon as the engine is there; None when told to stop first."""
    while not stopping.is_set():
        try:
            return await connect(settings)
        except RuntimeError:  # what the client raises while nobody listens
            try:
                await asyncio.wait_for(stopping.wait(), 0.5)
            except TimeoutError:
                continue
    return None
