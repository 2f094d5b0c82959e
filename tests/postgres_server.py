"""A private PostgreSQL for tests: quick, since nothing of it need survive, and it can be killed."""

from pathlib import Path

import psycopg
from psycopg import sql

from longwatch.bench import postgres
from longwatch.bench.postgres import programs

__all__ = ["PostgresServer", "programs"]

QUICK = ("fsync=off", "shared_buffers=32MB", "max_connections=150")


class PostgresServer(postgres.PostgresServer):
    """One server for many tests, each with a database of its own."""

    def __init__(self, programs: Path) -> None:
        super().__init__(programs, QUICK)

    def copy(self, template: str, name: str) -> str:
        """A new database that begins as a copy of one nobody is connected to; its address."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template))))
        return self.address(name)

    def database(self, name: str) -> str:
        """The address of a new, empty database."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.address(name)

    def kill(self) -> None:
        """kill -9 of the server; its children end when they notice."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
