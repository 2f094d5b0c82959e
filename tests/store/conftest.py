"""A real PostgreSQL for the tests of the store."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from longwatch import seed
from longwatch.settings import Settings
from longwatch.store import migrate
from longwatch.store.database import Store, open_engine
from tests.conftest import settings_for
from tests.postgres_server import PostgresServer, programs


def _server() -> PostgresServer:
    found = programs()
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("PostgreSQL is not installed: .ci/run installs it.")
    if found is None:
        pytest.skip("PostgreSQL is not installed here.")
    server = PostgresServer(found)
    server.start()
    return server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests that leave it alive."""
    server = _server()
    yield server
    server.stop()


@pytest.fixture
def mortal_postgres() -> Iterator[PostgresServer]:
    """A server of its own, for a test that kills it."""
    server = _server()
    yield server
    server.stop()


@pytest.fixture
def postgres_settings(postgres: PostgresServer, tmp_path: Path) -> Settings:
    """A desk on an empty PostgreSQL database."""
    return settings_for(tmp_path, LONGWATCH_DATABASE_URL=postgres.database(f"desk_{uuid.uuid4().hex}"))


@pytest.fixture
def postgres_store(postgres_settings: Settings) -> Iterator[Store]:
    """A migrated PostgreSQL database with the demo company."""
    yield from furnished(postgres_settings)


@pytest.fixture(params=["sqlite", "postgres"])
def either_store(request: pytest.FixtureRequest) -> Store:
    """The same test on both databases."""
    store: Store = request.getfixturevalue("store" if request.param == "sqlite" else "postgres_store")
    return store


def furnished(settings: Settings) -> Iterator[Store]:
    """A store with tables and the demo company."""
    store = Store(open_engine(settings.database_url))
    migrate.upgrade(store.engine)
    seed.demo(store)
    yield store
    store.engine.dispose()


@pytest.fixture
def mortal_settings(mortal_postgres: PostgresServer, tmp_path: Path) -> Settings:
    """A desk on a server that the test kills."""
    return settings_for(tmp_path, LONGWATCH_DATABASE_URL=mortal_postgres.database("desk"))


@pytest.fixture
def mortal_store(mortal_settings: Settings) -> Iterator[Store]:
    """Its database, with the demo company."""
    yield from furnished(mortal_settings)
