"""How workflow code runs, alike for worker, replay and tests: in the sandbox, our pure modules passed through."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.alert_group import AlertGroup
from workflows.delivery import Delivery
from workflows.incident import Incident

RUNNER = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules("longwatch", "activities", "pydantic_core")
)

WORKFLOWS: list[type] = [Incident, AlertGroup, Delivery]
