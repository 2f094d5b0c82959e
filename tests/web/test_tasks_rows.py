"""A plan of tasks as rows of a form: whatever stands in a plan survives them, and each fault is beside its row."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from longwatch.domain.tasks_plan import PlanFault, plan_data, read_plan
from web.console.tasks_rows import Row, plan_of_rows, rows_of_form, rows_of_plan, with_fault

LINES = some.text("abc äö", min_size=1, max_size=12).filter(lambda text: text.strip() == text)
JOBS = some.fixed_dictionaries(
    {"title": LINES, "team": some.just("net")},
    optional={"limit": some.integers(1, 10_000).map(lambda n: n * 60), "instructions": some.just("First.\nThen.")},
)
TOOLS = some.fixed_dictionaries(
    {"title": LINES, "kind": some.just("automatic"), "hook": some.just("ansible"), "limit": some.just(90)},
    optional={"data": some.dictionaries(some.text("ab", max_size=3), some.integers(), max_size=2)},
)
BOTH = JOBS | TOOLS
NAMES = ("id", "title", "rest", "limit", "stage", "undo", "tool")
INPUTS = [f"task-{n}-{name}" for n in range(3) for name in NAMES]


@some.composite
def plans(draw: some.DrawFn) -> dict[str, Any]:
    """Plans of a few tasks that the rules take."""
    tasks = draw(some.lists(BOTH, min_size=1, max_size=4))
    for n, task in enumerate(tasks):
        task |= {"id": f"t{n}", "skippable": draw(some.booleans()), "stage": n // 2 + 1}
        task["back_out"] = draw(some.none() | BOTH)
    return {"on_failure": draw(some.sampled_from(["stop", "back_out"])), "tasks": tasks}


@given(plans())
def test_a_plan_survives_the_form_untouched(data: dict[str, Any]) -> None:
    plan = read_plan(data)
    sent = {
        f"task-{row.n}-{name}": text
        for row in rows_of_plan(plan_data(plan))
        for name, text in row.values.items()
        if text or name == "title"
    }

    again = plan_of_rows(rows_of_form(sent), data["on_failure"])

    assert read_plan(again) == plan


@given(some.dictionaries(some.sampled_from(INPUTS), some.text(max_size=20)))
def test_whatever_is_sent_is_read_or_refused_by_the_rules(form: dict[str, str]) -> None:
    rows = rows_of_form(form)
    plan = plan_of_rows(rows, "")

    try:
        if plan:
            read_plan(plan)
    except PlanFault as fault:
        with_fault(rows, f"tasks.{fault.field}", fault.reason)

    assert len(plan.get("tasks", ())) == sum(not row.empty for row in rows)


def test_nothing_written_is_no_plan() -> None:
    assert plan_of_rows([Row(0, {}), Row(1, {"team": "net"})], "stop") == {}


def test_new_tasks_have_ids_of_their_own() -> None:
    rows = [
        Row(n, {"title": title, "team": "net"}) for n, title in enumerate(("Über all", "Über all", "!!", "Über all"))
    ]

    assert [task["id"] for task in plan_of_rows(rows, "")["tasks"]] == ["uber-all", "uber-all-2", "task", "uber-all-3"]


@pytest.mark.parametrize(
    ("at", "n", "name"),
    [
        ("tasks.tasks[0].team", 0, "team"),
        ("tasks.tasks[1].back_out.limit", 2, "undo"),
        ("tasks.tasks[1].hook", 2, "tool"),
    ],
)
def test_a_fault_stands_in_the_row_it_is_about(at: str, n: int, name: str) -> None:
    rows, beside = with_fault([Row(0, {"title": "a"}), Row(1, {}), Row(2, {"title": "b"})], at, "No.")

    assert beside
    assert {(row.n, wrong): said for row in rows for wrong, said in row.wrong.items()} == {(n, name): "No."}


@pytest.mark.parametrize("at", ["tasks.tasks", "tasks.on_failure", "tasks.tasks[9].title", "cis"])
def test_other_faults_are_no_rows(at: str) -> None:
    assert with_fault([Row(0, {"title": "a"})], at, "No.") == ([Row(0, {"title": "a"})], False)
