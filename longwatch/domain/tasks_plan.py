"""The plan of tasks: what is to be done, by whom, in which order, within which time. Data, pinned when it applies.

A plan is an ordered list of tasks, each in a numbered stage. Tasks of one stage run side by side; the next stage begins
when all of the one before are done. Numbers, and not lists of predecessors: a plan can be read from top to bottom, has
no circles and no task that nothing leads to, and its reverse, the order of backing out, is there for all to see before
anything is begun.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longwatch.domain.tasks_hook import is_hook_name
from longwatch.domain.ticket import Json, canonical

MANUAL, AUTOMATIC = KINDS = ("manual", "automatic")

BACK_OUT, STOP = ON_FAILURE = ("back_out", "stop")
"""What a failed task means: everything begun is backed out (a change), or the plan waits for people (a request)."""

MOST_TASKS, MOST_STAGE = 30, 100
LONGEST_TITLE, LONGEST_INSTRUCTIONS = 200, 2_000
LONGEST_LIMIT = 366 * 24 * 3600
MOST_DATA, MOST_PLAN = 4_000, 64_000
"""Bytes of one task's data and of the whole plan as JSON: a ticket's state carries it as long as the ticket lives."""
MOST_DEPTH = 10

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
_JOB = ("title", "instructions", "kind", "team", "person", "limit", "hook", "data")
_TASK = ("id", "stage", *_JOB, "skippable", "back_out")


@dataclass(frozen=True)
class Job:
    """One piece of work. `team` is a team's id, `person` a `user:<login>`; `limit` seconds from when it opens.

    A manual one is done by people, and its limit is a target; without one (None) it has no deadline and says so. An
    automatic one is a call to the configured outbound `hook` with `data`; past its limit it has failed.
    """

    title: str
    instructions: str = ""
    kind: str = MANUAL
    team: str | None = None
    person: str | None = None
    limit: int | None = None
    hook: str | None = None
    data: Mapping[str, Json] | None = None


@dataclass(frozen=True)
class Step:
    """A task of the plan: its work, and the paired work that undoes it, if anything can."""

    id: str
    stage: int
    job: Job
    skippable: bool = False
    back_out: Job | None = None


@dataclass(frozen=True)
class Plan:
    """The tasks in the order of their stages."""

    on_failure: str
    steps: tuple[Step, ...]


class PlanFault(ValueError):  # noqa: N818 - the trade's word
    """The plan would not do what it says. `reason` is a sentence, `field` names the entry at fault."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


def read_plan(data: Any) -> Plan:
    """The plan that data describes: {"on_failure", "tasks": [...]}. Raises PlanFault naming the entry at fault."""
    if not isinstance(data, Mapping):
        raise PlanFault("A plan is a list of named entries.", "plan")
    _check_names(data, ("on_failure", "tasks"), "plan")
    on_failure = _choice(data.get("on_failure"), ON_FAILURE, "on_failure")
    tasks = data.get("tasks")
    if not isinstance(tasks, Sequence) or isinstance(tasks, str) or not 0 < len(tasks) <= MOST_TASKS:
        raise PlanFault(f"This must be a list of 1 to {MOST_TASKS} tasks.", "tasks")
    steps: list[Step] = []
    for n, one in enumerate(tasks):
        steps.append(_step(one, steps, f"tasks[{n}]"))
    plan = Plan(on_failure, tuple(steps))
    _check_size(plan)
    return plan


def _step(data: Any, before: Sequence[Step], at: str) -> Step:
    if not isinstance(data, Mapping):
        raise PlanFault("A task is a list of named entries.", at)
    _check_names(data, _TASK, at)
    id_ = data.get("id")
    if not isinstance(id_, str) or not _ID.match(id_):
        raise PlanFault("This must be a short word of small letters, digits, - and _.", f"{at}.id")
    if id_ in [step.id for step in before]:
        raise PlanFault("Each task needs an id of its own.", f"{at}.id")
    back_out = data.get("back_out")
    return Step(
        id_,
        _stage(data.get("stage"), before, f"{at}.stage"),
        _job(data, at),
        _flag(data.get("skippable", False), f"{at}.skippable"),
        None if back_out is None else _paired(back_out, f"{at}.back_out"),
    )


def _stage(value: Any, before: Sequence[Step], at: str) -> int:
    """A stage of its own after the task before it, unless it says otherwise; never earlier than that one's."""
    last = before[-1].stage if before else 0
    stage = last + 1 if value is None else _number(value, 1, MOST_STAGE, at)
    if stage < last:
        raise PlanFault(f"The task before it is of stage {last}; list the tasks in the order of their stages.", at)
    return stage


def _paired(data: Any, at: str) -> Job:
    if not isinstance(data, Mapping):
        raise PlanFault("A back-out is a list of named entries.", at)
    _check_names(data, _JOB, at)
    return _job(data, at)


def _job(data: Mapping[str, Any], at: str) -> Job:
    automatic = _choice(data.get("kind") or MANUAL, KINDS, f"{at}.kind") == AUTOMATIC
    limit = data.get("limit")
    if limit is None and automatic:
        raise PlanFault("An automatic task needs a time limit in seconds.", f"{at}.limit")
    job = Job(
        _line(data.get("title"), LONGEST_TITLE, f"{at}.title"),
        _instructions(data.get("instructions"), f"{at}.instructions"),
        AUTOMATIC if automatic else MANUAL,
        _optional_line(data.get("team"), f"{at}.team"),
        _person(data.get("person"), f"{at}.person"),
        None if limit is None else _number(limit, 1, LONGEST_LIMIT, f"{at}.limit"),
        _hook(data.get("hook"), f"{at}.hook"),
        _data(data.get("data"), f"{at}.data"),
    )
    _check_kind(job, at)
    return job


def _check_kind(job: Job, at: str) -> None:
    """A manual task is with somebody; an automatic one names what it calls."""
    if job.kind == AUTOMATIC:
        if job.hook is None:
            raise PlanFault("An automatic task names the hook it calls.", f"{at}.hook")
        return
    if job.hook is not None or job.data is not None:
        raise PlanFault("Only an automatic task has a hook and data.", f"{at}.hook" if job.hook else f"{at}.data")
    if job.team is None and job.person is None:
        raise PlanFault("A task of people names the team or the person who does it.", f"{at}.team")


def _instructions(value: Any, at: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and len(value) <= LONGEST_INSTRUCTIONS:
        text = value.replace("\r\n", "\n").replace("\t", " ")
        if all(line.isprintable() for line in text.split("\n")):
            return text
    raise PlanFault(f"This must be a printable text of at most {LONGEST_INSTRUCTIONS} characters.", at)


def _data(value: Any, at: str) -> Mapping[str, Json] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or not _clean(value, MOST_DEPTH):
        raise PlanFault("This must be JSON: named entries of texts, whole numbers, true, false, lists.", at)
    if len(canonical(value).encode(errors="surrogatepass")) > MOST_DATA:
        raise PlanFault(f"This must be at most {MOST_DATA} bytes of JSON.", at)
    return dict(value)


def _clean(value: Any, depth: int) -> bool:
    """Whether it hashes alike everywhere: no fractions, no names that are not texts, no bottomless nesting."""
    if isinstance(value, str):
        return not any("\ud800" <= letter <= "\udfff" for letter in value)
    if value is None or isinstance(value, bool | int):
        return True
    if depth == 0:
        return False
    if isinstance(value, Mapping):
        return all(isinstance(name, str) and _clean([name, one], depth - 1) for name, one in value.items())
    return isinstance(value, list) and all(_clean(one, depth - 1) for one in value)


def _check_size(plan: Plan) -> None:
    if len(canonical(plan_data(plan)).encode()) > MOST_PLAN:
        raise PlanFault(f"The plan must be at most {MOST_PLAN} bytes of JSON. Shorten the instructions.", "tasks")


def _check_names(data: Mapping[str, Any], known: Sequence[str], at: str) -> None:
    """A misspelt back-out must not be taken for none."""
    for name in data:
        if name not in known:
            raise PlanFault(f"There is no entry {str(name)[:40]!r} here; there is {', '.join(known)}.", at)


def _hook(value: Any, at: str) -> str | None:
    if value is not None and not is_hook_name(value):
        raise PlanFault("This must be the name of a hook: small letters, digits, - and _.", at)
    return None if value is None else str(value)


def _person(value: Any, at: str) -> str | None:
    person = _optional_line(value, at)
    if person is not None and (not person.startswith("user:") or person == "user:"):
        raise PlanFault("A person is named user:<login>.", at)
    return person


def _optional_line(value: Any, at: str) -> str | None:
    return None if value is None or value == "" else _line(value, 100, at)


def _line(value: Any, most: int, at: str) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most or not value.isprintable():
        raise PlanFault(f"This must be one line of 1 to {most} characters.", at)
    return value.strip()


def _number(value: Any, least: int, most: int, at: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise PlanFault(f"This must be a whole number from {least} to {most}.", at)
    return value


def _flag(value: Any, at: str) -> bool:
    if not isinstance(value, bool):
        raise PlanFault("This must be true or false.", at)
    return value


def _choice(value: Any, options: Sequence[str], at: str) -> str:
    if value not in options:
        raise PlanFault(f"This must be one of {', '.join(options)}.", at)
    return str(value)


def plan_of(data: Mapping[str, Any]) -> Plan:
    """The plan a fact holds, unjudged: it was judged by the rules of its day, which may have become stricter."""
    return Plan(data["on_failure"], tuple(_step_of(one) for one in data["tasks"]))


def _step_of(data: Mapping[str, Any]) -> Step:
    back_out = data["back_out"]
    paired = None if back_out is None else Job(**back_out)
    job = Job(**{name: data[name] for name in _JOB})
    return Step(data["id"], data["stage"], job, data["skippable"], paired)


def plan_data(plan: Plan) -> dict[str, Any]:
    """The plan as facts and screens hold it, `read_plan`'s inverse."""
    return {"on_failure": plan.on_failure, "tasks": [_step_data(step) for step in plan.steps]}


def _step_data(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "stage": step.stage,
        **_job_data(step.job),
        "skippable": step.skippable,
        "back_out": None if step.back_out is None else _job_data(step.back_out),
    }


def _job_data(job: Job) -> dict[str, Any]:
    plain = {name: getattr(job, name) for name in _JOB}
    return plain | {"data": None if job.data is None else dict(job.data)}
