"""Writers of the embedded database take turns.

SQLite has one writer at a time, and one that waits only looks again now and then, ever more rarely: with a dozen
threads the waits are many times as long as the writing. So the threads of a process queue here, each handing over to
the next, and the one in front looks every millisecond whether another process has finished.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

PATIENCE = 8.0
"""Seconds a writer waits for those before it."""


class Turns:
    """The queue of one process. Writing within writing is a fault: it would wait for itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Waits for the turn and gives it on afterwards. Raises sqlalchemy.exc.TimeoutError."""
        if not self._lock.acquire(timeout=PATIENCE):
            raise WaitedTooLong("the database is written by others")
        try:
            yield
        finally:
            self._lock.release()


def begin_immediate(connection: Connection) -> None:
    """Begins a write transaction. Raises sqlalchemy.exc.OperationalError when another process does not finish."""
    give_up = time.monotonic() + PATIENCE
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=1")
    try:
        while not _began(connection, last=time.monotonic() >= give_up):
            continue
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(PATIENCE * 1000)}")


def _began(connection: Connection, *, last: bool) -> bool:
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if last or getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
