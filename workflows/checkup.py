"""What the engine says of an installation's health: is it there, how long does it remember, does a worker poll."""

from datetime import timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from longwatch.messages import TASK_QUEUE
from longwatch.settings import Settings
from longwatch.store.checkup import Finding
from longwatch.temporal import RETRIES, RPC_TIMEOUT

LEAST_RETENTION = timedelta(days=30)
"""Histories are kept by ourselves within seconds of a run's end; this is the time to notice that they are not."""


async def of_engine(settings: Settings) -> list[Finding]:
    """The engine, and through it the worker. Nothing secret is said to it, so no key is needed."""
    try:
        client = await Client.connect(
            settings.temporal_address, namespace=settings.temporal_namespace, retry_config=RETRIES
        )
        return [
            Finding("engine", well=True, text=f"answers at {settings.temporal_address}"),
            await _retention(client),
            await _worker(client),
        ]
    except (RuntimeError, RPCError) as problem:
        return [_silent(settings, problem)]


def _silent(settings: Settings, problem: Exception) -> Finding:
    told = f"does not answer at {settings.temporal_address}: {str(problem).partition(':')[0]}"
    advice = "Start it (`longwatch engine` for the embedded one), or mend LONGWATCH_TEMPORAL_ADDRESS."
    return Finding("engine", well=False, text=told, advice=advice)


async def _retention(client: Client) -> Finding:
    request = DescribeNamespaceRequest(namespace=client.namespace)
    answer = await client.workflow_service.describe_namespace(request, timeout=RPC_TIMEOUT)
    kept = answer.config.workflow_execution_retention_ttl.ToTimedelta()
    told = f"the engine keeps closed histories {kept.days} days"
    if kept >= LEAST_RETENTION:
        return Finding("retention", well=True, text=told)
    command = f"temporal operator namespace update --retention 400d --namespace {client.namespace}"
    return Finding("retention", well=False, text=told, advice=f"Set at least {LEAST_RETENTION.days} days: {command}")


async def _worker(client: Client) -> Finding:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=TASK_QUEUE),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    answer = await client.workflow_service.describe_task_queue(request, timeout=RPC_TIMEOUT)
    if answer.pollers:
        names = sorted({poller.identity for poller in answer.pollers})
        return Finding("worker", well=True, text=f"polls for tickets: {', '.join(names)}")
    return Finding("worker", well=False, text="no worker polls for tickets", advice="Start one: longwatch worker")
