"""Votes at the same time: fifty of one person are one, and nobody ever approves words they have not seen."""

import threading
from collections.abc import Callable
from typing import Any

from longwatch.domain.ticket import read_line
from longwatch.store import tickets
from tests.domain.approval_desk import stage
from tests.web.conftest import Program, WebDesk
from tests.web.planned_changes import asked


def at_once(*works: Callable[[], Any]) -> None:
    """Runs them all, as nearly at once as can be."""
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> None:
        ready.wait()
        work()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def facts(desk: WebDesk, number: str, type_: str) -> list[Any]:
    with desk.store.reading() as session:
        lines = [read_line(line) for line in tickets.journal(session, number)]
    return [fact for fact in lines if fact.type == type_]


def content(program: Program, number: str) -> str:
    return str(program.get(f"/tickets/{number}/approvals").get_json()["content"])


def test_fifty_votes_of_one_person_at_once_count_once(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage("all"))
    pia = desk.api("approver")
    vote = {"decision": "approve", "content": content(pia, number)}
    codes: list[int] = []

    def press() -> None:
        program = Program(desk.client(), pia.token)
        codes.extend(program.post(f"/tickets/{number}/approvals/cab/votes", vote).status_code for _ in range(5))

    at_once(*[press] * 10)

    assert len(codes) == 50
    assert set(codes) <= {200, 202}
    assert len(facts(desk, number, "VoteCast")) == 1
    [shown] = pia.get(f"/tickets/{number}/approvals").get_json()["stages"]
    assert (shown["have"], shown["missing"]) == (1, 1)


def test_editing_and_approving_at_the_same_time_never_approves_what_was_not_seen(desk: WebDesk) -> None:
    for attempt in range(5):
        number = asked(desk, f"Move printer {attempt}")
        pia, anna = desk.api("approver"), desk.api("agent")
        seen = content(pia, number)
        path = f"/tickets/{number}/approvals/cab/votes"

        at_once(
            lambda: pia.post(path, {"decision": "approve", "content": seen}),  # noqa: B023 - run within this round
            lambda: anna.post(f"/tickets/{number}/actions/edit", {"plan": "Something else."}),  # noqa: B023
        )

        assert all(fact.data["content"] == seen for fact in facts(desk, number, "VoteCast"))
        granted = facts(desk, number, "ApprovalGranted")
        assert all(fact.data["content"] == seen for fact in granted)
        if pia.ticket(number)["status"] == "scheduled":
            assert content(pia, number) == seen
