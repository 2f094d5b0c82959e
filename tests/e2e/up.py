"""`longwatch up` as people start it: a process of its own, watched from outside."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from longwatch.settings import Settings
from tests.rig import until


def environ(settings: Settings, **extra: str) -> dict[str, str]:
    """The environment of a desk; nothing of ours leaks in."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LONGWATCH_")}
    return {
        **clean,
        "LONGWATCH_DATA": str(settings.data),
        "LONGWATCH_PORT": str(settings.port),
        "LONGWATCH_ENGINE_PORT": str(settings.engine_port),
        "LONGWATCH_ENGINE_UI_PORT": str(settings.engine_ui_port),
        "LONGWATCH_DEMO": "1",
        **extra,
    }


class Up:
    """A running `longwatch up`."""

    def __init__(self, settings: Settings, output: Path) -> None:
        self.settings = settings
        self.output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "longwatch.cli", "up"],
                env=environ(settings),
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def ready(self) -> bool:
        """Whether it says of itself that database, engine and worker are there."""
        try:
            return requests.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    async def until_ready(self) -> None:
        await until(self.ready)

    def said(self) -> str:
        return self.output.read_text()

    def children(self) -> dict[str, int]:
        """Its parts by name, with their process ids."""
        return {name: pid for pid, name in _children(self.process.pid)}

    def family(self) -> list[int]:
        """Every process that has grown from it."""
        return list(_descendants(self.process.pid))

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)


@contextmanager
def up(settings: Settings) -> Iterator[Up]:
    """A desk that was started with one command; whatever the test does, nothing of it is left."""
    running = Up(settings, settings.data.parent / f"{settings.data.name}.out")
    try:
        yield running
    finally:
        running.interrupt()


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _descendants(pid: int) -> Iterator[int]:
    for child, _ in _children(pid):
        yield child
        yield from _descendants(child)


def _children(pid: int) -> Iterator[tuple[int, str]]:
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return
    for child in found:
        yield int(child), _name(int(child))


def _name(pid: int) -> str:
    """What a process is to the desk: engine, worker, web, or its program."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return "gone"
    known = re.search(r"\b(worker|web)\b", line[-2] if len(line) > 1 else "")
    return known.group(1) if known else "engine" if "start-dev" in line else line[0]
