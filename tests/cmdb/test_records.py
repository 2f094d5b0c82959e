"""Whatever a source sends: it is a record, or there is a sentence that says why not."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from cmdb.reconcile import apply, preview, stage
from cmdb.records import BadRecord, label_of, plain_record, read_record, row_number
from longwatch import seed
from longwatch.store import migrate
from longwatch.store.database import Store, open_engine
from tests.cmdb.sources import EDITOR

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["class", "attributes", "aliases", "relations", "source_key", "row", "id", "problem", "x"])
CLASSES = st.sampled_from(["server", "certificate", "ip-address", "nothing", "compute"])
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["name", "serial", "cpu_count", "needs", "state", "owner_team", "ip"]), JSON, max_size=4
)
LINKS = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(["uses", "x"]), "to": st.dictionaries(NAMES, JSON, max_size=2)}),
    max_size=2,
)
NEARLY = st.fixed_dictionaries(
    {"class": CLASSES, "attributes": ATTRIBUTES}, optional={"relations": LINKS, "aliases": JSON, "id": JSON}
)


@given(JSON | st.dictionaries(NAMES, JSON, max_size=6) | NEARLY)
def test_a_record_is_read_or_refused_with_a_sentence(raw: Any) -> None:
    with suppress(BadRecord):
        assert read_record(raw, 1).class_
    assert isinstance(label_of(raw), str)
    assert isinstance(plain_record(raw), dict)
    assert row_number(raw, 5) > 0


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('records') / 'desk.db'}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    migrate.upgrade(engine)
    store = Store(engine)
    seed.basics(store)
    yield store
    engine.dispose()


@settings(max_examples=25)
@given(st.lists(NEARLY | JSON | st.dictionaries(NAMES, JSON, max_size=4), max_size=4))
def test_a_delivery_of_anything_ends_in_a_report_with_a_row_for_each(store: Store, raws: list[Any]) -> None:
    run = stage(store, "anything", raws, EDITOR)
    apply(store, run, EDITOR)

    with store.reading() as session:
        rows = preview(session, run).rows
    assert [row.place for row in rows] == list(range(1, len(raws) + 1))
    assert all(row.reasons for row in rows if row.verdict in ("rejected", "duplicate"))
