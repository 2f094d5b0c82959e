"""A plan goes forward stage by stage, and back in reverse."""

from datetime import timedelta

import pytest

from longwatch.domain.ticket import Refused
from tests.domain.tasks_desk import ANN, BEN, DAY, HOUR, MAX, MINUTE, TOOLS, WHY, Desk, task, undone


def test_nothing_opens_before_it_is_begun() -> None:
    desk = Desk(task("a"), begun=False)

    assert (desk.outcome, desk.open) == ("none", [])


def test_one_stage_after_another() -> None:
    desk = Desk(task("a"), task("b"), task("c"))

    opened = []
    for _ in range(3):
        opened.append(desk.open)
        desk.complete(*desk.open)

    assert opened == [["a"], ["b"], ["c"]]
    assert desk.outcome == "done"


def test_tasks_of_one_stage_are_open_together_and_the_next_waits_for_all() -> None:
    desk = Desk(task("a", stage=1), task("b", stage=1), task("c", stage=2))

    assert desk.open == ["a", "b"]
    assert desk.complete("b").open == ["a"]
    assert desk.complete("a").open == ["c"]


def test_a_skipped_task_lets_the_plan_go_on() -> None:
    desk = Desk(task("a", skippable=True), task("b"))

    assert desk.do("skip", "a") == ["TaskSkipped", "TaskOpened"]
    assert desk.open == ["b"]


def test_a_task_is_not_completed_twice() -> None:
    desk = Desk(task("a"), task("b")).complete("a")

    with pytest.raises(Refused, match="Do a is done"):
        desk.complete("a")


def test_back_outs_run_in_reverse_after_the_third_task_fails() -> None:
    desk = Desk(undone("a"), undone("b"), undone("c"), undone("d")).complete("a", "b")

    desk.do("fail", "c")
    undone_one_by_one = []
    while desk.outcome == "backing_out":
        undone_one_by_one.append(desk.open)
        desk.complete(*desk.open)

    assert undone_one_by_one == [["c.back-out"], ["b.back-out"], ["a.back-out"]]
    assert desk.outcome == "backed_out"
    assert desk.statuses["d"] == "cancelled"


def test_what_has_no_back_out_is_named_as_kept() -> None:
    desk = Desk(undone("a"), task("b"), undone("c")).complete("a", "b")

    desk.do("fail", "c")
    desk.complete("c.back-out", "a.back-out")

    ended = desk.all("TasksBackedOut")[0].data
    assert (ended["undone"], ended["kept"]) == (["c", "a"], ["b"])


def test_open_tasks_of_people_are_called_off_and_backed_out_only_if_taken() -> None:
    desk = Desk(undone("a", stage=1), undone("b", stage=1), undone("c", stage=1))
    desk.do("take", "a")

    desk.do("fail", "c", BEN)

    assert desk.ids("TaskCancelled") == ["a", "b"]
    assert desk.all("BackOutStarted")[0].data["undo"] == ["c", "a"]
    assert desk.told("task_cancelled") == [("user:ann",), ("team:network",)]


def test_a_call_under_way_is_awaited_before_anything_is_undone() -> None:
    desk = Desk(undone("a", stage=1, hook="deploy"), undone("b", stage=1))

    desk.do("fail", "b")
    before = desk.open
    desk.answers("a", ok=True)

    assert before == ["a"]
    assert desk.open == ["b.back-out"]
    assert desk.complete("b.back-out").open == ["a.back-out"]


def test_a_call_that_fails_while_it_is_awaited_is_undone_all_the_same() -> None:
    desk = Desk(undone("a", stage=1, hook="deploy", limit=HOUR), undone("b", stage=1))

    desk.do("fail", "b")
    desk.passes(HOUR)
    desk.complete("b.back-out", "a.back-out")

    assert desk.outcome == "backed_out"


def test_the_owner_has_it_backed_out_by_command() -> None:
    desk = Desk(undone("a"), undone("b")).complete("a")

    desk.send(MAX, "back_out", text=WHY)

    assert desk.open == ["a.back-out"]
    assert desk.all("BackOutStarted")[0].data["text"] == WHY


def test_backing_out_before_anything_was_begun_ends_at_once() -> None:
    desk = Desk(undone("a"))

    assert desk.send(MAX, "back_out", text=WHY)[-2:] == ["TasksBackedOut", "StatusSet"]


def test_a_failed_back_out_waits_for_a_person_for_ever() -> None:
    desk = Desk(undone("a"), undone("b")).complete("a")
    desk.do("fail", "b")

    desk.do("fail", "b.back-out")
    desk.passes(300 * DAY)

    assert (desk.outcome, desk.open) == ("back_out_failed", [])
    assert desk.told("back_out_failed") == [("team:network", "role:change-manager")]


def test_a_failed_back_out_is_tried_again() -> None:
    desk = Desk(undone("a"), undone("b")).complete("a")
    desk.do("fail", "b")
    desk.do("fail", "b.back-out")

    assert desk.do("retry", "b.back-out") == ["BackOutResumed", "TaskOpened"]
    assert desk.complete("b.back-out", "a.back-out").outcome == "backed_out"


def test_a_failed_back_out_is_completed_by_hand() -> None:
    desk = Desk(undone("a"), undone("b")).complete("a")
    desk.do("fail", "b")
    desk.do("fail", "b.back-out")

    desk.complete("b.back-out")

    assert desk.open == ["a.back-out"]


def test_a_back_out_is_never_skipped() -> None:
    desk = Desk(undone("a", skippable=True))
    desk.do("fail", "a")

    with pytest.raises(Refused, match="a back-out is never skipped"):
        desk.do("skip", "a.back-out")


def test_a_failed_task_of_a_request_stays_and_the_others_go_on() -> None:
    desk = Desk(task("a", stage=1), task("b", stage=1), task("c", stage=2), on_failure="stop")

    desk.do("fail", "a")
    desk.complete("b")

    assert (desk.outcome, desk.open, desk.statuses["a"]) == ("running", [], "failed")
    assert desk.told("task_failed") == [("team:network", "role:change-manager")]


def test_a_failed_task_of_a_request_is_tried_again() -> None:
    desk = Desk(task("a", limit=HOUR), on_failure="stop")
    desk.do("fail", "a")

    desk.at += timedelta(hours=5)
    desk.do("retry", "a")

    assert (desk.run("a").attempt, desk.run("a").due) == (2, desk.at + timedelta(hours=1))
    assert desk.complete("a").outcome == "done"


@pytest.mark.parametrize("action", ["complete", "skip"])
def test_a_failed_task_of_a_request_is_completed_by_hand_or_skipped(action: str) -> None:
    desk = Desk(task("a", skippable=True), task("b"), on_failure="stop")
    desk.do("fail", "a")

    desk.do(action, "a")

    assert desk.open == ["b"]


def test_a_task_skipped_after_it_failed_is_backed_out_too() -> None:
    desk = Desk(undone("a", skippable=True), task("b"), on_failure="stop")
    desk.do("fail", "a")
    desk.do("skip", "a")

    desk.send(MAX, "back_out", text=WHY)

    assert desk.open == ["a.back-out"]


def test_the_process_calls_everything_off() -> None:
    desk = Desk(task("a"), task("b"))

    desk.send(MAX, "cancel")

    assert (desk.outcome, desk.statuses) == ("cancelled", {"a": "cancelled", "b": "cancelled"})
    assert desk.told("task_cancelled") == [("team:network",)]


def test_backing_out_is_finished_whatever_becomes_of_the_ticket() -> None:
    desk = Desk(undone("a"))
    desk.do("fail", "a")

    with pytest.raises(Refused, match="being backed out"):
        desk.send(MAX, "cancel")


def test_calling_off_what_was_never_planned_is_nothing() -> None:
    assert Desk().send(MAX, "cancel") == []


def test_a_plan_is_replaced_before_it_begins_and_not_after() -> None:
    desk = Desk(task("a"), begun=False)
    desk.send(MAX, "plan", plan={"on_failure": "stop", "tasks": [task("z")]})
    desk.begin()

    with pytest.raises(Refused, match="under way"):
        desk.send(MAX, "plan", plan={"on_failure": "stop", "tasks": [task("y")]})

    assert (desk.open, desk.tasks.rounds) == (["z"], 1)


def test_after_an_end_another_round_is_planned() -> None:
    desk = Desk(task("a")).complete("a")

    desk.send(MAX, "plan", plan={"on_failure": "stop", "tasks": [task("b")]})
    desk.begin()

    assert (desk.open, desk.tasks.rounds) == (["b"], 2)


def test_nothing_begins_without_a_plan() -> None:
    with pytest.raises(Refused, match="No tasks are planned"):
        Desk().begin()


def test_nothing_begins_twice() -> None:
    with pytest.raises(Refused, match="under way"):
        Desk(task("a")).begin()


def test_an_automatic_task_is_called_and_done_when_its_tool_says_so() -> None:
    desk = Desk(task("a", hook="deploy", data={"app": "shop"}), task("b"))

    call = desk.calls[0]
    facts = desk.answers("a", ok=True, text="deployed\n in 3 s")

    assert (call.hook, call.task, call.attempt, call.data["data"]) == ("deploy", "a", 1, {"app": "shop"})
    assert (call.until - desk.at).total_seconds() == HOUR - MINUTE
    assert facts == ["TaskDone", "TaskOpened"]
    assert desk.run("a").result == "deployed in 3 s"


def test_an_automatic_task_that_its_tool_refuses_has_failed() -> None:
    desk = Desk(undone("a"), undone("b", hook="deploy", undo_hook="undeploy")).complete("a")

    desk.answers("b", ok=False, text="no such app")

    assert desk.calls[-1].hook == "undeploy"
    assert desk.calls[-1].data["back_out"] is True
    desk.answers("b.back-out", ok=True)
    assert desk.open == ["a.back-out"]


def test_an_automatic_task_fails_at_its_limit() -> None:
    desk = Desk(undone("a", hook="deploy", limit=600))

    desk.passes(599)
    before = desk.statuses["a"]
    desk.passes(1)

    assert (before, desk.statuses["a"], desk.outcome) == ("open", "failed", "backing_out")


def test_an_answer_accepted_before_the_limit_counts_however_late_it_is_decided() -> None:
    desk = Desk(task("a", hook="deploy", limit=600))
    desk.at += timedelta(seconds=600, microseconds=-1)

    assert desk.answers("a", ok=True)[0] == "TaskDone"


def test_an_answer_to_an_earlier_attempt_changes_nothing() -> None:
    desk = Desk(task("a", hook="deploy", limit=600), on_failure="stop")
    desk.passes(600)
    desk.do("retry", "a")

    assert desk.answers("a", ok=True, attempt=1) == []
    assert desk.statuses["a"] == "open"


def test_a_tool_that_takes_it_on_is_waited_for_until_the_limit() -> None:
    desk = Desk(task("a", hook="deploy", limit=600), on_failure="stop")

    assert desk.answers("a", ok=None, text="queued as 17") == ["TaskAccepted"]
    assert desk.answers("a", ok=None) == []
    desk.passes(600)

    assert desk.run("a").result == "It was not done by its time limit. It had said: queued as 17"


def test_a_tool_that_took_it_on_completes_it_with_a_token_of_its_own() -> None:
    desk = Desk(task("a", hook="deploy"))
    desk.answers("a", ok=None)

    desk.complete("a")

    assert desk.outcome == "done"


def test_a_late_answer_of_a_tool_whose_task_was_completed_by_hand_changes_nothing() -> None:
    desk = Desk(task("a", hook="deploy"), task("b")).complete("a")

    assert desk.answers("a", ok=False) == []


def test_tools_do_not_answer_for_people() -> None:
    desk = Desk(task("a"))

    assert desk.answers("a", ok=True) == []


def test_people_do_not_answer_for_tools() -> None:
    desk = Desk(task("a", hook="deploy"))

    with pytest.raises(Refused, match="own parts"):
        desk.send(ANN, "task_called", task="a", attempt=1, ok=True)


def test_an_answer_that_is_none_is_refused_by_its_field() -> None:
    desk = Desk(task("a", hook="deploy"))

    with pytest.raises(Refused) as refusal:
        desk.send(TOOLS, "task_called", task="a", attempt=1, ok="yes")

    assert refusal.value.field == "ok"


def test_an_overdue_task_is_told_once_and_goes_on() -> None:
    desk = Desk(task("a", limit=HOUR))

    desk.passes(10 * HOUR)

    assert desk.ids("TaskOverdue") == ["a"]
    assert desk.told("task_overdue") == [("team:network", "role:change-manager")]
    assert desk.complete("a").outcome == "done"


def test_after_an_outage_everything_due_is_decided_in_its_order() -> None:
    desk = Desk(task("b", stage=1, limit=2 * HOUR), task("a", stage=1, limit=HOUR))

    desk.at += timedelta(days=1)
    desk.complete("a")

    assert [fact.type for fact in desk.facts[-3:]] == ["TaskOverdue", "TaskOverdue", "TaskDone"]
    assert desk.ids("TaskOverdue") == ["a", "b"]
