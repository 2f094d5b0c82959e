"""PostgreSQL servers that tests kill."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from longwatch.settings import Settings
from longwatch.store.database import Store
from tests.conftest import settings_for
from tests.databases import running_server
from tests.furnished import furnished
from tests.postgres_server import PostgresServer


@pytest.fixture
def mortal_postgres() -> Iterator[PostgresServer]:
    """A server of its own, for a test that kills it."""
    server = running_server()
    yield server
    server.stop()


@pytest.fixture
def mortal_settings(mortal_postgres: PostgresServer, tmp_path: Path) -> Settings:
    """A desk on a server that the test kills."""
    return settings_for(tmp_path, LONGWATCH_DATABASE_URL=mortal_postgres.database("desk"))


@pytest.fixture
def mortal_store(mortal_settings: Settings) -> Iterator[Store]:
    """Its database, with the demo company."""
    store = furnished(mortal_settings)
    yield store
    store.engine.dispose()
