"""What the web may say to the engine: carry out an accepted command, and are you there."""

import threading
import time
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from longwatch.domain.draft import Outcome
from longwatch.messages import TASK_QUEUE, WORKFLOWS, Start, kind_of
from longwatch.temporal import RPC_TIMEOUT, Bridge

BREAK = 3.0
"""Seconds during which a silent engine is not asked again: people get their 202 at once."""

AWAY = (
    RPCError,
    RuntimeError,
    TimeoutError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateFailedError,
    WorkflowAlreadyStartedError,
)
"""Everything that means 'not confirmed yet'. None of it means 'refused': refusals come as outcomes."""

UNDECIDED = frozenset({"pending", "unknown"})
"""The ticket ended before it came to the command; the relay sees to it."""


class Tickets:
    """Carries accepted commands to their tickets on behalf of a waiting person."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._lock = threading.Lock()
        self._closed_until = 0.0

    def act(self, ticket: str, action: str, command: str, timeout: float = 2.0) -> Outcome | None:
        """The outcome of an accepted command, or None while it is not known: the relay then finishes it.

        `timeout` is in seconds. The update is sent under the action's name with the command's id as its own; an
        opening starts its ticket with it.
        """
        if time.monotonic() < self._closed_until:
            return None

        async def update(client: Client) -> Outcome:
            if action == "open":
                return await _open(client, ticket, command, timedelta(seconds=timeout))
            handle = client.get_workflow_handle(ticket)
            outcome: Outcome = await handle.execute_update(
                action, command, id=command, result_type=Outcome, rpc_timeout=timedelta(seconds=timeout)
            )
            return outcome

        try:
            outcome = self._bridge.run(update, timeout)
        except AWAY as problem:
            self._note(problem)
            return None
        return None if outcome.outcome in UNDECIDED else outcome

    def ready(self) -> dict[str, bool | str]:
        """Whether the engine answers and a worker polls for tickets; `reason` says what is wrong."""

        async def describe(client: Client) -> bool:
            request = DescribeTaskQueueRequest(
                namespace=client.namespace,
                task_queue=TaskQueue(name=TASK_QUEUE),
                task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
            )
            answer = await client.workflow_service.describe_task_queue(request, timeout=RPC_TIMEOUT)
            return bool(answer.pollers)

        try:
            polled = self._bridge.run(describe, RPC_TIMEOUT.total_seconds())
        except AWAY as problem:
            return {"engine": False, "worker": False, "reason": f"{type(problem).__name__}: {problem}"}
        return {"engine": True, "worker": polled, "reason": "" if polled else "No worker polls for tickets."}

    def _note(self, problem: Exception) -> None:
        """After silence the engine is left alone for a moment; a ticket it does not know is no silence."""
        if isinstance(problem, WorkflowAlreadyStartedError):
            return
        if isinstance(problem, RPCError) and problem.status.name in {"NOT_FOUND", "FAILED_PRECONDITION"}:
            return
        with self._lock:
            self._closed_until = time.monotonic() + BREAK


async def _open(client: Client, ticket: str, command: str, patience: timedelta) -> Outcome:
    """Update-with-start: the ticket begins with its opening, which the relay would start a moment later."""
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        WORKFLOWS[kind_of(ticket)],
        Start(ticket),
        id=ticket,
        task_queue=TASK_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    outcome: Outcome = await client.execute_update_with_start_workflow(
        "open",
        command,
        start_workflow_operation=start,
        id=command,
        result_type=Outcome,
        rpc_timeout=patience,
    )
    return outcome
