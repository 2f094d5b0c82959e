"""Rows of tasks follow the recorded state: what waits for whom, until when, and whether a call is still asked for."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longwatch.domain.ticket import Refused
from longwatch.store import task_lists
from longwatch.store.database import Store
from longwatch.store.hooks import has_secret, hook_in_force, keep_secret, secret_of
from longwatch.store.sealing import Unsealable
from longwatch.store.tables import Body, Ticket
from longwatch.store.tables_tasks import HookSecret, TaskRow
from longwatch.store.tasks import NEVER, awaits, of_ticket, project_tasks
from longwatch.store.ticket_lists import BadCursor
from tests.domain.tasks_desk import HOUR, MAX, MONDAY, Desk, task, undone

NUMBER = "CHG-000001"
KEYS = ("0123456789abcdef" * 2, "fedcba9876543210" * 2)


def ticket(store: Store, number: str = NUMBER) -> None:
    """The ticket's own row."""
    times = dict.fromkeys(("due_at", "opened_at", "updated_at"), MONDAY)
    row = {"kind": "change", "status": "implementation", "open": True, "priority": 3, "version": 1}
    with store.writing() as session:
        session.add(Ticket(number=number, title_body=f"title-{number}", **row, **times))
        title = {"ticket": number, "author": "x", "salt": "", "sha256": "", "created_at": MONDAY}
        session.add(Body(id=f"title-{number}", text=f"Title of {number}", **title))


def record(store: Store, desk: Desk, number: str = NUMBER) -> dict[str, TaskRow]:
    """The rows after the desk's state was journalled, by id, in their order."""
    with store.writing() as session:
        project_tasks(session, "change", SimpleNamespace(number=number, tasks=desk.tasks))
    with store.reading() as session:
        rows = of_ticket(session, number)
        session.expunge_all()
        return {row.id: row for row in rows}


def listed(store: Store, **whose: Any) -> list[tuple[str, str]]:
    with store.reading() as session:
        return [(one.ticket.number, one.task.id) for one in task_lists.page(session, **whose).items]


def test_a_task_has_a_row_that_says_with_whom_it_is_and_until_when(either_store: Store) -> None:
    desk = Desk(undone("a", limit=HOUR), task("b"))
    desk.do("take", "a")

    rows = record(either_store, desk)

    assert list(rows) == ["a", "b"]
    first, second = rows.values()
    assert (first.status, first.unsettled, first.person, first.team, first.due_at) == (
        "in_progress",
        True,
        "user:ann",
        "network",
        desk.run("a").due,
    )
    assert (second.status, second.unsettled, second.due_at, second.stage) == ("waiting", False, NEVER, 2)


def test_back_outs_follow_in_the_order_in_which_they_are_made(either_store: Store) -> None:
    desk = Desk(undone("a"), undone("b"))
    record(either_store, desk)
    desk.complete("a")
    desk.do("fail", "b")

    rows = record(either_store, desk)

    assert [(row.id, row.status, row.unsettled) for row in rows.values()] == [
        ("a", "done", False),
        ("b", "failed", False),
        ("b.back-out", "open", True),
        ("a.back-out", "waiting", False),
    ]


def test_a_failed_back_out_waits_for_somebody(either_store: Store) -> None:
    desk = Desk(undone("a"))
    desk.do("fail", "a")
    desk.do("fail", "a.back-out")

    assert record(either_store, desk)["a.back-out"].unsettled


def test_another_plan_takes_the_rows_of_the_one_before_away(either_store: Store) -> None:
    desk = Desk(task("a"), task("b"))
    record(either_store, desk)
    desk.complete("a", "b")
    desk.send(MAX, "plan", plan={"on_failure": "stop", "tasks": [task("b"), task("c")]})

    assert list(record(either_store, desk)) == ["b", "c"]


def test_tickets_without_tasks_have_no_rows(store: Store) -> None:
    with store.writing() as session:
        project_tasks(session, "incident", SimpleNamespace(number="INC-000001"))
        project_tasks(session, "change", SimpleNamespace(number=NUMBER, tasks=Desk().tasks))
        assert session.query(TaskRow).count() == 0


def test_the_lists_show_what_waits_for_a_person_and_for_a_team(either_store: Store) -> None:
    for number, limit in (("CHG-000001", 2 * HOUR), ("CHG-000002", None), ("CHG-000003", HOUR)):
        ticket(either_store, number)
        desk = Desk(task("a", stage=1, limit=limit), task("b", stage=1, team="database", person="user:cat"), task("c"))
        record(either_store, desk, number)

    assert listed(either_store, teams=["network"]) == [("CHG-000003", "a"), ("CHG-000001", "a"), ("CHG-000002", "a")]
    assert [id_ for _, id_ in listed(either_store, person="user:cat")] == ["b", "b", "b"]
    assert listed(either_store, person="user:eve", teams=[]) == []
    assert len(listed(either_store, person="user:cat", teams=["network"])) == len(listed(either_store)) == 6
    with either_store.reading() as session:
        first = task_lists.page(session, limit=1).items[0]
        assert first.ticket_title == "Title of CHG-000003"
        assert task_lists.waiting(session, 4) == 5
        assert task_lists.waiting(session, 99, person="user:cat") == 3


@pytest.mark.parametrize("size", [1, 2, 5])
def test_every_task_is_on_exactly_one_page(either_store: Store, size: int) -> None:
    for number in range(1, 5):
        ticket(either_store, f"CHG-{number:06d}")
        same_due = [task(f"t{n}", stage=1, limit=HOUR if n % 2 else None) for n in range(3)]
        record(either_store, Desk(*same_due), f"CHG-{number:06d}")

    seen, after = [], None
    with either_store.reading() as session:
        while True:
            page = task_lists.page(session, teams=["network"], limit=size, after=after)
            seen += [(one.task.due_at, one.task.ticket, one.task.id) for one in page.items]
            after = page.next
            if after is None:
                break

    assert len(seen) == 12
    assert seen == sorted(seen)


@pytest.mark.parametrize(
    "cursor", ["x", "bm90IGpzb24", "WzEsMl0", "W10", "WyIyMDI2LTExLTIzVDEwOjAwOjAwLjAwMDAwMFoiLDFd"]
)
def test_a_cursor_of_another_list_is_refused(store: Store, cursor: str) -> None:
    with store.reading() as session, pytest.raises(BadCursor):
        task_lists.page(session, after=cursor)


def test_a_call_is_asked_for_until_its_attempt_is_over(store: Store) -> None:
    desk = Desk(task("a", hook="deploy", limit=HOUR), on_failure="stop")
    record(store, desk)
    with store.reading() as session:
        assert awaits(session, NUMBER, "a", 1)
        assert awaits(session, "CHG-000009", "a", 1)
    desk.passes(HOUR)
    record(store, desk)
    with store.reading() as session:
        assert not awaits(session, NUMBER, "a", 1)
    desk.do("retry", "a")
    record(store, desk)
    with store.reading() as session:
        assert (awaits(session, NUMBER, "a", 1), awaits(session, NUMBER, "a", 2)) == (False, True)


steps = st.lists(
    st.tuples(st.sampled_from(["take", "complete", "fail", "skip", "retry"]), st.integers(0, 5)), max_size=8
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_rows_brought_up_step_by_step_are_those_of_the_state(store: Store, done: list[tuple[str, int]]) -> None:
    desk = Desk(undone("a", stage=1), undone("b", stage=1, skippable=True), undone("c"))
    with store.writing() as session:
        session.query(TaskRow).delete()
    for action, n in done:
        names = [run.id for run in desk.tasks.everything]
        try:
            desk.do(action, names[n % len(names)], MAX)
        except Refused:
            continue
        record(store, desk)
    rows = record(store, desk)

    assert {id_: row.status for id_, row in rows.items()} == desk.statuses
    stuck = [run.id for run in desk.tasks.undo if run.status == "failed"]
    assert [row.id for row in rows.values() if row.unsettled] == (stuck or desk.open)


def test_a_secret_is_kept_sealed_and_opens_with_any_key_of_the_installation(either_store: Store) -> None:
    with either_store.writing() as session:
        keep_secret(either_store, session, KEYS[1:], "deploy", "hush hush")
    with either_store.reading() as session:
        row = session.get_one(HookSecret, "deploy")

        assert "hush" not in row.sealed
        assert secret_of(session, KEYS, "deploy") == "hush hush"
        assert (has_secret(session, "deploy"), has_secret(session, "other")) == (True, False)
        assert secret_of(session, KEYS, "other") is None
        with pytest.raises(Unsealable):
            secret_of(session, KEYS[:1], "deploy")


def test_a_hook_that_is_not_configured_is_none(store: Store) -> None:
    with store.reading() as session:
        assert hook_in_force(session, "deploy") is None
