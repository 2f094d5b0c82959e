"""Rebuilds journal lines from a workflow's history alone, by running the recorded decisions through today's code."""

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

from longwatch.domain.draft import Outcome
from longwatch.domain.ticket import Command, Line
from longwatch.messages import Entry, Journalled, Loaded
from longwatch.temporal import data_converter
from workflows.runner import RUNNER, WORKFLOWS

_CALLS: dict[str, list[tuple[str, Any, Any]]] = {}
"""What each replayed run asked of the desk: the activity, its argument and the call's handle; by run id."""


@dataclass(frozen=True)
class Replayed:
    """The lines that a run's history accounts for; `problem` when today's code does not follow it.

    `commands` are those the run loaded, `outcomes` what it made of them, as far as its history tells.
    """

    lines: list[Line] = field(default_factory=list)
    problem: str | None = None
    commands: list[Command] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


async def replay(secret_keys: tuple[str, ...], history: WorkflowHistory) -> Replayed:
    """Replays one run. Never raises for what the history holds."""
    run = history.run_id
    _CALLS[run] = []
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=RUNNER,
        data_converter=data_converter(secret_keys),
        interceptors=[_Listening()],
    )
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    done = [(name, argument, call.result()) for name, argument, call in _CALLS.pop(run) if _answered(call)]
    problem = f"{type(result.replay_failure).__name__}: {result.replay_failure}" if result.replay_failure else None
    entries: list[tuple[Entry, Journalled]] = [(asked, answer) for name, asked, answer in done if name == "journal"]
    loads: list[Loaded] = [answer for name, _, answer in done if name == "load"]
    return Replayed(
        lines=[line for entry, answer in entries for line in answer.adopted or entry.lines],
        problem=problem,
        commands=[command for loaded in loads for command in loaded.commands],
        outcomes=[outcome for entry, answer in entries if not answer.adopted for outcome in entry.outcomes],
    )


def _answered(call: Any) -> bool:
    """Whether the history holds the answer to a call; it may end before."""
    return bool(call.done() and not call.cancelled() and call.exception() is None)


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
        if input.activity in {"journal", "load"}:
            _CALLS[workflow.info().run_id].append((input.activity, input.args[0], call))
        return call
