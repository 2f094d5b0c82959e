"""Tables imported twice are imported once; two sources make the same items in either order."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from activities.cmdb_importing import carry_out, delivery_of, lay_out
from integrations.cmdb_mapping import read_mapping
from longwatch import seed
from longwatch.store import migrate
from longwatch.store.database import Store, open_engine
from tests.cmdb.sources import EDITOR, contents, empty, trusting

COLUMNS = ("class", "source_key", "name", "serial", "os", "cpu_count", "aliases")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.integers(0, 4),
            "os": st.sampled_from(["", "Debian 13", "=1+1"]),
            "cpus": st.sampled_from(["", "4", "x"]),
        }
    ),
    max_size=5,
    unique_by=lambda row: row["number"],
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    """One database for all examples, which empty it; nothing of it need survive a crash."""
    folder = tmp_path_factory.mktemp("imports")
    engine = open_engine(f"sqlite:///{folder / 'desk.db'}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    migrate.upgrade(engine)
    store = Store(engine)
    seed.basics(store)
    trusting(store, "desk", "first", "second")
    yield store, folder
    engine.dispose()


def bring(desk: tuple[Store, Path], source: str, rows: list[dict[str, Any]]) -> dict[str, int]:
    store, folder = desk
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(COLUMNS)
    for row in rows:
        number = row["number"]
        writer.writerow(["server", f"{source}-{number}", f"server {number}", f"S{number}", row["os"], row["cpus"], ""])
    path = folder / f"{source}.csv"
    path.write_text(held.getvalue())
    [run] = lay_out(store, delivery_of(source, "csv", path, read_mapping(None)), EDITOR)
    return carry_out(store, source, run, EDITOR)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_a_table_imported_twice_is_imported_once(desk: tuple[Store, Path], rows: list[dict[str, Any]]) -> None:
    empty(desk[0])
    bring(desk, "first", rows)
    made = contents(desk[0])

    counts = bring(desk, "first", rows)

    assert contents(desk[0]) == made
    assert set(counts) <= {"same", "rejected"}


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, ROWS)
def test_two_tables_in_either_order_make_the_same(
    desk: tuple[Store, Path], one: list[dict[str, Any]], other: list[dict[str, Any]]
) -> None:
    empty(desk[0])
    bring(desk, "first", one)
    bring(desk, "second", other)
    made = contents(desk[0])

    empty(desk[0])
    bring(desk, "second", other)
    bring(desk, "first", one)

    assert contents(desk[0]) == made
