"""Acceptance under concurrency, on both databases: one key is one command, one number is one ticket."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from longwatch.messages import INCIDENT
from longwatch.store.acceptance import Request, accept, accept_opening
from longwatch.store.database import Store
from longwatch.store.tables import Body, Command, Counter
from tests.store.storm import at_once

pytestmark = pytest.mark.postgres


def assign(store: Store, key: str) -> str:
    with store.writing() as session:
        request = Request("INC-000001", INCIDENT, "message", "user:agent", {"public": True}, {"text": "Hello"}, key)
        return accept(store, session, request).id


def opening(store: Store, key: str | None = None) -> str:
    with store.writing() as session:
        request = Request("", INCIDENT, "open", "user:requester", {}, {"title": "No network"}, key)
        return accept_opening(store, session, INCIDENT, request).ticket


def commands(session: Session) -> int | None:
    return session.scalar(select(func.count()).select_from(Command))


def test_fifty_threads_with_one_key_make_one_command(either_store: Store) -> None:
    ids = at_once(50, lambda _: assign(either_store, "the same click"))

    assert len(ids) == 50
    assert len(set(ids)) == 1
    with either_store.reading() as session:
        assert commands(session) == 1


def test_two_hundred_openings_by_eight_threads_have_two_hundred_numbers(either_store: Store) -> None:
    numbers = at_once(8, lambda _: [opening(either_store) for _ in range(25)])

    given = [number for some in numbers for number in some]
    assert len(set(given)) == 200
    with either_store.reading() as session:
        assert session.scalar(select(Counter.value).where(Counter.name == INCIDENT)) == 200


def test_one_opening_repeated_by_many_keeps_its_number(either_store: Store) -> None:
    numbers = at_once(20, lambda _: opening(either_store, "form 1"))

    with either_store.reading() as session:
        openings = commands(session)
    assert len(set(numbers)) == 1
    assert openings == 1


def test_a_request_that_fails_half_way_leaves_nothing(either_store: Store) -> None:
    def open_and_stumble() -> None:
        with either_store.writing() as session:
            request = Request("", INCIDENT, "open", "user:agent", {}, {"title": "a"})
            accept_opening(either_store, session, INCIDENT, request)
            session.execute(text("SELECT no_such_column FROM commands"))

    with pytest.raises(DBAPIError):
        open_and_stumble()

    with either_store.reading() as session:
        left = [session.scalar(select(func.count()).select_from(table)) for table in (Command, Body, Counter)]
    assert left == [0, 0, 0]


def test_the_database_dates_what_it_accepts(either_store: Store) -> None:
    before = datetime.now(UTC)
    assign(either_store, "now")

    with either_store.reading() as session:
        at = session.scalars(select(Command)).one().accepted_at
    assert at.tzinfo is not None
    assert abs(at - before) < timedelta(seconds=10)


def test_a_reader_sees_one_instant_while_others_write(either_store: Store) -> None:
    opening(either_store)

    with either_store.reading() as session:
        before = commands(session)
        writer = threading.Thread(target=opening, args=(either_store,))
        writer.start()
        writer.join(20)
        after = commands(session)

    assert (before, after) == (1, 1)
    with either_store.reading() as session:
        assert commands(session) == 2


def test_a_reader_on_postgresql_can_write_nothing(postgres_store: Store) -> None:
    with pytest.raises(DBAPIError, match="read-only"), postgres_store.reading() as session:
        session.execute(text("DELETE FROM commands"))

    with postgres_store.writing() as session:
        session.execute(text("DELETE FROM commands"))
