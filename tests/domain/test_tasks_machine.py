"""Any sequence of work, failures, answers, outages and second thoughts leaves tasks that are whole."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic import TypeAdapter

from longwatch.domain import tasks
from longwatch.domain.tasks_gate import unsettled
from longwatch.domain.ticket import Actor, Fact, canonical
from tests.domain import tasks_host as host
from tests.domain.embedding import refusal
from tests.domain.tasks_desk import ANN, BEN, CAT, DAY, EVE, HOUR, MAX, MINUTE, TIMER, TOOLS, WHY, Desk, plan

ACTORS = (ANN, BEN, CAT, EVE, MAX, TOOLS, Actor("source:prom", kind="monitoring"))
STATE = TypeAdapter(host.State)
IDS = ("a", "b", "c", "d", "e")
ON_TASKS = tuple(name for name in tasks.ACTION_NAMES if name != "back_out")

actors = st.sampled_from(ACTORS)
ids = st.sampled_from([*IDS, *(f"{id_}.back-out" for id_ in IDS)])
odd: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "a", "a.back-out", "user:ben", 3, True, [], {}, WHY, {"body": None, "sha256": "x"}]
)
odd_data = st.dictionaries(st.sampled_from(["task", "text", "team", "person", "attempt", "ok"]), odd, max_size=5)

people = st.fixed_dictionaries(
    {
        "title": st.just("By people"),
        "limit": st.sampled_from([None, HOUR]),
        "team": st.sampled_from(["network", "database"]),
    },
    optional={"person": st.sampled_from(["user:ann", "user:cat"])},
)
tools = st.fixed_dictionaries(
    {
        "title": st.just("By a tool"),
        "kind": st.just("automatic"),
        "hook": st.just("deploy"),
        "limit": st.sampled_from([MINUTE, HOUR]),
    },
    optional={"team": st.just("network"), "data": st.just({"app": "shop", "n": [1, True, None]})},
)
jobs = people | tools


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    listed: list[dict[str, Any]] = []
    stage = 1
    for id_ in IDS[: draw(st.integers(1, 5))]:
        stage += draw(st.integers(0, 1)) if listed else 0
        step = {"id": id_, "stage": stage, **draw(jobs), "skippable": draw(st.booleans())}
        listed.append(step | {"back_out": draw(jobs | st.none())})
    return plan(*listed, on_failure=draw(st.sampled_from(["back_out", "back_out", "stop"])))


class APlan(RuleBasedStateMachine):
    """One plan and everybody who works by it."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()

    @initialize(planned=plans())
    def begins(self, planned: dict[str, Any]) -> None:
        self.desk.send(MAX, "plan", plan=planned)
        self.desk.begin()

    @rule(who=actors, action=st.sampled_from(ON_TASKS), id_=ids)
    def acts(self, who: Actor, action: str, id_: str) -> None:
        """A button is there exactly when it works."""
        shown = [one.name for one in tasks.allowed_on(self._settled(), who, id_)]
        data = {"person": "user:ben", "team": "other"} if action == "assign_task" else {}
        held = self.desk.tasks.run(id_)
        if action == "assign_task" and held and (held.team, held.person) == ("other", "user:ben"):
            data = {"person": "user:cat"}

        assert self._tries(who, action, {"task": id_, "text": WHY, **data}) is (action in shown)

    @rule(n=st.integers(0, 4), action=st.sampled_from(["take", "complete", "complete", "fail", "skip", "retry"]))
    def somebody_entitled_acts(self, n: int, action: str) -> None:
        live = [run for run in self.desk.tasks.everything if unsettled(self.desk.tasks, run)]
        if live:
            run = live[n % len(live)]
            self.acts(MAX if run.team is None else Actor("user:ann", teams=(run.team,)), f"{action}_task", run.id)

    @rule(n=st.integers(0, 4), ok=st.sampled_from([True, True, False, None]), stale=st.booleans())
    def a_tool_answers(self, n: int, ok: bool | None, *, stale: bool) -> None:  # noqa: FBT001 - what it says
        called = [run for run in self.desk.tasks.everything if run.attempt and self.desk.tasks.automatic(run.id)]
        if called:
            run = called[n % len(called)]
            before = self.desk.tasks
            self.desk.answers(run.id, ok=ok, text="so it is", attempt=run.attempt - stale)
            assert not stale or self.desk.tasks == before or self.desk.facts[-1].actor == "system:timer"

    @rule(who=actors)
    def backs_out(self, who: Actor) -> None:
        shown = any(one.name == "back_out" for one in tasks.allowed(self._settled(), who))
        assert self._tries(who, "back_out", {"text": WHY}) is shown

    @rule(who=actors, action=st.sampled_from([*tasks.ACTION_NAMES, *tasks.MACHINE_ACTIONS]), data=odd_data)
    def sends_odd_things(self, who: Actor, action: str, data: dict[str, Any]) -> None:
        self._tries(who, action, data)

    @rule()
    def is_called_off(self) -> None:
        backing_out = self._settled().status in ("backing_out", "back_out_failed")
        assert self._tries(MAX, "cancel", {}) is not backing_out

    @rule(planned=plans())
    def is_planned_again(self, planned: dict[str, Any]) -> None:
        under_way = self._settled().under_way
        if self._tries(MAX, "plan", {"plan": planned}):
            self.desk.begin()
        else:
            assert under_way

    @rule(seconds=st.sampled_from([30, MINUTE, HOUR, DAY]))
    def time_passes(self, seconds: int) -> None:
        self.desk.passes(seconds)
        due = host.nearest(self.desk.draft.state)
        assert due is None or due > self.desk.at

    @rule(seconds=st.sampled_from([HOUR, DAY]))
    def the_desk_is_away(self, seconds: int) -> None:
        self.desk.at += timedelta(seconds=seconds)
        self.desk.send(TIMER, "alarm")

    def _settled(self) -> tasks.Tasks:
        held = self.desk.tasks
        for fact in tasks.settle(held, self.desk.at):
            held = tasks.evolve(held, fact)
        return held

    def _tries(self, who: Actor, action: str, data: dict[str, Any]) -> bool:
        before = self.desk.draft.state
        refused = refusal(self.desk, who, action, data) is not None
        assert not refused or self.desk.draft.state is before
        return not refused

    @invariant()
    def nothing_begun_is_forgotten_in_a_back_out(self) -> None:
        begun: list[str] = []
        for fact in self.desk.facts:
            if fact.type == "TasksPlanned":
                begun = []
            elif _begins(self.desk, fact):
                begun.append(fact.data["task"])
            elif fact.type == "BackOutStarted":
                assert sorted(dict.fromkeys(begun)) == sorted([*fact.data["undo"], *fact.data["kept"]])

    @invariant()
    def back_outs_are_made_one_at_a_time_in_reverse(self) -> None:
        held = self.desk.tasks
        reverse = [f"{run.id}.back-out" for run in reversed(held.runs)]
        order = [run.id for run in held.undo]
        assert order == [id_ for id_ in reverse if id_ in order]
        reached = [run.status for run in held.undo if run.status != "waiting"]
        assert all(status == "done" for status in reached[:-1])
        if reached:
            assert not any(run.live for run in held.runs)

    @invariant()
    def nothing_is_done_twice(self) -> None:
        done: list[str] = []
        for fact in self.desk.facts:
            if fact.type == "TasksPlanned":
                done = []
            elif fact.type == "TaskDone":
                assert fact.data["task"] not in done
                done.append(fact.data["task"])

    @invariant()
    def no_stage_begins_before_the_one_before_is_done(self) -> None:
        held = self.desk.tasks
        for run in held.runs:
            if run.attempt:
                earlier = [one for one in held.runs if held.stage(one.id) < held.stage(run.id)]
                assert all(one.status in ("done", "skipped") for one in earlier)

    @invariant()
    def every_open_task_has_a_deadline_or_says_so(self) -> None:
        held = self.desk.tasks
        for run in held.everything:
            if run.live:
                assert (run.due is None) is (held.job(run.id).limit is None)
                assert run.due is not None or held.manual(run.id)
        waits = [one["what"] for one in tasks.waiting_for(held) if one["until"] is None]
        assert all("no time limit" in what or "failed" in what for what in waits)

    @invariant()
    def it_waits_for_somebody_or_has_ended(self) -> None:
        held = self.desk.tasks
        waiting = tasks.waiting_for(held)
        assert bool(waiting) is held.under_way
        assert all(one["who"] and one["what"].endswith(".") for one in waiting)
        assert held.under_way or not tasks.deadlines(held)

    @invariant()
    def every_attempt_of_a_tool_is_called_once(self) -> None:
        opened = [fact for fact in self.desk.all("TaskOpened") if _automatic_at(self.desk, fact)]
        asked = [(fact.data["task"], fact.data["attempt"]) for fact in opened]
        assert [(call.task, call.attempt) for call in self.desk.calls] == asked
        assert all(call.until is not None for call in self.desk.calls)

    @invariant()
    def it_can_be_shown_and_the_process_follows(self) -> None:
        canonical(tasks.standing(self.desk.tasks))
        assert self.desk.draft.state.status == host.STATUS[self.desk.outcome]

    def teardown(self) -> None:
        """It is the fold of its journal, at every point of it, and survives being stored."""
        state = host.State()
        for fact in self.desk.facts:
            state = host.evolve(state, fact)
            assert STATE.validate_json(STATE.dump_json(state)) == state
        assert state == self.desk.draft.state


def _planned_before(desk: Desk, fact: Fact) -> dict[str, Any]:
    """The work a task of a fact stood for in the plan of that time, by id."""
    last: dict[str, Any] = {}
    for one in desk.facts:
        if one.type == "TasksPlanned":
            listed = one.data["plan"]["tasks"]
            last = {step["id"]: step for step in listed}
            last |= {f"{step['id']}.back-out": step["back_out"] for step in listed if step["back_out"]}
        if one is fact:
            break
    return last


def _automatic_at(desk: Desk, fact: Fact) -> bool:
    return bool(_planned_before(desk, fact)[fact.data["task"]]["kind"] == "automatic")


def _begins(desk: Desk, fact: Fact) -> bool:
    """Whether work of the plan itself may have left something behind with this fact."""
    if "task" not in fact.data or fact.data["task"].endswith(".back-out"):
        return False
    return fact.type in ("TaskTaken", "TaskDone", "TaskFailed") or (
        fact.type == "TaskOpened" and _automatic_at(desk, fact)
    )


APlan.TestCase.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)
TestAnyHistoryOfAPlan = APlan.TestCase
