"""Both databases, for whichever test wants them: the server runs once, furnished databases are copied."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from longwatch.settings import Settings
from longwatch.store.database import Store, open_engine
from tests.conftest import settings_for
from tests.furnished import furnished
from tests.postgres_server import PostgresServer, programs


def running_server() -> PostgresServer:
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
    server = running_server()
    yield server
    server.stop()


@pytest.fixture
def postgres_settings(postgres: PostgresServer, furnished_postgres: str, tmp_path: Path) -> Settings:
    """A desk on a PostgreSQL database of its own: a copy of the one that was furnished."""
    address = postgres.copy(furnished_postgres, f"desk_{uuid.uuid4().hex}")
    return settings_for(tmp_path, LONGWATCH_DATABASE_URL=address)


@pytest.fixture
def postgres_store(postgres_settings: Settings) -> Iterator[Store]:
    """The PostgreSQL database of that desk."""
    store = Store(open_engine(postgres_settings.database_url))
    yield store
    store.engine.dispose()


@pytest.fixture(scope="session")
def furnished_postgres(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a furnished database that nobody writes to."""
    settings = settings_for(tmp_path_factory.mktemp("pg"), LONGWATCH_DATABASE_URL=postgres.database("furnished"))
    furnished(settings).engine.dispose()
    return "furnished"


@pytest.fixture(params=["sqlite", "postgres"])
def either_store(request: pytest.FixtureRequest) -> Store:
    """The same test on both databases."""
    store: Store = request.getfixturevalue("store" if request.param == "sqlite" else "postgres_store")
    return store
