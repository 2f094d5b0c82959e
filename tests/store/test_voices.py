"""Rows of voices follow the recorded approval: who is asked, who voted, who was; and who sees a ticket by them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event

from longwatch.domain import approval
from longwatch.domain.ticket import Actor, Refused
from longwatch.store import voice_lists
from longwatch.store.database import Base, Store, open_engine
from longwatch.store.tables import Body, Ticket
from longwatch.store.tables_approvals import Voice
from longwatch.store.ticket_lists import BadCursor, Filters, page
from longwatch.store.voices import STATUSES, has_voice, mend_voices, people_of, project_voices
from tests.domain.approval_desk import ANN, BEN, CAT, DAN, DAY, EVE, MONDAY, Desk, stage

NUMBER = "REQ-000001"
OPEN = ("open",)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Store]:
    """An empty desk, on a database that need not outlive a power cut."""
    store = Store(open_engine(f"sqlite:///{tmp_path / 'bare.db'}"))
    event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    Base.metadata.create_all(store.engine)
    yield store
    store.engine.dispose()


def record(store: Store, desk: Desk, number: str = NUMBER) -> dict[tuple[str, str], Voice]:
    """The rows after the desk's state was journalled, by stage and person."""
    with store.writing() as session:
        project_voices(session, "request", SimpleNamespace(number=number, approval=desk.approval))
    with store.reading() as session:
        rows = session.query(Voice).filter_by(ticket=number).all()
        session.expunge_all()
        return {(row.stage, row.person): row for row in rows}


def ticket(store: Store, number: str = NUMBER, **changes: Any) -> None:
    """The ticket's own row."""
    row = {"kind": "request", "status": "new", "open": True, "priority": 3, "version": 1, "requester": "user:req"}
    times = dict.fromkeys(("due_at", "opened_at", "updated_at"), MONDAY)
    with store.writing() as session:
        session.add(Ticket(number=number, title_body=f"title-{number}", **{**row, **times, **changes}))
        title = {"ticket": number, "author": "x", "salt": "", "sha256": "", "created_at": MONDAY}
        session.add(Body(id=f"title-{number}", text="New laptop", **title))


def test_who_is_asked_has_a_row_with_why_and_until_when(bare: Store) -> None:
    rows = record(bare, Desk().submit())

    assert sorted(rows) == [("cab", person) for person in ("user:ann", "user:ben", "user:cat")]
    ann = rows["cab", "user:ann"]
    assert (ann.status, ann.holder, ann.why, ann.stage_title) == ("open", "user:ann", "by role:approver", "CAB")
    assert (ann.asked_at, ann.due_at, ann.round) == (MONDAY, MONDAY + timedelta(days=1), 1)


def test_a_process_without_an_approval_asks_the_database_nothing(bare: Store) -> None:
    statements: list[str] = []
    event.listen(bare.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    with bare.writing() as session:
        session.connection()
        statements.clear()
        project_voices(session, "incident", SimpleNamespace(number=NUMBER))
        project_voices(session, "request", SimpleNamespace(number=NUMBER, approval=approval.Approval()))

    assert statements == []


def test_what_stands_already_is_not_written_again(bare: Store) -> None:
    desk = Desk().submit()
    record(bare, desk)
    statements: list[str] = []
    event.listen(bare.engine, "before_cursor_execute", lambda *call: statements.append(call[2].split()[0]))

    record(bare, desk)

    assert {"INSERT", "UPDATE", "DELETE"}.isdisjoint(statements)


def test_a_vote_shows_in_the_row_and_goes_when_it_is_withdrawn(bare: Store) -> None:
    desk = Desk(stage("all")).submit()
    desk.vote(ANN)
    voted = record(bare, desk)["cab", "user:ann"]

    desk.send(ANN, "withdraw_vote")
    withdrawn = record(bare, desk)["cab", "user:ann"]

    assert (voted.status, voted.decision, voted.voted_by) == ("voted", "approve", "user:ann")
    assert (withdrawn.status, withdrawn.decision, withdrawn.voted_by) == ("open", None, None)


def test_a_delegate_has_a_row_of_their_own(bare: Store) -> None:
    desk = Desk(stage("all")).submit()
    desk.send(ANN, "delegate", to="user:eve")
    asked = record(bare, desk)

    desk.vote(EVE)
    voted = record(bare, desk)

    eve = asked["cab", "user:eve"]
    assert (eve.status, eve.holder, eve.why) == ("open", "user:ann", "delegate of user:ann")
    assert {voted["cab", who].voted_by for who in ("user:ann", "user:eve")} == {"user:eve"}


def test_a_decided_stage_waits_for_nobody_and_the_next_one_does(bare: Store) -> None:
    desk = Desk(stage(), stage(id="board", title="Board")).submit()
    desk.vote(ANN)

    rows = record(bare, desk)

    assert {row.status for (stage_id, _), row in rows.items() if stage_id == "cab"} == {"closed"}
    assert {row.status for (stage_id, _), row in rows.items() if stage_id == "board"} == {"open"}
    assert rows["cab", "user:ann"].decision == "approve"


def test_an_edit_voids_the_votes_and_keeps_who_was_asked(bare: Store) -> None:
    desk = Desk(stage("all")).submit()
    desk.vote(ANN)
    record(bare, desk)
    desk.people["role:approver"] = ["user:dan"]

    desk.edit("v2")
    rows = record(bare, desk)

    assert {who: (row.status, row.decision) for (_, who), row in rows.items()} == {
        "user:ann": ("closed", None),
        "user:ben": ("closed", None),
        "user:cat": ("closed", None),
        "user:dan": ("open", None),
    }


def test_a_blocked_stage_waits_for_nobody(bare: Store) -> None:
    rows = record(bare, Desk(stage("n_of", need=4)).submit())

    assert {row.status for row in rows.values()} == {"closed"}


PEOPLE = (ANN, BEN, CAT, DAN, EVE)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["approve", "refuse", "abstain", "withdraw_vote", "delegate", "edit", "pass", "recall"]),
        st.sampled_from(PEOPLE),
    ),
    max_size=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_a_row_is_open_just_when_a_vote_is_owed(bare: Store, steps: list[tuple[str, Actor]]) -> None:
    with bare.writing() as session:
        session.execute(delete(Voice))
    stay = stage("n_of", need=2, at_deadline="join", fallback=["user:dan"])
    desk = Desk(stay, stage("all", id="board")).submit()
    for step, who in steps:
        _take(desk, step, who)
        rows = record(bare, desk)
        owed = {who.id for who in PEOPLE if _owes(desk, who)}
        assert {person for (_, person), row in rows.items() if row.status == "open"} == owed


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_rows_that_were_lost_come_back_from_the_journal(bare: Store, steps: list[tuple[str, Actor]]) -> None:
    with bare.writing() as session:
        session.execute(delete(Voice))
    desk = Desk(stage("n_of", need=2), stage("all", id="board")).submit()
    for step, who in steps:
        _take(desk, step, who)
        record(bare, desk)
    before = _plain(record(bare, desk))
    with bare.writing() as session:
        session.execute(delete(Voice))
        mend_voices(session, NUMBER, desk.facts)

    assert _plain(record(bare, desk)) == before


def _plain(rows: dict[tuple[str, str], Voice]) -> list[dict[str, Any]]:
    return [{column.key: getattr(rows[key], column.key) for column in Voice.__table__.columns} for key in sorted(rows)]


def _take(desk: Desk, step: str, who: Actor) -> None:
    try:
        if step in ("approve", "refuse", "abstain"):
            desk.vote(who, step)
        elif step == "edit":
            desk.edit(f"v{desk.sent}")
        elif step == "pass":
            desk.passes(DAY)
        elif step == "recall":
            desk.send(Actor("user:cm", roles=("change-manager",)), "recall", text=None)
        else:
            desk.send(who, step, to="user:eve", text=None)
    except Refused:
        pass  # the walk goes on: what is refused changes nothing


def _owes(desk: Desk, who: Actor) -> bool:
    held = desk.approval
    if approval.obstacle(held, who, "vote") is not None:
        return False
    seat = next(seat for seat in held.run.seats if who.id in (seat.person, seat.delegate))
    return seat.vote is None


def test_those_asked_see_the_ticket_in_lists_and_nobody_else_does(either_store: Store) -> None:
    ticket(either_store)
    ticket(either_store, "REQ-000002")
    record(either_store, Desk().submit())

    seen = {}
    with either_store.reading() as session:
        for who in (ANN, DAN, Actor("user:req", roles=("requester",)), Actor("user:ann")):
            seen[who] = [line.ticket.number for line in page(session, who, Filters()).items]

    assert sorted(seen.values(), key=len) == [[], [], [NUMBER], ["REQ-000002", NUMBER]]
    assert seen[ANN] == [NUMBER]


def test_people_with_a_voice_are_known_by_ticket(bare: Store) -> None:
    record(bare, Desk().submit())

    with bare.reading() as session:
        known = people_of(session, [NUMBER, "REQ-000002"])
        assert known == {NUMBER: frozenset({"user:ann", "user:ben", "user:cat"})}
        assert has_voice(session, NUMBER, "user:ann")
        assert not has_voice(session, NUMBER, "user:dan")


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize("statuses", [("open",), ("voted", "closed"), STATUSES])
def test_lists_of_voices_are_paged_completely_and_in_order(
    either_store: Store, limit: int, statuses: tuple[str, ...]
) -> None:
    for number in range(1, 6):
        name = f"REQ-{number:06d}"
        ticket(either_store, name)
        desk = Desk(stage("all", deadline=DAY * (number % 3 + 1))).submit()
        if number % 2:
            desk.vote(ANN)
        record(either_store, desk, name)

    found: list[tuple[Any, str]] = []
    after: str | None = None
    with either_store.reading() as session:
        while True:
            listed = voice_lists.page(session, ANN, statuses, limit, after)
            found += [(item.voice.due_at, item.voice.ticket) for item in listed.items]
            after = listed.next
            if after is None:
                break

    assert found == sorted(found, reverse=statuses != OPEN)
    expected = {OPEN: 2, ("voted", "closed"): 3, STATUSES: 5}
    assert len(found) == expected[statuses]


def test_what_waits_is_counted_up_to_a_number(bare: Store) -> None:
    for number in range(1, 4):
        record(bare, Desk().submit(), f"REQ-{number:06d}")

    with bare.reading() as session:
        assert [voice_lists.waiting(session, ANN, most) for most in (1, 3, 99)] == [2, 3, 3]
        assert voice_lists.waiting(session, DAN, 9) == 0


def test_lists_of_voices_are_ones_own_unless_one_sees_every_ticket(bare: Store) -> None:
    ticket(bare)
    record(bare, Desk().submit())
    agent, gone = Actor("user:agent", roles=("agent",)), Actor("user:ann")

    with bare.reading() as session:
        seen = {
            (who, everybody): len(voice_lists.page(session, who, everybody=everybody).items)
            for who in (ANN, agent, gone)
            for everybody in (False, True)
        }
        assert voice_lists.waiting(session, gone, 9) == 0

    assert seen == {
        **{(ANN, everybody): 1 for everybody in (False, True)},
        (agent, False): 0,
        (agent, True): 3,
        **{(gone, everybody): 0 for everybody in (False, True)},
    }


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "WyIyMDI2IiwxLDIsM10", "WzEsMl0"])
def test_a_cursor_that_is_none_is_refused(bare: Store, cursor: str) -> None:
    with bare.reading() as session, pytest.raises(BadCursor):
        voice_lists.page(session, ANN, after=cursor)


def test_a_page_of_somebody_asked_walks_indexes(bare: Store) -> None:
    record(bare, Desk().submit())
    asked: list[tuple[str, Any]] = []
    event.listen(bare.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    with bare.reading() as session:
        page(session, ANN, Filters(order="updated"))
    statement, values = next(one for one in asked if "ORDER BY tickets.updated_at" in one[0])

    with bare.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        plan = " ".join(str(row[3]) for row in rows)

    assert "ix_tickets_requester" in plan
    assert "ix_voices_person" in plan
    assert "SCAN tickets" not in plan
