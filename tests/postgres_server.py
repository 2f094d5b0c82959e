"""A private PostgreSQL for tests: its own folder, a free port on this machine, stopped by what started it."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

START_WITHIN = 60.0
"""Seconds a server may take to answer; after kill -9 it first repairs itself."""


def programs() -> Path | None:
    """The folder of the newest server installed here; none when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


class PostgresServer:
    """One server with one owner, `desk`, who needs no password: nobody else reaches it."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.folder = Path(tempfile.mkdtemp(prefix="longwatch-pg-", dir="/tmp"))
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        line = [
            *(str(programs / "initdb"), "-D", str(self.folder / "data"), "-U", "desk", "-A", "trust"),
            *("-E", "UTF8", "--locale=C", "--no-sync"),
        ]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL, **self._as_owner())

    def _as_owner(self) -> dict[str, object]:
        """The server refuses to run as root."""
        owner: dict[str, object] = {"cwd": self.folder}
        if os.geteuid() == 0:
            owner |= {"user": self._user, "group": self._user, "extra_groups": []}
        return owner

    def start(self) -> None:
        """Starts it and waits until it answers. Raises TimeoutError."""
        line = [
            *(str(self._programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)),
            *("-k", str(self.folder), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"),
            *("-c", "shared_buffers=32MB", "-c", "max_connections=150"),
        ]
        until = time.monotonic() + START_WITHIN
        while True:
            with (self.folder / "server.log").open("ab") as log:
                self._process = subprocess.Popen(line, stdout=log, stderr=log, **self._as_owner())
            while self._process.poll() is None:
                if self._answers():
                    return
                if time.monotonic() > until:
                    raise TimeoutError((self.folder / "server.log").read_text()[-2000:])
                time.sleep(0.05)
            if time.monotonic() > until:  # after kill -9 its children hold the memory a moment longer
                raise TimeoutError((self.folder / "server.log").read_text()[-2000:])
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _address(self, database: str) -> str:
        return f"postgresql://desk@127.0.0.1:{self.port}/{database}"

    def copy(self, template: str, name: str) -> str:
        """A new database that begins as a copy of one nobody is connected to; its address."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template))))
        return self._address(name)

    def kill(self) -> None:
        """kill -9 of the server; its children end when they notice."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ends it at once, without writing down what is thrown away next, and removes its folder."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, name: str) -> str:
        """The address of a new, empty database."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self._address(name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
