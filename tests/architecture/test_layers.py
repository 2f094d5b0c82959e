"""The floors of the house: who may know whom."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_part_knows_only_the_floors_below_it() -> None:
    checker = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([checker, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout
