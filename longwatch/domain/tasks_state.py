"""What is known of a plan's tasks: plain data, nothing but the fold of their facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from longwatch.domain.tasks_plan import AUTOMATIC, MANUAL, Job, Plan

Ref = dict[str, Any]
"""A text a person wrote, by its place and proof: {"body": id, "sha256": hex}. The words are stored elsewhere."""

NONE, PLANNED, RUNNING, DONE, BACKING_OUT, BACK_OUT_FAILED, BACKED_OUT, CANCELLED = STATUSES = (
    "none",
    "planned",
    "running",
    "done",
    "backing_out",
    "back_out_failed",
    "backed_out",
    "cancelled",
)

WAITING, OPEN, IN_PROGRESS, FAILED, SKIPPED = "waiting", "open", "in_progress", "failed", "skipped"
TASK_STATUSES = (WAITING, OPEN, IN_PROGRESS, DONE, FAILED, SKIPPED, CANCELLED)

SUFFIX = ".back-out"
"""What the id of a back-out adds to the id of its task. No id of a plan holds a full stop."""


@dataclass(frozen=True)
class Run:
    """A task as it went: with whom it is, since when, until when, and how it ended.

    `begun` says that its work may have left something behind: it was taken, called, done or failed once. `text` is what
    a person wrote at its end, `result` what a tool or the desk itself said. `attempt` counts how often it was opened.
    """

    id: str
    status: str = WAITING
    team: str | None = None
    person: str | None = None
    attempt: int = 0
    opened_at: datetime | None = None
    due: datetime | None = None
    overdue: bool = False
    begun: bool = False
    ended_at: datetime | None = None
    by: str | None = None
    text: Ref | None = None
    result: str | None = None

    @property
    def live(self) -> bool:
        """Whether it is being worked on, or ought to be."""
        return self.status in (OPEN, IN_PROGRESS)


@dataclass(frozen=True)
class Tasks:
    """The tasks of a ticket, to be held by its process. `Tasks()` is the one before anything was planned.

    `runs` are the plan's tasks in its order; `undo` the back-outs in the order in which they are carried out, empty
    until backing out begins; `kept` the tasks begun that nothing can undo. `owners` (people, roles or teams) answer for
    the whole.
    """

    status: str = NONE
    plan: Plan | None = None
    owners: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()
    undo: tuple[Run, ...] = ()
    kept: tuple[str, ...] = ()
    rounds: int = 0
    reason: str = ""
    ended_at: datetime | None = None

    @property
    def everything(self) -> tuple[Run, ...]:
        """Tasks and back-outs."""
        return (*self.runs, *self.undo)

    @property
    def under_way(self) -> bool:
        """Whether somebody still has something to do."""
        return self.status in (RUNNING, BACKING_OUT, BACK_OUT_FAILED)

    def run(self, id_: str) -> Run | None:
        """The task or back-out of this id."""
        return next((one for one in self.everything if one.id == id_), None)

    def job(self, id_: str) -> Job:
        """Its work. Raises KeyError for an id that nothing here has."""
        assert self.plan is not None
        for step in self.plan.steps:
            if step.id == id_:
                return step.job
            if step.id + SUFFIX == id_ and step.back_out is not None:
                return step.back_out
        raise KeyError(id_)

    def stage(self, id_: str) -> int:
        """The stage of a task of the plan, or of the one a back-out undoes."""
        assert self.plan is not None
        return next(step.stage for step in self.plan.steps if step.id == id_.removesuffix(SUFFIX))

    def skippable(self, id_: str) -> bool:
        """Whether the plan lets it be skipped. A back-out never is: what was begun must be undone by somebody."""
        return self.plan is not None and any(step.id == id_ and step.skippable for step in self.plan.steps)

    def automatic(self, id_: str) -> bool:
        """Whether a tool does it."""
        return self.job(id_).kind == AUTOMATIC

    def manual(self, id_: str) -> bool:
        """Whether people do it."""
        return self.job(id_).kind == MANUAL


def is_back_out(id_: str) -> bool:
    """Whether the id is that of a back-out."""
    return id_.endswith(SUFFIX)


def called(name: str | None) -> str:
    """A person or team as sentences call them."""
    return "nobody" if name is None else name.removeprefix("user:").removeprefix("team:")
