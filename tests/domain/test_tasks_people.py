"""Whose a task is, who is told, and what screens show."""

from typing import Any

import pytest

from longwatch.domain import tasks
from longwatch.domain.ticket import Actor, Command, Notify, Refused, canonical
from tests.domain import tasks_host as host
from tests.domain.tasks_desk import ANN, BEN, CAT, EVE, HOUR, MAX, MONDAY, TOOLS, WHY, Desk, task, undone


@pytest.mark.parametrize("who", [ANN, BEN, MAX, TOOLS, Actor("user:cat", roles=("agent",))])
def test_the_person_the_team_the_owners_and_the_desk_may_complete_a_task(who: Actor) -> None:
    desk = Desk(task("a", person="user:cat"))

    assert desk.complete("a", actor=who).outcome == "done"


@pytest.mark.parametrize("who", [EVE, CAT, Actor("source:prom", kind="monitoring", teams=("network",))])
def test_others_may_not(who: Actor) -> None:
    desk = Desk(task("a"))

    with pytest.raises(Refused, match=r"not yours\. Ask network or role:change-manager"):
        desk.complete("a", actor=who)


def test_a_task_of_one_person_is_not_their_whole_teams() -> None:
    desk = Desk(task("a", team=None, person="user:ann"))

    with pytest.raises(Refused, match="Ask ann"):
        desk.complete("a", actor=BEN)


def test_a_task_without_team_or_person_is_the_owners() -> None:
    desk = Desk(task("a", team=None, hook="deploy"))

    with pytest.raises(Refused, match="Ask role:change-manager"):
        desk.complete("a")
    assert desk.complete("a", actor=MAX).outcome == "done"


def test_who_takes_a_task_has_it_until_another_takes_it() -> None:
    desk = Desk(task("a"))
    desk.do("take", "a")
    first = desk.run("a").person
    desk.do("take", "a", BEN)

    assert (first, desk.run("a").person, desk.run("a").status) == ("user:ann", "user:ben", "in_progress")


def test_nobody_takes_what_they_have() -> None:
    desk = Desk(task("a"))
    desk.do("take", "a")

    with pytest.raises(Refused, match="You have it already"):
        desk.do("take", "a")


def test_a_tools_task_is_not_taken() -> None:
    with pytest.raises(Refused, match="done by a tool"):
        Desk(task("a", hook="deploy")).do("take", "a")


def test_a_task_passes_to_another_team_which_is_told_why() -> None:
    desk = Desk(task("a"))
    desk.do("take", "a")

    desk.do("assign", "a", team="database")

    assert (desk.run("a").team, desk.run("a").person, desk.run("a").status) == ("database", None, "open")
    assert desk.told("task_assigned") == [("team:database",)]
    assert desk.complete("a", actor=CAT).outcome == "done"


def test_a_task_that_is_not_open_yet_is_assigned_and_nobody_is_told_before_it_opens() -> None:
    desk = Desk(task("a"), task("b"))

    desk.do("assign", "b", MAX, person="user:cat")
    before = desk.told("task_assigned")
    desk.complete("a")

    assert (before, desk.told("task_opened")) == ([], [("team:network",), ("user:cat",)])


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "team"),
        ({"team": "network"}, "team"),
        ({"person": "ben"}, "person"),
        ({"team": ["network"]}, "team"),
        ({"person": "user:ben\n"}, "person"),
        ({"team": "database", "text": "why"}, "text"),
    ],
)
def test_an_assignment_that_says_nothing_usable_is_refused_by_its_field(data: dict[str, Any], field: str) -> None:
    desk = Desk(task("a"))

    with pytest.raises(Refused) as refusal:
        desk.do("assign", "a", **data)

    assert refusal.value.field == field


@pytest.mark.parametrize("action", ["fail_task", "skip_task", "back_out"])
def test_giving_up_needs_words(action: str) -> None:
    desk = Desk(task("a", skippable=True))

    with pytest.raises(Refused) as refusal:
        desk.send(MAX, action, task="a")

    assert refusal.value.field == "text"


def test_a_task_that_must_be_done_is_not_skipped() -> None:
    with pytest.raises(Refused, match="its plan does not let it be skipped"):
        Desk(task("a")).do("skip", "a")


def test_nothing_is_skipped_while_backing_out() -> None:
    desk = Desk(undone("a", stage=1, hook="deploy", skippable=True), undone("b", stage=1))
    desk.do("fail", "b")

    with pytest.raises(Refused, match="say it failed"):
        desk.do("skip", "a")
    assert desk.do("fail", "a")[-1] == "TaskOpened"


def test_only_the_owners_have_it_backed_out() -> None:
    with pytest.raises(Refused, match="Only role:change-manager"):
        Desk(task("a")).send(ANN, "back_out", text=WHY)


@pytest.mark.parametrize("name", ["z", "a.back-out", 7, None])
def test_a_task_that_is_not_there_is_named_as_the_fault(name: object) -> None:
    with pytest.raises(Refused) as refusal:
        Desk(task("a")).send(ANN, "complete_task", task=name)

    assert refusal.value.field == "task"


def test_nothing_is_done_before_the_tasks_begin_and_after_they_end() -> None:
    early = Desk(task("a"), begun=False)

    with pytest.raises(Refused, match="no tasks under way"):
        early.complete("a")
    assert host.may(early.draft.state, ANN) == []


def test_the_buttons_are_those_that_work() -> None:
    desk = Desk(task("a", skippable=True), task("b"), on_failure="stop")

    assert host.may(desk.draft.state, ANN) == ["take_task", "complete_task", "fail_task", "skip_task", "assign_task"]
    assert host.may(desk.draft.state, MAX)[-1] == "back_out"
    assert host.may(desk.draft.state, EVE) == []
    assert [one.name for one in tasks.allowed_on(desk.tasks, ANN, "b")] == ["assign_task"]


def test_an_unknown_action_is_refused() -> None:
    with pytest.raises(Refused, match="no action called 'dance'"):
        tasks.decide(Desk(task("a")).tasks, Command("c1", "dance", MONDAY, ANN))


def test_a_notice_says_what_is_to_be_done_and_of_which_ticket() -> None:
    desk = Desk(task("a", limit=HOUR))

    note = desk.effects[0]

    assert isinstance(note, Notify)
    assert (note.to, note.template) == (("team:network",), "task_opened")
    assert note.data == {
        "number": "CHG-000001",
        "task": "a",
        "task_title": "Do a",
        "back_out": False,
        "due": "2026-11-23T10:00:00.000000Z",
        "time_limit": "2026-11-23T10:00:00.000000Z",
    }


def test_the_owners_are_told_of_a_back_out_and_of_its_end() -> None:
    desk = Desk(undone("a"))
    desk.do("fail", "a")
    desk.complete("a.back-out")

    assert desk.told("back_out_started") == desk.told("tasks_backed_out") == [("role:change-manager",)]


def test_every_wording_that_is_used_is_announced() -> None:
    desk = Desk(undone("a", stage=1, limit=HOUR), undone("b", stage=1))
    desk.passes(2 * HOUR)
    desk.do("assign", "a", person="user:ben")
    desk.do("take", "a", BEN)
    desk.do("fail", "b")
    desk.do("fail", "b.back-out")
    desk.complete("b.back-out", "a.back-out")
    stopped = Desk(task("a"), on_failure="stop")
    stopped.do("fail", "a")

    used = [effect.template for effect in (*desk.effects, *stopped.effects) if isinstance(effect, Notify)]

    assert sorted(dict.fromkeys(used)) == sorted(tasks.TEMPLATES)


def test_it_stands_stage_by_stage() -> None:
    desk = Desk(undone("a", stage=1), task("b", stage=1, limit=HOUR), task("c", stage=2, hook="deploy"))
    desk.do("complete", "a")

    shown = tasks.standing(desk.tasks)

    assert [(one["stage"], one["status"]) for one in shown["stages"]] == [(1, "open"), (2, "waiting")]
    first, second = shown["stages"][0]["tasks"]
    assert (first["status"], first["by"], first["text"], first["back_out"]["title"]) == (
        "done",
        "user:ann",
        WHY,
        "Undo a",
    )
    assert (second["due"], second["limit"], second["back_out"]) == ("2026-11-23T10:00:00.000000Z", HOUR, None)
    assert (shown["done"], shown["of"]) == (1, 3)
    assert canonical(shown)


def test_back_outs_stand_in_the_order_in_which_they_are_made() -> None:
    desk = Desk(undone("a"), undone("b")).complete("a")
    desk.do("fail", "b")

    shown = tasks.standing(desk.tasks)

    assert [(one["id"], one["of"], one["status"]) for one in shown["back_outs"]] == [
        ("b.back-out", "b", "open"),
        ("a.back-out", "a", "waiting"),
    ]
    assert shown["reason"] == "The task Do b failed."


def test_nothing_planned_stands_empty() -> None:
    assert tasks.standing(tasks.Tasks()) == {"status": "none", "stages": [], "back_outs": [], "kept": []}


def test_what_is_waited_for_says_until_when_and_for_whom() -> None:
    desk = Desk(task("a", stage=1), task("b", stage=1, limit=HOUR), task("c", stage=1, hook="deploy", limit=2 * HOUR))
    desk.passes(HOUR)

    assert tasks.waiting_for(desk.tasks) == [
        {"what": "Waits for the task Do a, which has no time limit.", "until": None, "who": "team:network"},
        {
            "what": "Waits for the task Do b, which is overdue.",
            "until": "2026-11-23T10:00:00.000000Z",
            "who": "team:network",
        },
        {"what": "Waits for the tool deploy to do: Do c.", "until": "2026-11-23T11:00:00.000000Z", "who": "system"},
    ]
