"""The request's moves from status to status, each as it happens and as it is refused."""

import pytest

from longwatch.domain.request import request
from longwatch.domain.request_moves import MOVES
from longwatch.domain.ticket import Actor, Decider, fold
from tests.domain.incident_desk import AGENT, AGENT2, DISPATCHER, REQUESTER, STRANGER, TIMER, ref
from tests.domain.request_desk import BOSS, CHEAP, DEAR, TASKS, RequestDesk, laptop, manager


def test_a_request_is_a_decider() -> None:
    decider: Decider = request

    assert decider.State() == request.State()
    assert decider.next_alarm(request.State()) is None
    assert decider.questions(request.State()) == ()


def test_the_state_is_the_fold_of_the_journal() -> None:
    desk = RequestDesk().closed()

    assert fold(request, desk.facts) == desk.state


def test_a_new_request_waits_for_its_item_and_nobody_works_on_it_before() -> None:
    desk = RequestDesk().ordered(answer=False)

    assert desk.status == "new"
    assert request.waiting_for(desk.state)[0]["what"] == "Waits for its catalogue item to be looked up."
    for action in ("start", "fulfil", "add_tasks"):
        assert "looked up" in desk.refusal(AGENT, action, text=ref(), tasks=[{"title": "x"}]).reason


def test_a_dear_laptop_awaits_approval() -> None:
    desk = RequestDesk().ordered()

    assert desk.status == "awaiting_approval"
    assert desk.state.approval.under_way
    assert request.waiting_for(desk.state)[0]["who"] == "user:boss"
    assert desk.told("request_received") == [("user:requester",)]
    assert desk.told("approval_asked") == [("user:boss",)]


def test_a_cheap_laptop_needs_no_approval_and_is_in_fulfilment_at_once() -> None:
    desk = RequestDesk().ordered(CHEAP)

    assert desk.status == "in_fulfilment"
    assert [fact.data["task"] for fact in desk.all("TaskOpened")] == ["order"]


def test_an_item_without_tasks_is_approved_started_and_fulfilled_by_hand() -> None:
    desk = RequestDesk(catalogue=laptop(tasks=None)).ordered(CHEAP)
    assert desk.status == "approved"

    desk.send(AGENT, "start")
    desk.send(AGENT, "fulfil", text=ref())

    assert desk.status == "fulfilled"
    assert desk.state.resolution == "fulfilled"


def test_what_was_agreed_to_goes_into_fulfilment_and_its_requester_is_told() -> None:
    desk = RequestDesk().approved()

    assert desk.status == "in_fulfilment"
    assert desk.told("request_approved") == [("user:requester",)]
    assert [fact.type for fact in desk.facts[-4:]] == ["Approved", "FulfilmentBegun", "TasksStarted", "TaskOpened"]


def test_three_tasks_done_one_after_another_fulfil_it() -> None:
    desk = RequestDesk().fulfilled()

    assert desk.status == "fulfilled"
    assert [fact.data["task"] for fact in desk.all("TaskDone")] == [task["id"] for task in TASKS]
    assert desk.told("request_fulfilled") == [("user:requester",)]
    assert desk.effects[-1].data["said"] == "Fetch it."


def test_a_refusal_rejects_it_with_the_words_of_who_refused() -> None:
    desk = RequestDesk().ordered()

    desk.vote(decision="refuse", comment=ref("too dear"))

    assert desk.status == "rejected"
    assert desk.last("Rejected").data["reason"] == ref("too dear")
    assert desk.state.tasks.status == "cancelled"
    assert desk.told("request_rejected") == [("user:requester",)]


def test_after_the_deadline_those_who_take_over_may_still_agree() -> None:
    desk = RequestDesk().ordered().wait(days=2, minutes=1)
    assert request.waiting_for(desk.state)[0]["who"] == "user:deputy"

    desk.vote(Actor("user:deputy", roles=("approver",)))

    assert desk.status == "in_fulfilment"


def test_what_nobody_agrees_to_in_time_expires_and_is_rejected() -> None:
    desk = RequestDesk().ordered().wait(days=5)

    assert desk.status == "rejected"
    assert desk.last("Rejected").actor == "system:timer"
    assert desk.last("Rejected").data["why"] == "approval expired"


def test_answers_that_do_not_fit_are_rejected_with_the_reason_and_the_field() -> None:
    desk = RequestDesk().ordered({"kind": "huge", "cost": 2000})

    assert desk.status == "rejected"
    assert desk.last("Rejected").data["field"] == "kind"
    assert "options" in desk.last("Rejected").data["words"]


def test_an_item_that_is_not_for_everybody_is_rejected_for_the_others() -> None:
    item = laptop(visible_to={"roles": ["lead"], "teams": []})

    assert RequestDesk(catalogue=item).ordered().status == "rejected"
    assert RequestDesk(catalogue=item).ordered(actor=BOSS).status == "awaiting_approval"


def test_nobody_agrees_to_what_they_asked_for_themselves() -> None:
    desk = RequestDesk().ordered(actor=BOSS, requester="user:requester")

    left_out = desk.last("ApproversFound").data["left_out"]

    assert left_out == [{"person": "user:boss", "name": "user:boss", "reason": "who asked for it"}]


def test_an_edit_voids_the_votes_and_is_voted_on_again() -> None:
    two = manager(approvers=["user:boss", "user:deputy"], rule="all")
    desk = RequestDesk(approval_policy=two).ordered()
    desk.vote()
    seen = desk.state.approval.content

    desk.ask(REQUESTER, "edit", answers={**DEAR, "cost": 3000})

    assert [vote["person"] for vote in desk.last("ApprovalEdited").data["votes"]] == ["user:boss"]
    assert desk.refusal(BOSS, "vote", decision="approve", content=seen).field == "content"
    desk.vote()
    desk.vote(Actor("user:deputy", roles=("approver",)))
    assert desk.status == "in_fulfilment"


def test_an_edit_that_makes_it_cheap_needs_nobody_any_more() -> None:
    desk = RequestDesk().ordered()

    desk.ask(REQUESTER, "edit", answers=CHEAP)

    assert desk.status == "in_fulfilment"
    assert desk.state.approval.status == "recalled"


def test_an_edit_that_does_not_fit_the_form_is_refused_by_its_field() -> None:
    desk = RequestDesk().ordered()

    assert desk.refusal(REQUESTER, "edit", answers={"kind": "light"}).field == "cost"
    assert desk.refusal(REQUESTER, "edit", answers=DEAR).reason == "Nothing of it is different."
    assert "roles" in desk.refusal(STRANGER, "edit", answers=CHEAP).reason


def test_a_free_request_is_fulfilled_by_hand() -> None:
    desk = RequestDesk().free()
    assert desk.status == "new"

    desk.send(AGENT, "fulfil", text=ref())

    assert desk.status == "fulfilled"


def test_a_free_request_may_be_given_tasks() -> None:
    desk = RequestDesk().free()

    desk.send(AGENT, "add_tasks", tasks=[{"title": "Look"}, {"title": "Do it", "team": "l2"}])
    assert desk.status == "in_fulfilment"
    desk.ask(AGENT, "complete_task", task="task-1")
    desk.ask(AGENT2, "complete_task", task="task-2")

    assert desk.status == "fulfilled"


def test_tasks_that_make_no_sense_are_refused_by_their_place() -> None:
    desk = RequestDesk().free()

    assert desk.refusal(AGENT, "add_tasks", tasks=[]).field == "tasks"
    assert desk.refusal(AGENT, "add_tasks", tasks=[{"title": ""}]).field == "tasks[0].title"
    assert desk.refusal(AGENT, "add_tasks", tasks=[{"title": "x", "hook": "erp"}]).field == "tasks[0]"
    assert desk.refusal(AGENT, "add_tasks", tasks=["x"]).field == "tasks[0]"


def test_the_desk_rejects_what_it_does_not_do() -> None:
    desk = RequestDesk().free()

    desk.send(DISPATCHER, "reject", reason=ref("we sell no ice"))

    assert desk.status == "rejected"
    assert desk.last("Rejected").data["reason"] == ref("we sell no ice")


def test_its_requester_cancels_it_until_somebody_works_on_it() -> None:
    waiting, agreed, begun = RequestDesk().ordered(), RequestDesk().approved(), RequestDesk().approved()
    begun.ask(AGENT, "take_task", task="order")

    waiting.send(REQUESTER, "cancel", reason=ref())
    agreed.send(REQUESTER, "cancel", reason=ref())

    assert (waiting.status, agreed.status) == ("cancelled", "cancelled")
    assert waiting.state.approval.status == "recalled"
    assert agreed.state.tasks.status == "cancelled"
    assert "works on it already" in begun.refusal(REQUESTER, "cancel", reason=ref()).reason
    begun.send(AGENT2, "cancel", reason=ref())
    assert begun.status == "cancelled"


def test_it_is_confirmed_by_its_requester_or_closes_by_itself() -> None:
    confirmed, left = RequestDesk().closed(), RequestDesk().fulfilled()

    left.wait(days=10)

    assert (confirmed.status, left.status) == ("closed", "closed")
    assert left.last("Closed").data["automatic"] is True


@pytest.mark.parametrize("life", ["fulfilled", "closed"])
def test_it_is_reopened_and_its_tasks_are_done_again(life: str) -> None:
    desk = getattr(RequestDesk(), life)()

    desk.send(REQUESTER, "reopen", reason=ref("it does not start"))
    assert desk.status == "in_fulfilment"
    assert "paint" in desk.refusal(AGENT, "redo_tasks", tasks=["paint"]).reason
    desk.ask(AGENT, "redo_tasks", tasks=["install"])
    desk.ask(AGENT, "complete_task", task="install")

    assert desk.status == "fulfilled"
    assert desk.state.reopen_count == 1


def test_a_reply_to_what_was_fulfilled_reopens_it() -> None:
    desk = RequestDesk().fulfilled()

    desk.send(REQUESTER, "message", public=True, body=ref("no charger"))

    assert desk.status == "in_fulfilment"


def test_after_a_reopening_it_may_be_fulfilled_by_hand() -> None:
    desk = RequestDesk().fulfilled()
    desk.send(REQUESTER, "reopen", reason=ref())

    desk.send(AGENT, "fulfil", text=ref())

    assert desk.status == "fulfilled"


def test_it_is_held_and_resumed_where_it_was() -> None:
    desk = RequestDesk().approved()

    desk.send(AGENT, "hold", reason="awaiting_requester")
    desk.send(REQUESTER, "message", public=True, body=ref())

    assert desk.status == "in_fulfilment"


def test_tasks_done_on_hold_fulfil_it() -> None:
    desk = RequestDesk().approved()
    desk.send(AGENT, "hold", reason="awaiting_supplier")

    for task in TASKS:
        desk.ask(AGENT, "complete_task", task=task["id"])

    assert desk.status == "fulfilled"
    assert desk.state.hold is None


def test_it_is_not_held_while_others_must_agree() -> None:
    assert "awaiting approval" in RequestDesk().ordered().refusal(AGENT, "hold", reason="awaiting_supplier").reason


def test_waiting_for_approval_does_not_count_against_fulfilment() -> None:
    desk = RequestDesk(policy=None).ordered()
    del desk.answers["policy"]
    desk.answer()
    desk.wait(hours=5)

    assert desk.clock("resolution").reason == "awaiting_approval"
    assert desk.clock("resolution").banked == 0
    assert desk.clock("response").state == "paused"
    desk.vote()
    assert desk.clock("resolution").since == desk.at
    assert desk.clock("response").state == "running"


def test_the_items_own_target_goes_before_the_policys() -> None:
    target = {"work": 7200, "calendar": "office"}
    desk = RequestDesk(catalogue=laptop(target=target)).ordered(CHEAP)

    assert desk.clock("resolution").target == 7200


def test_the_first_hand_on_a_task_is_a_response_and_a_vote_is_none() -> None:
    desk = RequestDesk().approved()
    assert desk.state.responded_at is None
    assert not desk.state.touched

    desk.ask(AGENT, "take_task", task="order")

    assert desk.state.responded_at == desk.at
    assert desk.clock("response").state == "met"


def test_a_task_that_fails_waits_for_people() -> None:
    desk = RequestDesk().approved()

    desk.ask(AGENT, "fail_task", task="order", text=ref("out of stock"))

    assert desk.status == "in_fulfilment"
    desk.ask(AGENT, "retry_task", task="order")
    desk.ask(AGENT, "complete_task", task="order")
    assert desk.last("TaskOpened").data["task"] == "install"


def test_an_item_nobody_knows_leaves_a_request_that_people_can_end() -> None:
    desk = RequestDesk(catalogue={"error": "There is no catalogue called laptop."}).ordered()

    assert desk.status == "new"
    assert any("no catalogue called laptop" in one["what"] for one in request.waiting_for(desk.state))
    desk.send(AGENT, "reject", reason=ref())
    assert desk.status == "rejected"


def test_an_unknown_approval_policy_is_asked_for_again_until_it_is_there() -> None:
    desk = RequestDesk(approval_policy={"error": "There is no approval called manager."}).ordered()
    assert not desk.state.approval.under_way

    desk.answers["approval_policy"] = manager()
    desk.wait(minutes=6)

    assert desk.state.approval.under_way


def test_answers_no_field_could_take_are_refused_at_the_door() -> None:
    desk = RequestDesk()
    opening = {"number": "REQ-000001", "title": ref(), "source": "portal", "item": "laptop"}

    assert desk.refusal(REQUESTER, "open", **opening, answers={"cost": 1.5}).field == "cost"
    assert desk.refusal(REQUESTER, "open", **opening, answers=[]).field == "answers"
    assert desk.refusal(REQUESTER, "open", **opening, answers={"cost": {"deep": {}}}).field == "cost"


def test_a_duplicate_is_fulfilled_with_its_original_and_its_tasks_are_called_off() -> None:
    desk = RequestDesk().approved()
    desk.send(AGENT, "link", type="duplicate_of", ticket="REQ-000009")

    desk.send(TIMER, "told", event="original_resolved", ticket="REQ-000009", code="fulfilled", text=None)

    assert (desk.status, desk.state.resolution) == ("fulfilled", "duplicate")
    assert desk.state.tasks.status == "cancelled"


def test_what_awaits_approval_is_not_fulfilled_by_another() -> None:
    desk = RequestDesk().ordered()
    desk.send(AGENT, "link", type="duplicate_of", ticket="REQ-000009")

    desk.send(TIMER, "told", event="original_resolved", ticket="REQ-000009", code="fulfilled", text=None)

    assert desk.status == "awaiting_approval"


def test_it_is_sealed_when_the_window_after_its_end_is_over() -> None:
    lives = [RequestDesk().closed(), RequestDesk().ordered(), RequestDesk().free()]
    lives[1].vote(decision="refuse")
    lives[2].send(REQUESTER, "cancel", reason=ref())

    for desk in lives:
        desk.wait(days=30)

    assert [desk.state.sealed_at is not None for desk in lives] == [True, True, True]
    assert all(request.waiting_for(desk.state) == [] for desk in lives)


def test_every_status_of_the_table_is_reached_from_new() -> None:
    reached = {"", "new"}
    for _ in MOVES:
        reached |= {goal for table in MOVES.values() for source in table if source in reached for goal in table[source]}

    assert reached - {""} == set(request.process.labels)
