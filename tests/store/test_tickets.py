"""Lists page by keyset: complete, in order, without repeats, and only what the reader may see."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event

from longwatch.domain.ticket import Actor
from longwatch.messages import INCIDENT
from longwatch.store import tickets
from longwatch.store.acceptance import Request, accept_opening
from longwatch.store.database import Base, Store, open_engine
from longwatch.store.projection import NEVER
from longwatch.store.tables import Body, Ticket
from longwatch.store.ticket_lists import ORDERS, BadCursor, Filters, page

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
AGENT = Actor("user:agent", "person", ("agent",), ("service-desk",))
REQUESTER = Actor("user:requester", "person", ("requester",))
NOBODY = Actor("user:gone", "person")

ROWS = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["new", "assigned", "on_hold", "resolved", "closed"]),
        "priority": st.integers(1, 5),
        "minutes": st.integers(0, 3),  # few, so that many rows are equal in the first column
        "due": st.integers(0, 3) | st.none(),
        "requester": st.sampled_from(["user:requester", "user:requester2"]),
        "assignee": st.sampled_from(["user:agent", None]),
        "team": st.sampled_from(["servers", "network", None]),
    }
)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Store]:
    """A desk without tickets, on a database that need not outlive a power cut."""
    store = Store(open_engine(f"sqlite:///{tmp_path / 'bare.db'}"))
    event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    Base.metadata.create_all(store.engine)
    yield store
    store.engine.dispose()


def ticket(number: int, row: dict[str, object]) -> Ticket:
    minutes, due = int(str(row["minutes"])), row["due"]
    return Ticket(
        number=f"INC-{number:06d}",
        kind=INCIDENT,
        status=row["status"],
        open=row["status"] != "closed",
        priority=row["priority"],
        requester=row["requester"],
        assignee=row["assignee"],
        team=row["team"],
        due_at=NEVER if due is None else MONDAY + timedelta(minutes=int(str(due))),
        opened_at=MONDAY + timedelta(minutes=minutes),
        updated_at=MONDAY + timedelta(minutes=3 - minutes),
        title_body=None,
        version=1,
    )


def fill(store: Store, rows: list[dict[str, object]]) -> None:
    with store.writing() as session:
        session.execute(delete(Ticket))
        session.add_all(ticket(number, row) for number, row in enumerate(rows))


def walked(store: Store, actor: Actor, filters: Filters, limit: int) -> list[Ticket]:
    """All pages, one after the other."""
    found: list[Ticket] = []
    after: str | None = None
    with store.reading() as session:
        while True:
            one = page(session, actor, filters, limit, after)
            found += [line.ticket for line in one.items]
            if one.next is None:
                return found
            assert len(one.items) == limit
            after = one.next


def key(row: Ticket, order: str) -> tuple[object, ...]:
    return tuple(getattr(row, column.key) for column in ORDERS[order].columns)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(ROWS, max_size=12), order=st.sampled_from(sorted(ORDERS)), limit=st.integers(1, 5))
def test_pages_together_are_the_whole_list_in_order(
    bare: Store, rows: list[dict[str, object]], order: str, limit: int
) -> None:
    fill(bare, rows)

    found = walked(bare, AGENT, Filters(order=order), limit)

    wanted = [row for row in rows if row["status"] != "closed"] if order == "due" else rows
    assert len({row.number for row in found}) == len(found) == len(wanted)
    keys = [key(row, order) for row in found]
    assert keys == sorted(keys, reverse=ORDERS[order].descending)  # type: ignore[type-var] # columns of one order


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(ROWS, max_size=12))
def test_a_requester_pages_through_their_own_alone(bare: Store, rows: list[dict[str, object]]) -> None:
    fill(bare, rows)

    found = walked(bare, REQUESTER, Filters(), 2)

    assert len(found) == sum(row["requester"] == "user:requester" for row in rows)
    assert {row.requester for row in found} <= {"user:requester"}
    assert walked(bare, NOBODY, Filters(), 2) == []


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (Filters(status=("new",)), [0]),
        (Filters(status=("new", "closed")), [0, 3]),
        (Filters(open=True), [0, 1, 2]),
        (Filters(open=False), [3]),
        (Filters(assignee="user:agent"), [1]),
        (Filters(assignee="none"), [0, 2, 3]),
        (Filters(team="network"), [2]),
        (Filters(team="none"), [3]),
        (Filters(priority=(1, 2)), [0, 1]),
        (Filters(requester="user:requester2"), [3]),
        (Filters(kind="problem"), []),
    ],
)
def test_a_filter_keeps_what_fits(either_store: Store, filters: Filters, numbers: list[int]) -> None:
    base = {"minutes": 0, "due": None, "requester": "user:requester", "assignee": None, "team": "servers"}
    fill(
        either_store,
        [
            {**base, "status": "new", "priority": 1},
            {**base, "status": "assigned", "priority": 2, "assignee": "user:agent"},
            {**base, "status": "on_hold", "priority": 3, "team": "network"},
            {**base, "status": "closed", "priority": 4, "team": None, "requester": "user:requester2"},
        ],
    )

    found = walked(either_store, AGENT, filters, 10)

    assert sorted(row.number for row in found) == [f"INC-{number:06d}" for number in numbers]


def test_words_of_a_title_and_a_number_find_a_ticket(either_store: Store) -> None:
    with either_store.writing() as session:
        for place, title in enumerate(["Mail is down", "Printer 100% full", "The mail is slow"]):
            body = Body(id=f"b{place}", ticket="t", author="a", salt="s", text=title, sha256="", created_at=MONDAY)
            row = ticket(
                place,
                {
                    "status": "new",
                    "priority": 3,
                    "minutes": place,
                    "due": None,
                    **dict.fromkeys(("requester", "assignee", "team")),
                },
            )
            row.title_body = body.id
            session.add_all([body, row])

    def titles(q: str) -> list[str | None]:
        with either_store.reading() as session:
            return [line.title for line in page(session, AGENT, Filters(q=q)).items]

    assert titles("MAIL") == ["The mail is slow", "Mail is down"]
    assert titles("down mail") == ["Mail is down"]
    assert titles("0% f") == ["Printer 100% full"]
    assert titles("%") == ["Printer 100% full"]
    assert titles("_") == []
    assert titles("inc-000002") == ["The mail is slow"]


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "bnVsbA", "WyJ4IiwgIkkiXQ", "é", "W" * 900])
def test_a_cursor_of_another_list_is_refused(store: Store, cursor: str) -> None:
    with store.reading() as session, pytest.raises(BadCursor):
        page(session, AGENT, Filters(), after=cursor)


def test_an_opening_that_waits_stands_above_the_first_page(either_store: Store) -> None:
    fill(
        either_store,
        [{"status": "new", "priority": 3, "minutes": 0, "due": None, "requester": None, "assignee": None, "team": None}]
        * 3,
    )
    with either_store.writing() as session:
        data = {"source": "portal", "requester": "user:requester", "tags": []}
        asked = Request("", INCIDENT, "open", "user:requester", data, {"title": "Mail is down"})
        number = accept_opening(either_store, session, INCIDENT, asked).ticket

    with either_store.reading() as session:
        first = page(session, AGENT, Filters(), limit=2)
        rest = page(session, AGENT, Filters(), limit=2, after=first.next)
        mine = page(session, REQUESTER, Filters())
        closed = page(session, AGENT, Filters(status=("closed",)))
        found = tickets.find(session, REQUESTER, number)
        stranger = tickets.find(session, Actor("user:requester2", "person", ("requester",)), number)

    assert [(line.ticket.number, line.title) for line in first.items[:1]] == [(number, "Mail is down")]
    assert len(first.items) == 3
    assert len(rest.items) == 1
    assert [line.ticket.number for line in mine.items] == [number]
    assert closed.items == []
    assert found is not None
    assert (found.version, found.state.status, found.processing) == (0, "new", True)
    assert stranger is None


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(order="due"), "ix_tickets_open_due"),
        (Filters(order="due", assignee="user:agent"), "ix_tickets_open_assignee"),
        (Filters(order="due", team="servers"), "ix_tickets_open_team"),
        (Filters(order="due", status=("on_hold",)), "ix_tickets_status_due"),
        (Filters(order="due", status=("new", "assigned")), "ix_tickets_open_due"),
        (Filters(), "ix_tickets_opened"),
        (Filters(order="updated"), "ix_tickets_updated"),
        (Filters(order="priority"), "ix_tickets_priority"),
    ],
)
def test_every_usual_list_walks_an_index_and_sorts_nothing(store: Store, filters: Filters, index: str) -> None:
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    with store.reading() as session:
        page(session, AGENT, filters)
    event.remove(store.engine, "before_cursor_execute", note)
    statement, parameters = next((text, given) for text, given in asked if "FROM tickets" in text)

    with store.engine.connect() as connection:
        plan = " ".join(
            str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        )

    assert index in plan
    assert "TEMP B-TREE" not in plan


def test_pairs_of_keys_never_repeat_across_pages(store: Store) -> None:
    rows = [{"status": "new", "priority": 3, "minutes": 1, "due": 1, "requester": None, "assignee": None, "team": None}]
    fill(store, rows * 25)

    found = walked(store, AGENT, Filters(order="priority"), 4)

    assert all(key(one, "priority") < key(other, "priority") for one, other in pairwise(found))  # type: ignore[operator] # of one order
