"""The whole desk with one command: engine, worker and web as child processes that live and end together."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from longwatch import engine
from longwatch.settings import BadSetting, Settings

GRACE = 15.0
"""Seconds a part gets to end by itself before it is killed."""
QUICK_DEATHS = 5
"""A part that dies this often within a minute is not started again."""
PR_SET_PDEATHSIG = 1


@dataclass
class Part:
    """A child process and how to start it again."""

    name: str
    line: list[str]
    log: Path | None = None  # where its output goes; none means to ours
    process: subprocess.Popen[bytes] | None = None
    deaths: tuple[float, ...] = ()
    environ: dict[str, str] | None = None  # none means ours

    def start(self) -> None:
        """Starts it in a session of its own, so that Ctrl-C reaches this process alone, and dies with this process."""
        output = self.log.open("ab") if self.log else None
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs
                self.line,
                env=self.environ,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - the hook only asks the kernel for a signal
            )
        finally:
            if output:
                output.close()

    def stop(self) -> None:
        """Asks it to end, then makes it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run(settings: Settings) -> int:
    """Starts everything, keeps it running, and stops it all on Ctrl-C or SIGTERM. Returns the exit code."""
    _check_ports(settings)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    own = [sys.executable, "-m", "longwatch.cli"]
    server = Part("engine", engine.command(settings), settings.data / "engine.log")
    parts = [server, Part("worker", [*own, "worker"]), Part("web", [*own, "web"])]
    try:
        server.start()
        asyncio.run(engine.prepare(settings))
        for part in parts[1:]:
            part.start()
        print(_greeting(settings), flush=True)
        return _watch(parts, stopping)
    except TimeoutError:
        raise BadSetting(f"The engine did not answer on port {settings.engine_port} within 30 seconds.") from None
    finally:
        for part in reversed(parts):
            part.stop()


def alone(part: Part, prepare: Callable[[], None]) -> int:
    """Runs one part in the foreground until it ends or is told to."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    part.start()
    assert part.process is not None
    try:
        prepare()
        while part.process.poll() is None and not stopping.wait(0.3):
            continue
    finally:
        part.stop()
    return 0 if stopping.is_set() else 1


def _check_ports(settings: Settings) -> None:
    wanted = {"LONGWATCH_PORT": settings.port, "LONGWATCH_ENGINE_PORT": settings.engine_port}
    if settings.demo:
        wanted["LONGWATCH_ENGINE_UI_PORT"] = settings.engine_ui_port
    for name, port in wanted.items():
        if not engine.port_free(port):
            raise BadSetting(f"Port {port} is in use. Stop what listens there, or set {name} to a free port.")


def _watch(parts: list[Part], stopping: threading.Event) -> int:
    """Starts again what dies. Gives up on a part that keeps dying at once."""
    while not stopping.wait(0.3):
        for part in parts:
            if part.process is None or part.process.poll() is None:
                continue
            now = time.monotonic()
            part.deaths = (*(death for death in part.deaths if now - death < 60), now)  # noqa: PLR2004 - a minute
            if len(part.deaths) >= QUICK_DEATHS:
                print(f"longwatch: {part.name} keeps ending (exit {part.process.returncode}); giving up.", flush=True)
                return 1
            print(f"longwatch: {part.name} ended (exit {part.process.returncode}); starting it again.", flush=True)
            part.start()
    print("longwatch: stopping ...", flush=True)
    return 0


def _greeting(settings: Settings) -> str:
    lines = ["", f"  Longwatch runs at {settings.base_url}"]
    if settings.demo_sign_in:
        lines.append("  Sign in with one click as agent, lead, requester, auditor, ... on its first page.")
        lines.append(f"  The engine's own pages: http://127.0.0.1:{settings.engine_ui_port}")
    else:
        lines.append("  Add yourself: longwatch user add NAME --role admin")
    lines += [f"  Data: {os.path.relpath(settings.data)}", "  Stop with Ctrl-C.", ""]
    return "\n".join(lines)
