"""A plan is read with care: what would not do what it says is refused by the entry at fault."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from longwatch.domain.tasks import PlanFault, Tasks, plan_data, read_plan
from longwatch.domain.tasks_plan import plan_of
from longwatch.domain.ticket import canonical
from tests.domain.tasks_desk import HOUR, Desk, plan, task, undone


def test_a_plan_is_what_its_data_says() -> None:
    read = read_plan(plan(undone("a", limit=HOUR, instructions="First\nthis."), task("b", hook="deploy", team=None)))

    first, second = read.steps
    assert (read.on_failure, first.stage, second.stage) == ("back_out", 1, 2)
    assert first.back_out is not None
    assert (first.job.limit, first.job.instructions, first.back_out.title) == (HOUR, "First\nthis.", "Undo a")
    assert (second.job.kind, second.job.hook, second.back_out) == ("automatic", "deploy", None)


def test_a_plan_and_its_data_are_the_same() -> None:
    read = read_plan(plan(undone("a"), undone("b", hook="x", data={"n": [1, None, {"deep": True}]}, stage=4)))

    assert plan_of(json.loads(canonical(plan_data(read)))) == read
    assert read_plan(plan_data(read)) == read


def _job(**changes: Any) -> dict[str, Any]:
    return plan(task("a", **changes))


def _hooked(**changes: Any) -> dict[str, Any]:
    return plan(task("a", **{"hook": "deploy", **changes}))


def _back_out(**changes: Any) -> dict[str, Any]:
    return plan(task("a", back_out={"title": "Undo", "team": "network", **changes}))


LONG = "x" * 1999
DEEP: dict[str, Any] = {}
for _ in range(12):
    DEEP = {"in": DEEP}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (None, "plan"),
        ({"on_failure": "stop", "tasks": [task("a")], "more": 1}, "plan"),
        (plan(on_failure="stop"), "tasks"),
        (plan(*(task(f"t{n}") for n in range(31))), "tasks"),
        (plan(task("a"), on_failure="hope"), "on_failure"),
        ({"on_failure": "stop", "tasks": ["a"]}, "tasks[0]"),
        (plan(task("a"), task("a")), "tasks[1].id"),
        (plan(task("A b")), "tasks[0].id"),
        (plan(task("a.back-out")), "tasks[0].id"),
        (plan(task("a", stage=2), task("b", stage=1)), "tasks[1].stage"),
        (_job(stage=0), "tasks[0].stage"),
        (_job(stage=True), "tasks[0].stage"),
        (_job(title=""), "tasks[0].title"),
        (_job(title="two\nlines"), "tasks[0].title"),
        (_job(title="x" * 201), "tasks[0].title"),
        (_job(instructions="x" * 2001), "tasks[0].instructions"),
        (_job(instructions="a\x00b"), "tasks[0].instructions"),
        (_job(kind="magic"), "tasks[0].kind"),
        (_job(team=None), "tasks[0].team"),
        (_job(person="kim"), "tasks[0].person"),
        (_job(person="user:"), "tasks[0].person"),
        (_job(limit=0), "tasks[0].limit"),
        (_job(limit=1.5), "tasks[0].limit"),
        (_job(kind="manual", hook="deploy"), "tasks[0].hook"),
        (_job(data={"a": 1}), "tasks[0].data"),
        (_hooked(hook=None), "tasks[0].hook"),
        (_hooked(hook="De ploy"), "tasks[0].hook"),
        (_hooked(limit=None), "tasks[0].limit"),
        (_hooked(data=[1]), "tasks[0].data"),
        (_hooked(data={"a": 1.5}), "tasks[0].data"),
        (_hooked(data={"a": {1: 2}}), "tasks[0].data"),
        (_hooked(data={"a": "\ud800"}), "tasks[0].data"),
        (_hooked(data=DEEP), "tasks[0].data"),
        (_hooked(data={"a": "x" * 4000}), "tasks[0].data"),
        (_job(skippable="yes"), "tasks[0].skippable"),
        (_job(backout={}), "tasks[0]"),
        (_job(back_out=[]), "tasks[0].back_out"),
        (_back_out(title=None), "tasks[0].back_out.title"),
        (_back_out(back_out={}), "tasks[0].back_out"),
        (_back_out(skippable=True), "tasks[0].back_out"),
        (_back_out(kind="automatic", hook="x"), "tasks[0].back_out.limit"),
        (plan(*(undone(f"t{n}", instructions=LONG, undo_instructions=LONG) for n in range(20))), "tasks"),
    ],
)
def test_a_faulty_plan_is_refused_by_the_entry_at_fault(data: Any, field: str) -> None:
    with pytest.raises(PlanFault) as fault:
        read_plan(data)

    assert fault.value.field == field
    assert fault.value.reason.endswith(".")


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
entries = st.fixed_dictionaries(
    {"id": st.sampled_from(["a", "b", "c"]) | anything, "title": st.just("Do it") | anything},
    optional=dict.fromkeys(
        ("stage", "kind", "team", "person", "limit", "hook", "data", "skippable", "instructions", "back_out"), anything
    ),
)
usual = st.sampled_from([task("a"), task("b", hook="x"), undone("c"), task("d", stage=1), undone("e", hook="y")])


@given(st.fixed_dictionaries({"on_failure": st.just("stop"), "tasks": st.lists(usual | entries, max_size=4)}))
def test_whatever_is_read_is_whole_and_all_else_is_refused(data: dict[str, Any]) -> None:
    try:
        read = read_plan(data)
    except PlanFault:
        return

    assert read_plan(json.loads(canonical(plan_data(read)))) == read
    stages = [step.stage for step in read.steps]
    assert stages == sorted(stages)


def test_the_largest_plan_leaves_a_ticket_small_enough_to_be_carried_for_years() -> None:
    many = [undone(f"t{n}", instructions="x" * 900, undo_instructions="x" * 900, limit=HOUR) for n in range(30)]
    desk = Desk(*many)
    for n in range(29):
        desk.do("take", f"t{n}")
        desk.complete(f"t{n}")
    desk.do("fail", "t29")

    size = len(TypeAdapter(Tasks).dump_json(desk.tasks))

    assert len(canonical(desk.all("TasksPlanned")[0].data["plan"])) > 60_000
    assert size < 110_000
