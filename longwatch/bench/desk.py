"""A desk of its own for one run: real processes on free ports of this machine, in a folder that is thrown away."""

import os
import secrets
import socket
import sys
from pathlib import Path

from sqlalchemy import func, select

from longwatch import engine, seed
from longwatch.bench.load import until
from longwatch.settings import Settings, read
from longwatch.store import migrate, people
from longwatch.store.database import Store, open_engine
from longwatch.store.tables import Command, Inbox, Source
from longwatch.up import Part

PASSWORD = secrets.token_hex(16)
AGENT = "agent"
KIND = "generic"


class Desk:
    """Engine, worker, web and the worker of the bare workflows; each part runs only while somebody measures it."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.environ = {
            "LONGWATCH_DATA": str(folder),
            "LONGWATCH_DATABASE_URL": database,
            "LONGWATCH_PORT": str(free_port()),
            "LONGWATCH_ENGINE_PORT": str(free_port()),
            "LONGWATCH_SECRET_KEY": secrets.token_hex(32),
            "PYTHONDONTWRITEBYTECODE": "",  # compiled once, as an installed desk is
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        }
        self.settings: Settings = read(self.environ)
        own, log = [sys.executable, "-m"], folder / "parts.log"
        self.engine = Part("engine", engine.command(self.settings), log)
        self.worker = Part("worker", [*own, "longwatch.cli", "worker"], log)
        self.web = Part("web", [*own, "longwatch.cli", "web"], log)
        self.bare = Part("bare", [*own, "longwatch.bench.bare_worker"], log)
        self.store = Store(open_engine(self.settings.database_url))
        self.hook = ""
        self.token = ""

    def set_up(self) -> None:
        """The demo company, a source of alerts, and an agent who may sign in and has a token."""
        migrate.upgrade(self.store.engine)
        seed.demo(self.store)
        with self.store.writing() as session:
            people.set_password(session, AGENT, PASSWORD, self.store.now(session))
            self.token = people.create_token(self.store, session, AGENT)
        self.hook = self.source("bench")

    def source(self, name: str, **settings: int) -> str:
        """A new source of alerts; the path of its door. `settings` are its groups', in seconds."""
        key = secrets.token_urlsafe(24)
        with self.store.writing() as session:
            now = self.store.now(session)
            digest = people.secret_digest(key)
            session.add(Source(name=name, kind=KIND, key_sha256=digest, settings=settings, created_at=now))
        return f"/hooks/{KIND}/{key}"

    async def start(self) -> None:
        """Starts everything; returns when the engine answers and the web listens. Raises TimeoutError."""
        self._start(self.engine)
        await engine.prepare(self.settings)
        for part in (self.worker, self.web, self.bare):
            self._start(part)

    async def start_web(self) -> None:
        """Starts the web alone, for what it reads from the database; returns when it listens. Raises TimeoutError."""
        self._start(self.web)
        await until(lambda: not engine.port_free(self.settings.port))

    def _start(self, part: Part) -> None:
        before = dict(os.environ)
        os.environ.update(self.environ)
        try:
            part.start()
        finally:
            os.environ.clear()
            os.environ.update(before)

    def stop(self) -> None:
        """Stops everything that was started."""
        for part in (self.bare, self.web, self.worker, self.engine):
            part.stop()
        self.store.engine.dispose()

    def waiting(self) -> int:
        """How much is accepted and not carried out: commands and calls of monitoring tools."""
        with self.store.reading() as session:
            commands = session.scalar(select(func.count()).where(Command.outcome.is_(None))) or 0
            return commands + (session.scalar(select(func.count()).where(Inbox.state == "new")) or 0)


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
