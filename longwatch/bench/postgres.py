"""A PostgreSQL of its own for one run: a new folder, a free port of this machine, with everything as it is by default.

It writes to the disk before it answers, as an installed one does.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from longwatch.bench.desk import free_port

START_WITHIN = 60.0
STOP_WITHIN = 30.0
"""Seconds."""
PLACE = "/tmp"  # noqa: S108 - its owner must get there, and the way to a socket has 107 characters at most
OWNER = "postgres"
"""Who runs the server where we are root: it refuses to run as root."""


def programs() -> Path | None:
    """The folder of the newest server installed here; none when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    beside = shutil.which("postgres")
    return found[-1].parent if found else Path(beside).resolve().parent if beside else None


class PostgresServer:
    """One server with one owner who needs no password: it listens on this machine alone and lives for one run."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="longwatch-bench-pg-", dir=PLACE))
        self._process: subprocess.Popen[bytes] | None = None
        self._port = free_port()
        if os.geteuid() == 0:
            shutil.chown(self._folder, OWNER)

    def start(self) -> str:
        """Makes and starts it; returns the address of an empty database. Raises TimeoutError, CalledProcessError."""
        data = str(self._folder / "data")
        making = ["-D", data, "-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C"]
        line = [str(self._programs / "initdb"), *making]
        subprocess.run(line, check=True, capture_output=True, **self._as_owner())  # noqa: S603 - the installed program
        settings = ["-D", data, "-p", str(self._port), "-k", str(self._folder), "-c", "listen_addresses=127.0.0.1"]
        with (self._folder / "server.log").open("ab") as log:
            line = [str(self._programs / "postgres"), *settings]
            self._process = subprocess.Popen(line, stdout=log, stderr=log, **self._as_owner())  # noqa: S603 - the same
        self._wait()
        return self._address("postgres")

    def _wait(self) -> None:
        until = time.monotonic() + START_WITHIN
        while not self._answers():
            if time.monotonic() > until or self._process is None or self._process.poll() is not None:
                raise TimeoutError((self._folder / "server.log").read_text()[-2000:])
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _address(self, database: str) -> str:
        return f"postgresql://desk@127.0.0.1:{self._port}/{database}"

    def _as_owner(self) -> dict[str, Any]:
        user = OWNER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        return {"cwd": self._folder, **({"user": user, "group": user, "extra_groups": []} if os.geteuid() == 0 else {})}

    def stop(self) -> None:
        """Ends it at once, without writing down what is thrown away next, and removes its folder."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(STOP_WITHIN)
        shutil.rmtree(self._folder, ignore_errors=True)
