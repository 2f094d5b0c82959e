"""A tiny run of the bench: everything is measured, nothing is judged."""

import json
import os
from pathlib import Path

import pytest

from longwatch import cli
from longwatch.bench.postgres import programs
from longwatch.bench.rows import GROUPS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


def test_a_quick_run_measures_every_row_and_leaves_no_process_behind(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    before = _children()

    code = cli.run(["bench", "--quick", "--json", str(tmp_path / "figures.json")])

    table = capfd.readouterr().out
    figures = json.loads((tmp_path / "figures.json").read_text())
    rows = [row for group in GROUPS.values() for row in group]
    assert code == 0
    assert [row.label for row in rows if row.label not in table] == []
    assert sorted(figures) == sorted(row.key for row in rows if programs() or "postgres" not in row.key)
    assert table.count("not measured") == len(rows) - len(figures)
    assert _children() - before == set()


def test_what_is_called_nothing_cannot_be_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path))

    code = cli.run(["bench", "--only", "happiness"])

    assert code == 1
    assert "Names are: bare, pages, alerts, storm, openings, commands, open, cmdb." in capsys.readouterr().err


def _children() -> set[str]:
    """What this process started and has not ended, by its command line: other tests' servers run meanwhile."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    pids = [pid for task in tasks for pid in task.read_text().split()]
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() for pid in pids]
    return {line for line in lines if "longwatch" in line or "temporal" in line}
