"""A desk of its own for every test, and its command line."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from longwatch import cli
from longwatch.settings import Settings
from tests.conftest import settings_for


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


Longwatch = Callable[..., Said]


def environ(settings: Settings) -> dict[str, str]:
    """The environment that gives a desk these settings."""
    return {
        "LONGWATCH_DATA": str(settings.data),
        "LONGWATCH_PORT": str(settings.port),
        "LONGWATCH_ENGINE_PORT": str(settings.engine_port),
        "LONGWATCH_SECRET_KEY": ",".join(settings.secret_keys),
    }


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A desk that has nothing yet, not even tables."""
    settings = settings_for(tmp_path / "desk")
    for name, value in environ(settings).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("LONGWATCH_DATABASE_URL", raising=False)
    return settings


@pytest.fixture
def longwatch(fresh: Settings, capfd: pytest.CaptureFixture[str]) -> Longwatch:
    """Runs a command of a desk whose tables are made and seeded."""
    run = bare(capfd)
    assert run("db", "upgrade").code == 0
    assert run("seed", "--demo").code == 0
    return run


def bare(capfd: pytest.CaptureFixture[str]) -> Longwatch:
    """Runs commands and tells what they said."""

    def run(*arguments: str) -> Said:
        capfd.readouterr()
        code = cli.run(list(arguments))
        said = capfd.readouterr()
        return Said(code, said.out, said.err)

    return run


async def typed(capfd: pytest.CaptureFixture[str], *arguments: str) -> Said:
    """Runs a command from a test that has a loop of its own."""
    return await asyncio.to_thread(bare(capfd), *arguments)
