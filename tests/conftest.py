"""Stores, engines and desks for tests: real ones, on free ports, in temporary folders, stopped by what started them."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import hypothesis
import pytest

from longwatch import engine
from longwatch.settings import Settings, read
from longwatch.store.database import Store
from longwatch.up import Part
from tests.furnished import furnished

# A busy machine is no fault of what is tested: how long an example takes says nothing here.
hypothesis.settings.register_profile(
    "desk", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("desk")

pytest_plugins = ["tests.databases"]


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_for(folder: Path, **extra: str) -> Settings:
    """Settings of a desk of its own."""
    return read(
        {
            "LONGWATCH_DATA": str(folder),
            "LONGWATCH_PORT": str(free_port()),
            "LONGWATCH_ENGINE_PORT": str(free_port()),
            "LONGWATCH_SECRET_KEY": "0123456789abcdef" * 4,
            **extra,
        }
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A migrated SQLite database with the demo company."""
    store = furnished(settings)
    yield store
    store.engine.dispose()


@asynccontextmanager
async def running_engine(settings: Settings) -> AsyncIterator[Part]:
    """The real embedded engine."""
    part = Part("engine", engine.command(settings), settings.data / "engine.log")
    part.start()
    try:
        await engine.prepare(settings)
        yield part
    finally:
        part.stop()
