"""The whole desk with one command, as a newcomer starts it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from longwatch.settings import Settings
from longwatch.store.acceptance import Request, accept_opening
from longwatch.store.database import Store, open_engine
from longwatch.store.tables import Process
from tests.conftest import free_port, settings_for
from tests.e2e.up import Up, alive, environ, up
from tests.rig import until

pytestmark = pytest.mark.e2e


def desk_in(folder: Path) -> Settings:
    return settings_for(folder, LONGWATCH_ENGINE_UI_PORT=str(free_port()))


def start_in_vain(settings: Settings, **extra: str) -> subprocess.CompletedProcess[str]:
    """`longwatch up` where it cannot work."""
    line = [sys.executable, "-m", "longwatch.cli", "up"]
    return subprocess.run(line, env=environ(settings, **extra), capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def store_of(running: Up) -> Iterator[Store]:
    """The database of a desk, opened beside it."""
    store = Store(open_engine(running.settings.database_url))
    try:
        yield store
    finally:
        store.engine.dispose()


def opened(running: Up, title: str) -> str:
    """A ticket's number, accepted straight into the desk's database."""
    with store_of(running) as store, store.writing() as session:
        asked = Request("", "incident", "open", "user:requester", {"source": "portal"}, {"title": title})
        return accept_opening(store, session, "incident", asked).ticket


def version(running: Up, number: str) -> int:
    with store_of(running) as store, store.reading() as session:
        row = session.get(Process, number)
        return row.version if row else 0


async def test_a_desk_starts_in_an_empty_folder_and_goes_on_with_its_tickets_the_next_time(tmp_path: Path) -> None:
    settings = desk_in(tmp_path / "desk")
    with up(settings) as first:
        await first.until_ready()
        number = opened(first, "The first one")
        await until(lambda: version(first, number))
        family = first.family()
        greeted = first.said()
        code = await asyncio.to_thread(first.interrupt)
    left = [pid for pid in family if alive(pid)]

    with up(settings) as second:
        await second.until_ready()
        before = version(second, number)
        other = opened(second, "The second one")
        await until(lambda: version(second, other))

    assert (code, left) == (0, [])
    assert len(family) >= 4  # engine, worker, web and at least one of its processes
    assert f"http://127.0.0.1:{settings.port}" in greeted
    assert before >= 1
    assert (number, other) == ("INC-000001", "INC-000002")


async def test_two_desks_live_side_by_side(tmp_path: Path) -> None:
    with up(desk_in(tmp_path / "one")) as one, up(desk_in(tmp_path / "two")) as two:
        await one.until_ready()
        await two.until_ready()
        numbers = [opened(desk, "Mine") for desk in (one, two)]
        await until(lambda: version(one, numbers[0]) and version(two, numbers[1]))

        code = await asyncio.to_thread(one.interrupt)

        still = two.ready()
    assert numbers == ["INC-000001", "INC-000001"]
    assert (code, still) == (0, True)


@pytest.mark.parametrize("part", ["engine", "worker", "web"])
async def test_a_part_that_is_killed_is_started_again(tmp_path: Path, part: str) -> None:
    with up(desk_in(tmp_path / "desk")) as running:
        await running.until_ready()
        victim = running.children()[part]

        os.kill(victim, signal.SIGKILL)
        await until(lambda: part in running.children() and running.children()[part] != victim)
        await running.until_ready()

        number = opened(running, "After the fall")
        await until(lambda: version(running, number))
        said = running.said()
    assert f"{part} ended (exit -9); starting it again." in said


@pytest.mark.parametrize("name", ["LONGWATCH_PORT", "LONGWATCH_ENGINE_PORT"])
def test_a_port_in_use_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        done = start_in_vain(desk_in(tmp_path / "desk"), **{name: port})

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert port in line
    assert name in line


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    done = start_in_vain(desk_in(tmp_path / "desk"), LONGWATCH_DATA=str(in_the_way / "desk"))

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert str(in_the_way) in line
    assert "LONGWATCH_DATA" in line
