"""Rebuilds journal lines from a workflow's history alone, by running the recorded decisions through today's code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from longwatch.domain.ticket import Line
from longwatch.messages import Entry, Journalled
from longwatch.temporal import data_converter
from workflows.runner import RUNNER, WORKFLOWS

_ENTRIES: dict[str, list[tuple[Entry, Any]]] = {}
"""What each replayed run handed to the journal, with the call's handle; by run id."""


@dataclass(frozen=True)
class Replayed:
    """The lines that a run's history accounts for; `problem` when today's code does not follow it."""

    lines: list[Line] = field(default_factory=list)
    problem: str | None = None


async def replay(secret_keys: tuple[str, ...], history: WorkflowHistory) -> Replayed:
    """Replays one run. Never raises for what the history holds."""
    run = history.run_id
    _ENTRIES[run] = []
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=RUNNER,
        data_converter=data_converter(secret_keys),
        interceptors=[_Listening()],
    )
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    entries = _ENTRIES.pop(run)
    problem = f"{type(result.replay_failure).__name__}: {result.replay_failure}" if result.replay_failure else None
    return Replayed([line for entry, call in entries for line in _stood(entry, call)], problem)


def _stood(entry: Entry, call: Any) -> Sequence[Line]:
    """The lines an entry came to: those found standing, else its own; none if the history ends before the answer."""
    if not call.done() or call.cancelled() or call.exception() is not None:
        return []
    journalled: Journalled = call.result()
    return journalled.adopted or entry.lines


class _Listening(Interceptor):
    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the engine's own name
    ) -> type[WorkflowInboundInterceptor] | None:
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))


class _Outbound(WorkflowOutboundInterceptor):
    def start_local_activity(self, input: StartLocalActivityInput) -> workflow.ActivityHandle[Any]:  # noqa: A002
        call = super().start_local_activity(input)
        if input.activity == "journal":
            _ENTRIES[workflow.info().run_id].append((input.args[0], call))
        return call
