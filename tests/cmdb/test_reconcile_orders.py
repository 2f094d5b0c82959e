"""Importing twice is importing once; the order of sources does not matter; the CMDB as of now is the CMDB."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from cmdb.past import item_at, items_at
from longwatch import seed
from longwatch.store import migrate
from longwatch.store.database import Store, open_engine
from longwatch.store.tables import Ci
from tests.cmdb.sources import contents, deliver, empty, meanings, records, trusting
from tests.postgres_server import PostgresServer

FEW = settings(
    max_examples=4, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow], deadline=None
)
"""On PostgreSQL: the same code ran many more examples on SQLite."""


def opened(address: str, *, synchronous: bool = True) -> Store:
    """A database with the shipped classes, which trust people, then two sources."""
    engine = open_engine(address)
    if not synchronous:
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    migrate.upgrade(engine)
    store = Store(engine)
    seed.basics(store)
    trusting(store, "desk", "first", "second")
    return store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One database for all examples, which empty it; nothing of it need survive a crash."""
    made = opened(f"sqlite:///{tmp_path_factory.mktemp('orders') / 'desk.db'}", synchronous=False)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def server_store(postgres: PostgresServer) -> Iterator[Store]:
    """The same on PostgreSQL."""
    made = opened(postgres.database("orders"))
    yield made
    made.engine.dispose()


def check_orders(store: Store, one: list[Any], other: list[Any]) -> None:
    empty(store)
    deliver(store, "first", one)
    deliver(store, "second", other)
    made = contents(store), meanings(store)

    empty(store)
    deliver(store, "second", other)
    deliver(store, "first", one)

    assert (contents(store), meanings(store)) == made


def check_again(store: Store, some: list[Any], *, complete: bool) -> None:
    empty(store)
    deliver(store, "first", some, complete=complete)
    made = contents(store), meanings(store)

    counts = deliver(store, "first", some, complete=complete)

    assert (contents(store), meanings(store)) == made
    assert set(counts) <= {"same"}


def check_now(store: Store, one: list[Any], other: list[Any]) -> None:
    empty(store)
    deliver(store, "first", one)
    deliver(store, "second", other, complete=True)

    with store.reading() as session:
        now = store.now(session)
        then = items_at(session, now)
        cis = list(session.scalars(select(Ci)))
        found = {
            ci.id: {"name": ci.name, "class": ci.class_, "attributes": ci.attributes, "state": ci.state} for ci in cis
        }
        each = {ci.id: item_at(session, ci.id, now) for ci in cis}
    assert {
        ci: {name: values[name] for name in ("name", "class", "attributes", "state")} for ci, values in then.items()
    } == found
    assert {ci: past.values for ci, past in each.items() if past} == then
    stated = {triple for past in each.values() if past for triple in past.relations}
    assert len(stated) == len(contents(store)[1])


@settings(max_examples=15)
@given(records("a"), records("b"))
def test_two_sources_in_either_order_make_the_same(store: Store, one: list[Any], other: list[Any]) -> None:
    check_orders(store, one, other)


@FEW
@given(records("a"), records("b"))
def test_and_so_they_do_on_postgresql(server_store: Store, one: list[Any], other: list[Any]) -> None:
    check_orders(server_store, one, other)


@settings(max_examples=12)
@given(records("a"), st.booleans())
def test_importing_twice_is_importing_once(store: Store, some: list[Any], complete: Any) -> None:
    check_again(store, some, complete=complete)


@FEW
@given(records("a"), st.booleans())
def test_and_so_it_is_on_postgresql(server_store: Store, some: list[Any], complete: Any) -> None:
    check_again(server_store, some, complete=complete)


@settings(max_examples=10)
@given(records("a"), records("b"))
def test_as_of_now_is_what_is(store: Store, one: list[Any], other: list[Any]) -> None:
    check_now(store, one, other)


@FEW
@given(records("a"), records("b"))
def test_as_of_now_is_what_is_on_postgresql(server_store: Store, one: list[Any], other: list[Any]) -> None:
    check_now(server_store, one, other)
