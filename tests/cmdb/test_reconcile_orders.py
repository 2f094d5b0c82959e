"""Importing twice is importing once; the order of sources does not matter; the CMDB as of now is the CMDB."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from cmdb.past import item_at, items_at
from longwatch import seed
from longwatch.store import migrate
from longwatch.store.database import Store, open_engine
from longwatch.store.tables import Ci
from tests.cmdb.sources import contents, deliver, empty, records, trusting


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One database for all examples, which empty it; nothing of it need survive a crash."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('orders') / 'desk.db'}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    migrate.upgrade(engine)
    store = Store(engine)
    seed.basics(store)
    trusting(store, "desk", "first", "second")
    yield store
    engine.dispose()


@settings(max_examples=15)
@given(records("a"), records("b"))
def test_two_sources_in_either_order_make_the_same(store: Store, one: list[Any], other: list[Any]) -> None:
    empty(store)
    deliver(store, "first", one)
    deliver(store, "second", other)
    made = contents(store)

    empty(store)
    deliver(store, "second", other)
    deliver(store, "first", one)

    assert contents(store) == made


@settings(max_examples=12)
@given(records("a"), st.sampled_from([True, False]))
def test_importing_twice_is_importing_once(store: Store, some: list[Any], complete: Any) -> None:
    empty(store)
    deliver(store, "first", some, complete=complete)
    made = contents(store)

    counts = deliver(store, "first", some, complete=complete)

    assert contents(store) == made
    assert set(counts) <= {"same"}


@settings(max_examples=10)
@given(records("a"), records("b"))
def test_as_of_now_is_what_is(store: Store, one: list[Any], other: list[Any]) -> None:
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
