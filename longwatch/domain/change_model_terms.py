"""The terms of a change model: its conditions and the form of its tasks.

    {"cis": [...], "classes": [...], "teams": [...], "longest": seconds, "most_items": 1,
     "times": {"zone": "Europe/Warsaw", "weekly": {"5": [["22:00", "04:00"]]}}}

Items are covered when they are named or their class is; with neither named, every item is. `times` come back every week
(`schedule_times`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longwatch.domain.entries import LONGEST_TEXT, Entries
from longwatch.domain.schedule import LONGEST_WINDOW
from longwatch.domain.schedule_scope import Subject
from longwatch.domain.schedule_times import Times, read_times
from longwatch.domain.ticket import Json

MOST_NAMES, MOST_TASKS = 200, 60


@dataclass(frozen=True)
class Conditions:
    """Under which the model covers a change. `longest` is in seconds; empty names mean no condition."""

    cis: tuple[str, ...]
    classes: tuple[str, ...]
    teams: tuple[str, ...]
    longest: int
    most_items: int
    times: Times | None

    def admits(self, subject: Subject) -> bool:
        """Whether an item may be changed by the model."""
        if not self.cis and not self.classes:
            return True
        return subject.ci in self.cis or subject.class_ in self.classes

    def data(self) -> dict[str, Json]:
        """The conditions as facts and screens hold them, `read_conditions`'s inverse."""
        return {
            "cis": list(self.cis),
            "classes": list(self.classes),
            "teams": list(self.teams),
            "longest": self.longest,
            "most_items": self.most_items,
            "times": self.times.data() if self.times else None,
        }


def read_conditions(entries: Entries) -> Conditions:
    """The conditions; raises the entries' fault naming what is wrong."""
    entries.only("cis", "classes", "teams", "longest", "most_items", "times")
    return Conditions(
        entries.names("cis", MOST_NAMES),
        entries.names("classes", MOST_NAMES),
        entries.names("teams", MOST_NAMES),
        entries.number("longest", 60, int(LONGEST_WINDOW.total_seconds())),
        entries.number("most_items", 1, MOST_NAMES) if "most_items" in entries.data else MOST_NAMES,
        read_times(entries.part("times")) if entries.data.get("times") is not None else None,
    )


def read_tasks(entries: Entries) -> Mapping[str, Json] | None:
    """The plan of tasks by its shape: a list `tasks` of entries with an id of their own and a title; None for none."""
    if entries.data.get("tasks") is None:
        return None
    plan = entries.part("tasks")
    ids = [_task_id(task) for task in plan.parts("tasks", 1, MOST_TASKS)]
    if len(dict.fromkeys(ids)) < len(ids):
        raise entries.fault("Each task needs an id of its own.", plan.path("tasks"))
    if not clean(plan.data):
        raise entries.fault("Tasks are made of texts, whole numbers, lists and named entries.", plan.at)
    return dict(plan.data)


def _task_id(task: Entries) -> str:
    task.text("title")
    return task.text("id")


def clean(value: Any, depth: int = 10) -> bool:
    """Whether data is JSON-clean, not too deep, and its texts not too long."""
    if value is None or isinstance(value, bool | int):
        return True
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT
    if depth and isinstance(value, list | tuple):
        return len(value) <= MOST_NAMES and all(clean(one, depth - 1) for one in value)
    if depth and isinstance(value, Mapping):
        return all(isinstance(name, str) and clean(one, depth - 1) for name, one in value.items())
    return False
