"""Engines and transactions. A write transaction takes its lock at once, so that it never fails half-way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import DateTime, TypeDecorator

from longwatch.store.turns import PATIENCE, Turns, begin_immediate

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


ENDS: dict[str, Any] = {
    "connect_timeout": 5,
    "options": "-c lock_timeout=8s -c idle_in_transaction_session_timeout=60s",
    "keepalives_idle": 10,
    "tcp_user_timeout": 10_000,
}
"""What ends a wait for PostgreSQL: its host gone, its lock held, a session left standing by a process that died."""


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """A point in time, UTC to the microsecond. Refuses naive datetimes, since SQLite would forget what they meant."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Into the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Out of the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Store:
    """The database of one installation.

    `clock` replaces the database's own clock; only tests that skip time set it.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] | None = None) -> None:
        self.engine = engine
        self._clock = clock
        snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._readers = engine.execution_options(**snapshot) if engine.dialect.name == "postgresql" else engine
        self._turns = Turns() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view: every statement sees the same instant. Nothing can be written."""
        with Session(self._readers) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it or nothing."""
        with self._turns.taken() if self._turns else nullcontext():
            connection = self.engine.connect().execution_options(longwatch_write=True)
            with connection, Session(connection, expire_on_commit=False) as session, session.begin():
                yield session

    def now(self, session: Session) -> datetime:
        """The time of acceptance: the database's clock, one for all who write to it."""
        if self._clock is not None:
            return self._clock()
        if self.engine.dialect.name == "sqlite":  # the same machine by nature
            return datetime.now(UTC)
        at: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
        return at.astimezone(UTC)


def open_engine(url: str, pool_size: int = 20) -> Engine:
    """An engine for a database address; PostgreSQL is spoken through psycopg 3.

    Errors name the statement and never its values: those are people's words, and errors end in logs.
    """
    target = make_url(url)
    usual: dict[str, Any] = {"pool_size": pool_size, "pool_timeout": 5, "hide_parameters": True}
    if target.get_backend_name() == "postgresql":
        target = target.set(drivername="postgresql+psycopg")
        return create_engine(target, pool_pre_ping=True, connect_args=ENDS, **usual)
    engine = create_engine(target, connect_args={"timeout": PATIENCE}, **usual)
    return with_pragmas(engine)


def with_pragmas(engine: Engine) -> Engine:
    """Makes SQLite durable (acknowledged means on disk) and its transactions explicit."""
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions behind our back
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("longwatch_write", False):
        begin_immediate(connection)
    else:
        connection.exec_driver_sql("BEGIN")
