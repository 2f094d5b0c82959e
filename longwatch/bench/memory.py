"""What processes really take of the memory: pages they share are counted once (PSS), as Linux tells it."""

from collections.abc import Iterator
from pathlib import Path

KILOBYTES_IN_MB = 1024


def proportional(pid: int) -> float:
    """Megabytes of a process and all its descendants; one that ended meanwhile takes none."""
    return sum(_own(process) for process in _family(pid))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _family(int(child))


def _own(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / KILOBYTES_IN_MB
