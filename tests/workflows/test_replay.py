"""Stored histories on today's code: every ticket that ever lived so still proves itself, line by line, hash by hash."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from longwatch.domain.ticket import broken_link
from tests.histories.stored import FOLDER, fingerprint, read, rebuilt

ROOT = Path(__file__).parents[2]
STORED = sorted(FOLDER.glob("*.json.gz"))
A_DOZEN = 12


def name_of(path: Path) -> str:
    return path.name.removesuffix(".json.gz")


@pytest.mark.parametrize("path", STORED, ids=name_of)
async def test_a_stored_history_makes_the_journal_it_made_then(path: Path) -> None:
    stored = read(path)

    lines = await rebuilt(stored)

    assert lines == stored.lines
    assert broken_link(lines) is None


def test_the_order_of_hashes_in_memory_makes_no_difference() -> None:
    told = [_replayed_under(seed) for seed in ("0", "1")]

    assert told[0] == told[1] == {path.name: fingerprint(read(path).lines) for path in STORED}


def _replayed_under(seed: str) -> dict[str, str]:
    """What a fresh interpreter with this PYTHONHASHSEED makes of all stored histories."""
    line = [sys.executable, "-m", "tests.histories.stored"]
    done = subprocess.run(
        line,
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_the_stored_lives_are_of_every_sort() -> None:
    lives = {name_of(path): read(path) for path in STORED}

    runs = {name: len(stored.runs) for name, stored in lives.items()}
    facts = {json.loads(line.text)["type"] for stored in lives.values() for line in stored.lines}
    assert len(lives) >= A_DOZEN
    assert runs["busy-in-many-runs"] > 5
    assert runs["lost-and-rebuilt"] == 2
    assert {"killed-before-commit", "killed-after-commit", "killed-and-left-alone"} <= set(lives)
    assert {"Held", "Reopened", "Sealed", "RungOvertaken", "ClockBreached", "AlertsSeen", "AlertChanged"} <= facts
