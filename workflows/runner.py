"""How workflow code runs: guarded where it is checked, plain where it serves."""

from temporalio.worker import UnsandboxedWorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.alert_group import AlertGroup
from workflows.change import Change
from workflows.cmdb_import import ImportSource, OpenRenewals
from workflows.delivery import Delivery
from workflows.incident import Incident
from workflows.problem import Problem
from workflows.reconcile import AskSource
from workflows.recurring import SimilarIncidents
from workflows.request import ServiceRequest

RUNNER = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules("longwatch", "activities", "pydantic_core")
)
"""In the sandbox, our pure modules passed through: for tests and for every replay."""

PLAIN = UnsandboxedWorkflowRunner()
"""Without it, for the worker. All rules are passed through anyway; what the sandbox would watch over is the one loop,
which the tests and replays watch over, and it would double the worker's share of every round (docs/benchmarks.md)."""

WORKFLOWS: list[type] = [
    Incident,
    Problem,
    Change,
    ServiceRequest,
    AlertGroup,
    Delivery,
    SimilarIncidents,
    ImportSource,
    OpenRenewals,
    AskSource,
]
