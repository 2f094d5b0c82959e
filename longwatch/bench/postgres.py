"""A PostgreSQL of its own for one run: a new folder, a free port of this machine, with everything as it is by default.

It writes to the disk before it answers, as an installed one does.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
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
    """One server with one owner who needs no password: it listens on this machine alone and lives for one run.

    `settings` are the server's own, as its configuration file has them. Raises CalledProcessError.
    """

    def __init__(self, programs: Path, settings: Sequence[str] = ()) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="longwatch-pg-", dir=PLACE))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        own = ("listen_addresses=127.0.0.1", *settings)
        self._line = [str(programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        self._line += ["-k", str(self.folder), *(word for setting in own for word in ("-c", setting))]
        if os.geteuid() == 0:
            shutil.chown(self.folder, OWNER)
        making = ["-D", str(self.folder / "data"), "-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        line = [str(programs / "initdb"), *making]
        subprocess.run(line, check=True, capture_output=True, **self._as_owner())  # noqa: S603 - the installed program

    def start(self) -> str:
        """Starts it and waits until it answers; returns the address of an empty database. Raises TimeoutError.

        After a kill its children hold the memory a moment longer: until they are gone it is started again.
        """
        until = time.monotonic() + START_WITHIN
        while not self._answers():
            if time.monotonic() > until:
                raise TimeoutError((self.folder / "server.log").read_text()[-2000:])
            if self._process is None or self._process.poll() is not None:
                self._launch()
            time.sleep(0.1)
        return self.address("postgres")

    def _launch(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(self._line, stdout=log, stderr=log, **self._as_owner())  # noqa: S603 - ours

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def address(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://desk@127.0.0.1:{self.port}/{database}"

    def _as_owner(self) -> dict[str, Any]:
        owner = {"user": OWNER, "group": OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
        return {"cwd": self.folder, **owner}

    def stop(self) -> None:
        """Ends it at once, without writing down what is thrown away next, and removes its folder."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(STOP_WITHIN)
        shutil.rmtree(self.folder, ignore_errors=True)
