"""A desk whose parts are real processes that tests may kill."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import requests
from temporalio.client import Client

from longwatch import engine, messages
from longwatch.messages import INCIDENT, kind_of
from longwatch.settings import Settings
from longwatch.store import states
from longwatch.store.acceptance import Request, accept, accept_opening
from longwatch.store.database import Store
from longwatch.store.people import create_token, secret_digest
from longwatch.store.tables import Command, JournalLine, Process, Source
from longwatch.temporal import connect
from longwatch.up import Part
from workflows.proof import Proof, prove

T = TypeVar("T")
PATIENCE = 60
"""Seconds a condition may take on a slow machine; nothing is measured by it."""


async def until(condition: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """The first true value of a condition. Raises TimeoutError."""
    async with asyncio.timeout(patience):
        while True:
            value = await asyncio.to_thread(condition)
            if value:
                return value
            await asyncio.sleep(0.03)


class Rig:
    """Engine and worker as processes, the database in reach of the test."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        log = settings.data / "parts.log"
        own = [sys.executable, "-m", "longwatch.cli"]
        self.environ = {
            "LONGWATCH_DATA": str(settings.data),
            "LONGWATCH_PORT": str(settings.port),
            "LONGWATCH_ENGINE_PORT": str(settings.engine_port),
            "LONGWATCH_DATABASE_URL": settings.database_url,
            "LONGWATCH_SECRET_KEY": ",".join(settings.secret_keys),
            "LONGWATCH_DEMO": "1" if settings.demo else "0",
        }
        self.engine = Part("engine", engine.command(settings), log)
        self.worker = Part("worker", [*own, "worker"], log)
        self.web = Part("web", [*own, "web"], log)

    def start(self, part: Part) -> None:
        """Starts a part with this desk's environment."""
        part.environ = {**os.environ, **self.environ}
        part.start()

    async def start_engine(self) -> None:
        self.start(self.engine)
        await engine.prepare(self.settings)

    def kill(self, part: Part) -> None:
        """kill -9, of the part and of whatever it has started."""
        assert part.process is not None
        os.killpg(part.process.pid, signal.SIGKILL)  # every part leads a session of its own
        part.process.wait()

    async def start_web(self) -> None:
        """Starts the web and waits until it answers."""
        self.start(self.web)
        await until(self.answers)

    def answers(self) -> bool:
        """Whether the web lives."""
        try:
            return requests.get(f"{self.address}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def token(self, login: str) -> str:
        """A new token of somebody."""
        with self.store.writing() as session:
            return create_token(self.store, session, login, "tests")

    def inbox(self) -> dict[str, Any]:
        """What waits, as the API tells it."""
        headers = {"Authorization": f"Bearer {self.token('agent')}"}
        told: dict[str, Any] = requests.get(f"{self.address}/api/v1/inbox", headers=headers, timeout=10).json()
        return told

    def hook(self, kind: str, name: str = "monitoring", **settings: int) -> str:
        """A new source of alerts; its address. `settings` are its alert groups', in seconds."""
        key = f"key-of-{name}"
        with self.store.writing() as session:
            now = self.store.now(session)
            digest = secret_digest(key)
            session.add(Source(name=name, kind=kind, key_sha256=digest, settings=settings, created_at=now))
        return f"{self.address}/hooks/{kind}/{key}"

    def crashing_worker(self, point: str, action: str) -> Part:
        """A worker that dies at `before_commit` or `after_commit` of the entry that settles an action."""
        log = self.settings.data / "parts.log"
        return Part("worker", [sys.executable, "-m", "tests.crashing_worker", point, action], log)

    def open(self, title: str = "Mail is down", **data: Any) -> str:
        """Accepts an opening, as the web does; returns the number."""
        fields = {"requester": "user:requester", "source": "portal", "impact": 2, "urgency": 2, "ci": "mail-1", **data}
        with self.store.writing() as session:
            request = Request("", INCIDENT, "open", "user:requester", fields, {"title": title})
            return accept_opening(self.store, session, INCIDENT, request).ticket

    def open_of(self, kind: str, actor: str, texts: Mapping[str, str], **data: Any) -> str:
        """Accepts the opening of a ticket of a kind; returns the number."""
        with self.store.writing() as session:
            request = Request("", kind, "open", actor, {"source": "console", **data}, texts)
            return accept_opening(self.store, session, kind, request).ticket

    def state(self, ticket: str) -> Any:
        """The recorded state; None before the first line."""
        with self.store.reading() as session:
            process = session.get(Process, ticket)
            return None if process is None else states.load(messages.decider(process.kind), process.state)

    def ask(
        self, ticket: str, action: str, actor: str = "user:agent", texts: Mapping[str, str] | None = None, **data: Any
    ) -> str:
        """Accepts a command, as the web does; returns its id."""
        with self.store.writing() as session:
            request = Request(ticket, kind_of(ticket), action, actor, data, texts or {})
            return accept(self.store, session, request).id

    def version(self, ticket: str) -> int:
        with self.store.reading() as session:
            process = session.get(Process, ticket)
            return process.version if process else 0

    def outcome(self, command: str) -> str | None:
        with self.store.reading() as session:
            row = session.query(Command).filter_by(id=command).one()
            return row.outcome

    def facts(self, ticket: str) -> list[dict[str, Any]]:
        """A journal's facts, in order."""
        with self.store.reading() as session:
            lines = session.query(JournalLine).filter_by(ticket=ticket).order_by(JournalLine.seq)
            return [json.loads(line.text) for line in lines]

    def count(self, ticket: str, fact: str, by: str | None = None) -> int:
        """How often a fact stands in a journal."""
        return sum(one["type"] == fact and by in (None, one["actor"]) for one in self.facts(ticket))

    def seen(self, call: int) -> int:
        """How many alerts of a call the journals of alert groups account for."""
        with self.store.reading() as session:
            commands = session.query(Command).filter(Command.key.like(f"inbox:{call}:%"))
            asked = {command.id: command.ticket for command in commands}
        facts = [fact for ticket in sorted(set(asked.values())) for fact in self.facts(ticket)]
        return sum(
            fact["data"]["counts"]["alerts"] for fact in facts if fact["command"] in asked and "counts" in fact["data"]
        )

    async def client(self) -> Client:
        return await connect(self.settings)

    async def proof(self, ticket: str, client: Client | None = None) -> Proof:
        return await prove(self.store, self.settings.secret_keys, ticket, client or await self.client())


@asynccontextmanager
async def rig(settings: Settings, store: Store) -> AsyncIterator[Rig]:
    """A desk with a running engine; whatever else the test starts is stopped too."""
    desk = Rig(settings, store)
    try:
        await desk.start_engine()
        yield desk
    finally:
        for part in (desk.web, desk.worker, desk.engine):
            part.stop()
