"""A stored history: the runs of a ticket as the engine told them, and its journal as it stood."""

import asyncio
import gzip
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from temporalio.client import WorkflowHistory

from longwatch.domain.ticket import Line
from workflows.replay import replay

FOLDER = Path(__file__).parent / "data"
KEYS = ("0123456789abcdef" * 4,)
"""The key all of them were recorded with."""


@dataclass(frozen=True)
class Stored:
    """What is kept of one ticket's life. `runs` are the engine's own JSON, payloads encrypted."""

    ticket: str
    life: str
    runs: list[str]
    lines: list[Line]

    def write(self, folder: Path) -> None:
        """Under the name of its life; the same life makes the same bytes but for ids and times."""
        text = json.dumps(asdict(self), separators=(",", ":"))
        (folder / f"{self.life}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def read(path: Path) -> Stored:
    """A stored history from its file."""
    kept = json.loads(gzip.decompress(path.read_bytes()))
    return Stored(kept["ticket"], kept["life"], kept["runs"], [Line(**line) for line in kept["lines"]])


async def rebuilt(stored: Stored) -> list[Line]:
    """The journal that today's code makes of the runs. Raises AssertionError where it does not follow them."""
    lines: dict[int, Line] = {}
    for run in stored.runs:
        replayed = await replay(KEYS, WorkflowHistory.from_json(stored.ticket, run))
        assert replayed.problem is None, f"{stored.life}: {replayed.problem}"
        lines |= {line.seq: line for line in replayed.lines}
    return [lines[seq] for seq in sorted(lines)]


def fingerprint(lines: Sequence[Line]) -> str:
    """One hash over all of a journal."""
    return hashlib.sha256(json.dumps([asdict(line) for line in lines]).encode()).hexdigest()


async def _all() -> dict[str, str]:
    return {path.name: fingerprint(await rebuilt(read(path))) for path in sorted(FOLDER.glob("*.json.gz"))}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_all())))
