"""Brings a database to the newest form of the tables."""

import threading
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, select

from longwatch.store.every_table import METADATA

FOLDER = Path(__file__).with_name("migrations")

_ALONE = threading.Lock()
"""Alembic keeps its context in one place per process."""

_ADVISORY = 1_278_167_926
"""The number under which PostgreSQL lets one process at a time change the tables; SQLite's write lock does the same."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Applies what is missing, all of it or nothing. Harmless when nothing is."""
    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Takes migrations back."""
    _run(engine, lambda config: command.downgrade(config, revision))


def differences(engine: Engine) -> list[str]:
    """How the database differs from the tables of this release; empty when it is up to date."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, METADATA)]


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """The migration a database stands at, and the newest one of this release."""
    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    return here, ScriptDirectory.from_config(_config()).get_current_head()


def _run(engine: Engine, work: Callable[[Config], None]) -> None:
    config = _config()
    with _ALONE, engine.connect().execution_options(longwatch_write=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY)))
        config.attributes["connection"] = connection
        work(config)
