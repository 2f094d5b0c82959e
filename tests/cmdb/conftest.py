"""Both databases with the demo company, copied from one that was furnished once: quick to make, each test's own."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from longwatch import seed
from longwatch.store import migrate
from longwatch.store.database import Store, open_engine
from tests.postgres_server import PostgresServer
from tests.store.conftest import postgres

__all__ = ["postgres"]


def _furnish(url: str) -> None:
    store = Store(open_engine(url))
    migrate.upgrade(store.engine)
    seed.demo(store)
    store.engine.dispose()


@pytest.fixture(scope="session")
def furnished_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cmdb") / "desk.db"
    _furnish(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def furnished_database(postgres: PostgresServer) -> str:
    name = f"cmdb_{uuid.uuid4().hex}"
    _furnish(postgres.database(name))
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def either_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The same test on both databases."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("furnished_file"), tmp_path / "desk.db")
        url = f"sqlite:///{tmp_path / 'desk.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        name = f"copy_{uuid.uuid4().hex}"
        with psycopg.connect(server._address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{request.getfixturevalue("furnished_database")}"')
        url = server._address(name)
    store = Store(open_engine(url))
    yield store
    store.engine.dispose()
