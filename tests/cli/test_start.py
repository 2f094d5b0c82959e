"""What keeps a desk from starting is told in one clear line, with a non-zero exit."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from longwatch.settings import Settings
from tests.cli.conftest import Longwatch, bare

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["LONGWATCH_PORT", "LONGWATCH_ENGINE_PORT"])
def test_a_port_in_use_is_named_with_its_setting(fresh: Settings, capfd: pytest.CaptureFixture[str], name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", fresh.port if name == "LONGWATCH_PORT" else fresh.engine_port))
        taken.listen()
        said = bare(capfd)("up")

    assert said.code == 1
    port = taken_port(fresh, name)
    assert said.err == f"longwatch: Port {port} is in use. Stop what listens there, or set {name} to a free port.\n"


def taken_port(settings: Settings, name: str) -> int:
    return settings.port if name == "LONGWATCH_PORT" else settings.engine_port


def test_a_data_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("LONGWATCH_DATA", str(file / "desk"))
    said = bare(capfd)("up")

    assert said.code == 1
    assert f"The data folder {file / 'desk'} cannot be written" in said.err
    assert "Set LONGWATCH_DATA" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("LONGWATCH_PORT=http", "LONGWATCH_PORT must be a port number"),
        ("LONGWATCH_SECRET_KEY=short", "LONGWATCH_SECRET_KEY is too short"),
        ("LONGWATCH_DATABASE_URL=not an address", "LONGWATCH_DATABASE_URL is no address of a database"),
    ],
)
@pytest.mark.usefixtures("fresh")
def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], setting: str, told: str
) -> None:
    name, _, value = setting.partition("=")
    monkeypatch.setenv(name, value)
    said = bare(capfd)("db", "upgrade")

    assert said.code == 1
    assert told in said.err
    assert said.err.count("\n") == 1


def test_a_database_that_is_away_is_told_in_one_line_without_its_password(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LONGWATCH_DATABASE_URL", f"postgresql://desk:s3cret@127.0.0.1:{fresh.port}/desk")
    said = bare(capfd)("seed")

    assert said.code == 1
    assert said.err.startswith("longwatch: the database cannot be used:")
    assert said.err.count("\n") == 1
    assert "s3cret" not in said.err


def test_production_refuses_the_embedded_engine_and_a_key_of_its_own_making(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert fresh.data.exists()
    monkeypatch.setenv("LONGWATCH_ENV", "production")
    engine = bare(capfd)("engine")
    monkeypatch.delenv("LONGWATCH_SECRET_KEY")
    key = bare(capfd)("web")

    assert (engine.code, "set LONGWATCH_TEMPORAL_ADDRESS to a Temporal cluster" in engine.err) == (1, True)
    assert (key.code, "LONGWATCH_SECRET_KEY must be set in production" in key.err) == (1, True)


def test_make_refuses_an_old_python_in_one_line(tmp_path: Path) -> None:
    """A program that answers as Python 3.9 would, to the very question the Makefile asks."""
    old = tmp_path / "python3.9"
    pretence = "import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2'; exec(sys.argv[1])"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{pretence}" "$2"\n')
    old.chmod(0o755)
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text("")
    made = subprocess.run(
        ["make", "run", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert made.returncode != 0
    assert "Longwatch needs Python 3.11 or newer; this is 3.9.2. Set PYTHON=" in made.stderr
    assert not (tmp_path / ".venv").exists()


def test_upgrades_by_two_processes_at_once_both_succeed(fresh: Settings) -> None:
    line = [sys.executable, "-m", "longwatch.cli", "db", "upgrade"]
    both = [subprocess.Popen(line, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate(timeout=60)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert said == [b"The database is up to date.\n"] * 2
    assert (fresh.data / "longwatch.db").exists()


def test_every_command_says_what_it_does(longwatch: Longwatch, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        longwatch("--help")

    told = capfd.readouterr().out
    for name in ("up", "web", "worker", "engine", "db", "seed", "user", "token", "source", "verify", "replay"):
        assert re.search(rf"^ +{name} ", told, re.MULTILINE)
    for name in ("backup", "restore", "rebuild", "doctor", "bench"):
        assert re.search(rf"^ +{name} ", told, re.MULTILINE)
