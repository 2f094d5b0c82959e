"""A plan of tasks as rows of a form: what stands in a row as a task, and a task as a row; faults beside their row."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from longwatch.domain.tasks_plan import AUTOMATIC, BACK_OUT, MANUAL, MOST_TASKS

MINUTE = 60
LONGEST_ID = 30
ENTRIES = ("id", "title", "stage", "team", "person", "limit", "instructions", "tool", "skippable", "undo", "rest")
"""What a row holds; `limit` in minutes, `tool` the hook that does it, `undo` the title of its back-out, `rest` what no
input shows, as JSON."""

_OF_ROW = re.compile(r"tasks\.tasks\[(\d+)\](\.back_out)?\.?(\w*)")
_INPUTS = {"hook": "tool", "kind": "tool", "data": "tool", "": "title", "id": "title"}


@dataclass(frozen=True)
class Row:
    """A row of the form as it is drawn; `wrong` says by input what is wrong with it."""

    n: int
    values: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What an input of the row holds."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """What is wrong with it."""
        return self.wrong.get(name, "")

    @property
    def empty(self) -> bool:
        """Whether nothing was written into it."""
        return not any(self.values.get(name) for name in ("title", "instructions", "tool", "undo"))

    @property
    def detailed(self) -> bool:
        """Whether something is said or wrong in the part that is folded away."""
        folded = ("instructions", "tool", "skippable")
        return any(self.values.get(name) or self.wrong.get(name) for name in folded)


def rows_of_form(form: Mapping[str, str]) -> list[Row]:
    """The rows that a form sent, empty ones too."""
    count = 0
    while count < MOST_TASKS and any(f"task-{count}-{name}" in form for name in ENTRIES):
        count += 1
    return [Row(n, {name: form.get(f"task-{n}-{name}", "").strip() for name in ENTRIES}) for n in range(count)]


def rows_of_plan(plan: Mapping[str, Any] | None) -> list[Row]:
    """The rows that show a plan."""
    return [Row(n, _shown(task)) for n, task in enumerate(plan["tasks"] if plan else ())]


def _shown(task: Mapping[str, Any]) -> dict[str, str]:
    undo = task["back_out"]
    limit = task["limit"]
    return {
        "id": task["id"],
        "title": task["title"],
        "stage": str(task["stage"]),
        "team": task["team"] or "",
        "person": task["person"] or "",
        "limit": f"{limit / MINUTE:g}" if limit else "",
        "instructions": task["instructions"],
        "tool": task["hook"] or "",
        "skippable": "true" if task["skippable"] else "",
        "undo": undo["title"] if undo else "",
        "rest": json.dumps({"data": task["data"], "back_out": undo}),
    }


def more(rows: Sequence[Row], least: int) -> list[Row]:
    """The rows with empty ones after them up to `least` rows, as many as a plan may have."""
    count = min(MOST_TASKS, max(least, len(rows)))
    return [*rows, *(Row(n, {}) for n in range(len(rows), count))]


def plan_of_rows(rows: Sequence[Row], on_failure: str) -> dict[str, Any]:
    """The plan that the rows describe, for the rules to read; nothing where all of them are empty."""
    tasks: list[dict[str, Any]] = []
    for row in rows:
        if not row.empty:
            tasks.append(_task(row, [task["id"] for task in tasks]))
    return {"on_failure": on_failure or BACK_OUT, "tasks": tasks} if tasks else {}


def _task(row: Row, taken: Sequence[str]) -> dict[str, Any]:
    rest = _rest(row.value("rest"))
    automatic = bool(row.value("tool"))
    task = {
        "id": row.value("id") or _id(row.value("title"), taken),
        "title": row.value("title"),
        "stage": _whole(row.value("stage")),
        "team": row.value("team") or None,
        "person": row.value("person") or None,
        "limit": _seconds(row.value("limit")),
        "instructions": row.values.get("instructions", "").replace("\r\n", "\n"),
        "kind": AUTOMATIC if automatic else MANUAL,
        "hook": row.value("tool") or None,
        "data": rest.get("data") if automatic else None,
        "skippable": row.value("skippable") == "true",
        "back_out": _undo(row, rest.get("back_out")),
    }
    return {name: value for name, value in task.items() if value is not None}


def _undo(row: Row, before: Any) -> dict[str, Any] | None:
    """Its back-out keeps what it was besides its title; a new one is with whom the task is."""
    if not row.value("undo"):
        return None
    if isinstance(before, Mapping):
        return {**before, "title": row.value("undo")}
    return {"title": row.value("undo"), "team": row.value("team") or None, "person": row.value("person") or None}


def _rest(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}


def _id(title: str, taken: Sequence[str]) -> str:
    """A short word from the title that no other task of the plan has."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID].strip("-") or "task"
    numbers = (f"{word}-{count}" for count in range(2, MOST_TASKS + 2))
    return word if word not in taken else next(one for one in numbers if one not in taken)


def _whole(text: str) -> Any:
    """A whole number; other text as it is, for the rules to refuse; None for none."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_ID else text


def _seconds(text: str) -> Any:
    """Minutes, also parts of them, as whole seconds."""
    if not re.fullmatch(r"\d{1,7}([.,]\d{1,3})?", text):
        return text or None
    return round(float(text.replace(",", ".")) * MINUTE)


def with_fault(rows: Sequence[Row], at: str, reason: str) -> tuple[list[Row], bool]:
    """The rows with a fault of the plan beside the input it is about, and whether it is about one of them."""
    found = _OF_ROW.fullmatch(at)
    written = [row.n for row in rows if not row.empty]
    if found is None or int(found[1]) >= len(written):
        return list(rows), False
    name = "undo" if found[2] else _INPUTS.get(found[3], found[3])
    n = written[int(found[1])]
    return [Row(row.n, row.values, {name: reason}) if row.n == n else row for row in rows], True
