"""A desk with the real web, database and rules; only the engine is played, in this process."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from longwatch.settings import Settings
from longwatch.store import people
from longwatch.store.database import Store
from longwatch.store.tables import Source
from tests.conftest import settings_for
from tests.furnished import furnished
from tests.web.loops_in_process import LoopsInProcess
from web import commands, create_app
from web.auth import guard


@dataclass
class WebDesk:
    """One installation, and ways to ask it."""

    app: Flask
    store: Store
    loops: LoopsInProcess
    settings: Settings

    def client(self) -> FlaskClient:
        """A browser that nobody has signed in with."""
        return self.app.test_client()

    def api(self, login: str = "agent2") -> "Program":
        """A program with a token of that person; routing gives new tickets to `agent`, so this is somebody else."""
        with self.store.writing() as session:
            token = people.create_token(self.store, session, login)
        return Program(self.app.test_client(), token)

    def source(self, kind: str = "generic", name: str = "watcher") -> str:
        """The hook path of a new monitoring source."""
        key = f"key-of-{name}-{kind}"
        with self.store.writing() as session:
            now = self.store.now(session)
            session.add(Source(name=name, kind=kind, key_sha256=people.secret_digest(key), created_at=now))
        return f"/hooks/{kind}/{key}"


@dataclass
class Program:
    """A caller of the API."""

    client: FlaskClient
    token: str

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self._headers(options), **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        body = {} if json is None else {"json": json}
        return self.client.post(f"/api/v1{path}", headers=self._headers(options), **body, **options)

    def opened(self, title: str = "Mail is down", **fields: Any) -> dict[str, Any]:
        """A new incident, as the answer tells it."""
        response = self.post("/incidents", {"title": title, **fields})
        assert response.status_code == 201, response.get_data(as_text=True)
        ticket: dict[str, Any] = response.get_json()
        return ticket

    def ticket(self, number: str) -> dict[str, Any]:
        """The ticket as it is now."""
        found: dict[str, Any] = self.get(f"/tickets/{number}").get_json()
        return found

    def _headers(self, options: dict[str, Any]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}


def running(settings: Settings) -> Iterator[WebDesk]:
    """The desk for these settings, stopped in the end."""
    store = furnished(settings)
    event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    loops = LoopsInProcess(store)
    app = create_app(settings, store, loops=loops)
    app.testing = True
    guard.limiter.reset()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    loops.start()
    yield WebDesk(app, store, loops, settings)
    loops.stop()
    store.engine.dispose()


@pytest.fixture(autouse=True)
def _unhurried_and_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine: openings are waited for, and passwords cost next to nothing."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(people, "_HASHER", cheap)
    monkeypatch.setattr(people, "_NOBODY", cheap.hash("nobody"))
    monkeypatch.setattr(commands, "OPENING_PATIENCE", 30)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[WebDesk]:
    """A demo desk on this machine."""
    yield from running(settings_for(tmp_path, LONGWATCH_DEMO="1"))


@pytest.fixture
def public_desk(tmp_path: Path) -> Iterator[WebDesk]:
    """A desk for real, served by https."""
    base = "https://desk.example.net"
    yield from running(settings_for(tmp_path, LONGWATCH_ENV="production", LONGWATCH_BASE_URL=base))
