"""A change from its plan to its review, each move by name, and every way aside."""

from datetime import timedelta

import pytest

from longwatch.domain.ticket import Actor, stamp
from tests.domain.change_desk import (
    ANN,
    ANSWERS,
    AUTHOR,
    BEGIN,
    BEN,
    CLEAR,
    END,
    MAKER,
    MANAGER,
    OTHER,
    THREE,
    WINDOW,
    WORDS,
    ChangeDesk,
    frozen,
)
from tests.domain.incident_desk import MONDAY, ref


def test_a_normal_change_takes_every_step_in_order() -> None:
    desk = ChangeDesk().planned()
    seen = [desk.status]
    for actor, action, data in (
        (AUTHOR, "submit", {}),
        (MANAGER, "assess", {}),
        (MANAGER, "request_authorization", {}),
    ):
        desk.ask(actor, action, **data)
        seen.append(desk.status)
    desk.vote(ANN)
    desk.vote(BEN)
    seen.append(desk.status)
    desk.ask(MAKER, "take")
    desk.wait_until(BEGIN)
    desk.ask(MAKER, "start")
    seen.append(desk.status)
    desk.ask(MAKER, "complete")
    seen.append(desk.status)
    desk.ask(MANAGER, "review", outcome="successful")
    seen.append(desk.status)

    assert seen == [
        "draft",
        "submitted",
        "assessment",
        "authorization",
        "scheduled",
        "implementation",
        "review",
        "closed",
    ]


@pytest.mark.parametrize("missing", ["plan", "backout", "test", "communication"])
def test_what_must_be_said_is_asked_for_by_name(missing: str) -> None:
    words = {name: word for name, word in WORDS.items() if name != missing}
    desk = ChangeDesk().open(AUTHOR, number="CHG-000001", source="console", cis=["db-1"], **WINDOW, **words)

    assert desk.refusal(AUTHOR, "submit").field == missing


def test_nothing_is_submitted_without_items_or_window() -> None:
    desk = ChangeDesk().open(AUTHOR, number="CHG-000001", source="console", **WINDOW, **WORDS)
    assert desk.refusal(AUTHOR, "submit").field == "cis"

    desk.ask(AUTHOR, "edit", cis=["db-1"], begin=None, end=None)
    assert desk.refusal(AUTHOR, "submit").field == "begin"


@pytest.mark.parametrize(
    ("begin", "end", "field"),
    [
        (END, BEGIN, "end"),
        (BEGIN, BEGIN, "end"),
        (MONDAY - timedelta(days=1), END, "begin"),
        (BEGIN, BEGIN + timedelta(days=90), "end"),
    ],
)
def test_a_window_that_cannot_be_is_refused_by_its_field(begin: object, end: object, field: str) -> None:
    desk = ChangeDesk()

    refused = desk.refusal(
        AUTHOR,
        "open",
        number="CHG-000001",
        title=ref(),
        source="console",
        begin=begin.isoformat(),
        end=end.isoformat(),  # type: ignore[attr-defined]
    )

    assert refused.field == field


def test_the_risk_picks_the_authority() -> None:
    desk = ChangeDesk().planned(answers={"rehearsed": "no", "outage": "long"})
    desk.ask(AUTHOR, "submit")
    desk.ask(MANAGER, "assess")
    desk.ask(MANAGER, "request_authorization")

    assert desk.state.risk["level"] == "very_high"
    assert desk.state.authority == "board"


def test_an_answer_that_is_missing_is_named() -> None:
    desk = ChangeDesk().planned(answers={})
    desk.ask(AUTHOR, "submit")

    assert desk.refusal(MANAGER, "assess").field == "answers.rehearsed"
    desk.ask(MANAGER, "assess", answers=ANSWERS)
    assert desk.status == "assessment"


def test_a_refusal_rejects_and_a_reworked_change_is_voted_on_in_a_second_round() -> None:
    desk = ChangeDesk().before_the_board()
    desk.vote(ANN, "refuse")
    assert desk.status == "rejected"

    desk.ask(AUTHOR, "rework")
    assert desk.status == "draft"
    desk.ask(AUTHOR, "edit", plan=ref("better"))
    desk.ask(AUTHOR, "submit")
    desk.ask(MANAGER, "assess")
    desk.ask(MANAGER, "request_authorization")
    desk.vote(ANN)
    desk.vote(BEN)

    assert (desk.status, desk.state.approval.rounds) == ("scheduled", 2)


def test_neither_author_nor_implementer_votes() -> None:
    board = {"people": {"user:ann": ["user:ann"], "user:ben": ["user:ben", "user:author"]}}
    desk = ChangeDesk(approvers=board).before_the_board()

    assert (
        "nobody votes on their own work"
        in desk.refusal(AUTHOR, "vote", decision="approve", content=desk.state.approval.content).reason
    )
    desk.ask(MANAGER, "assign", person="user:ann")
    assert "implementer" in desk.refusal(ANN, "vote", decision="approve", content=desk.state.approval.content).reason


def test_who_approved_it_cannot_implement_it() -> None:
    desk = ChangeDesk().authorised()

    assert desk.refusal(MANAGER, "assign", person="user:ann").field == "person"


def test_an_edit_under_vote_voids_the_votes() -> None:
    desk = ChangeDesk().before_the_board()
    desk.vote(ANN)

    desk.ask(AUTHOR, "edit", plan=ref("another"))
    seen = desk.refusal(BEN, "vote", decision="approve", content="the one before")
    desk.vote(BEN)

    assert seen.field == "content"
    assert desk.status == "authorization"


def test_an_edit_of_an_authorised_change_puts_it_to_the_vote_again() -> None:
    desk = ChangeDesk().authorised()

    desk.ask(AUTHOR, "edit", backout=ref("another"))

    assert desk.status == "authorization"
    desk.vote(ANN)
    desk.vote(BEN)
    assert desk.status == "scheduled"


def test_other_items_are_weighed_anew() -> None:
    desk = ChangeDesk().authorised()

    desk.ask(AUTHOR, "edit", cis=["db-1", "db-2"])

    assert (desk.status, desk.state.risk) == ("assessment", None)
    assert desk.refusal(MANAGER, "request_authorization").reason == "Assess its risk first."


def test_an_approval_whose_time_passes_sends_it_back_to_be_asked_for_again() -> None:
    desk = ChangeDesk().before_the_board()

    desk.wait(days=3)
    assert desk.status == "assessment"

    desk.ask(MANAGER, "request_authorization")
    desk.vote(ANN)
    desk.vote(BEN)
    assert desk.status == "scheduled"


def test_a_freeze_in_the_plan_is_shown_and_holds_up_the_authorisation_until_it_ends() -> None:
    desk = ChangeDesk(guard=frozen()).planned()
    desk.ask(AUTHOR, "submit")
    desk.ask(MANAGER, "assess")
    desk.ask(MANAGER, "request_authorization")
    assert (desk.status, desk.state.wants) == ("assessment", "authorise")
    assert any("Year end" in wait["what"] for wait in desk.rules.waiting_for(desk.state))

    desk.answers["guard"] = CLEAR
    desk.wait_until(BEGIN + timedelta(hours=1))

    assert desk.status == "authorization"


def test_a_freeze_declared_after_authorisation_blocks_the_start_until_it_ends() -> None:
    desk = ChangeDesk().authorised()
    desk.ask(MAKER, "take")
    desk.answers["guard"] = frozen(BEGIN, BEGIN + timedelta(hours=1))
    desk.wait_until(BEGIN)

    desk.ask(MAKER, "start")
    assert desk.status == "scheduled"
    assert "as soon as nothing stands in its way" in desk.refusal(MAKER, "start").reason

    desk.answers["guard"] = CLEAR
    desk.wait_until(BEGIN + timedelta(hours=1))
    assert desk.status == "implementation"


def test_the_start_judges_what_is_left_of_the_window() -> None:
    desk = ChangeDesk().authorised()
    desk.wait_until(BEGIN + timedelta(hours=2))
    desk.send(MANAGER, "start")

    question = next(one for one in desk.state.pending if one.kind == "guard")

    assert question.data["begin"] == stamp(BEGIN + timedelta(hours=2))


def test_it_is_not_started_before_its_window_nor_by_others() -> None:
    desk = ChangeDesk().authorised()
    desk.ask(MAKER, "take")

    assert "Its window begins" in desk.refusal(MAKER, "start").reason
    desk.wait_until(BEGIN)
    assert "not yours" in desk.refusal(OTHER, "start").reason


def test_a_window_that_passes_unused_ends_the_authorisation() -> None:
    desk = ChangeDesk().authorised()

    desk.wait_until(END)

    assert (desk.status, desk.state.approval.status) == ("submitted", "recalled")
    assert desk.refusal(MAKER, "start").reason.startswith("CHG-000001 is submitted")


def test_what_starts_by_itself_starts_when_its_window_opens() -> None:
    desk = ChangeDesk().authorised(auto_start=True)

    desk.wait_until(BEGIN)

    assert desk.status == "implementation"


def test_work_that_runs_over_its_window_is_told_once() -> None:
    desk = ChangeDesk().implementing()

    desk.wait_until(END + timedelta(days=1))

    assert len(desk.all("WindowOverrun")) == 1
    assert desk.status == "implementation"


def test_three_tasks_done_lead_to_the_review() -> None:
    desk = ChangeDesk().implementing(tasks=THREE)
    assert "by its tasks" in desk.refusal(MAKER, "complete").reason

    for name in ("one", "two", "three"):
        desk.ask(MAKER, "complete_task", task=name)

    assert (desk.status, desk.state.proposed) == ("review", "successful")


def test_the_back_outs_run_in_reverse_after_the_third_task_fails() -> None:
    desk = ChangeDesk().implementing(tasks=THREE)
    desk.ask(MAKER, "complete_task", task="one")
    desk.ask(MAKER, "complete_task", task="two")

    desk.ask(MAKER, "fail_task", task="three", text=ref("smoke"))
    assert desk.status == "backing_out"
    undone = []
    while desk.status == "backing_out":
        run = next(run for run in desk.state.tasks.undo if run.live)
        undone.append(run.id)
        desk.ask(MAKER, "complete_task", task=run.id)

    assert [next(id_ for id_ in ("one", "two", "three") if name.startswith(id_)) for name in undone] == [
        "three",
        "two",
        "one",
    ]
    assert (desk.status, desk.state.proposed) == ("review", "backed_out")


def test_the_review_needs_words_where_it_did_not_go_well_and_knows_its_own_outcomes() -> None:
    desk = ChangeDesk().reviewing()

    assert desk.refusal(MANAGER, "review", outcome="failed").field == "text"
    assert desk.refusal(MANAGER, "review", outcome="unauthorised", text=ref()).field == "outcome"
    assert desk.refusal(MANAGER, "review", outcome="splendid").field == "outcome"
    desk.ask(MANAGER, "review", outcome="failed", text=ref("why"))
    assert (desk.status, desk.state.outcome) == ("closed", "failed")


def test_a_change_that_could_not_be_made_says_why() -> None:
    desk = ChangeDesk().implementing()
    assert desk.refusal(MAKER, "fail").field == "text"

    desk.ask(MAKER, "fail", text=ref("it smoked"))

    assert (desk.status, desk.state.proposed) == ("review", "failed")


def test_open_incidents_it_caused_hold_up_its_closing() -> None:
    desk = ChangeDesk().reviewing()
    desk.send(Actor("process:INC-000009", "system"), "linked", type="caused", ticket="INC-000009")
    desk.told("incident", ticket="INC-000009", open=True)
    desk.ask(MANAGER, "review", outcome="successful_with_issues", text=ref("slow"))
    assert desk.status == "review"
    assert "INC-000009" in desk.refusal(MANAGER, "review", outcome="failed", text=ref()).reason

    desk.told("incident", ticket="INC-000009", open=False)

    assert desk.status == "closed"


def test_a_cancelled_change_recalls_its_approval() -> None:
    desk = ChangeDesk().before_the_board()

    desk.ask(AUTHOR, "cancel", reason=ref("no longer needed"))

    assert (desk.status, desk.state.approval.status) == ("cancelled", "recalled")


def test_the_end_of_a_change_is_told_to_every_ticket_linked_to_it() -> None:
    desk = ChangeDesk().planned(links=[{"type": "resolves", "ticket": "PRB-000001"}])
    desk.ask(AUTHOR, "cancel", reason=ref())

    told = [effect.data for effect in desk.effects if getattr(effect, "action", "") == "told"]

    assert [(one["event"], one["outcome"]) for one in told] == [("change_ended", "cancelled"), ("done", "cancelled")]


def test_the_plan_of_tasks_is_refused_by_the_entry_at_fault() -> None:
    tasks = {"on_failure": "back_out", "tasks": [{"id": "one", "stage": 1, "title": ""}]}

    refused = ChangeDesk().refusal(AUTHOR, "open", number="CHG-000001", title=ref(), source="console", tasks=tasks)

    assert str(refused.field).startswith("tasks.tasks[0]")


def test_after_its_window_of_messages_a_closed_change_is_sealed() -> None:
    desk = ChangeDesk().reviewing()
    desk.ask(MANAGER, "review", outcome="successful")

    desk.wait(days=30)

    assert desk.rules.sealed(desk.state)
