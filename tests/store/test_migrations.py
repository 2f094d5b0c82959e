"""One migration history runs on both databases, forth and back and forth again."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from longwatch.store import migrate
from longwatch.store.database import open_engine
from longwatch.store.tables import Base
from tests.postgres_server import PostgresServer
from tests.store.storm import at_once


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of either kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.database(f"empty_{uuid.uuid4().hex}")
    engine = open_engine(url)
    yield engine
    engine.dispose()


def test_upgrade_makes_exactly_the_tables_of_this_release(empty: Engine) -> None:
    migrate.upgrade(empty)

    assert migrate.differences(empty) == []


def test_upgrade_leads_down_to_nothing_and_up_again(empty: Engine) -> None:
    migrate.upgrade(empty)
    migrate.downgrade(empty)
    left = set(inspect(empty).get_table_names()) - {"alembic_version"}

    migrate.upgrade(empty)

    assert left == set()
    assert set(inspect(empty).get_table_names()) >= set(Base.metadata.tables)
    assert migrate.differences(empty) == []


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(empty: Engine) -> None:
    migrate.upgrade(empty)

    migrate.upgrade(empty)

    assert migrate.differences(empty) == []


def test_a_missing_table_is_named(empty: Engine) -> None:
    migrate.upgrade(empty)
    Base.metadata.tables["counters"].drop(empty)

    found = migrate.differences(empty)

    assert len(found) == 1
    assert "counters" in found[0]


def test_upgrades_at_once_make_one_database(empty: Engine) -> None:
    at_once(3, lambda _: migrate.upgrade(empty))

    assert migrate.differences(empty) == []
