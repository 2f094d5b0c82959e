"""One run: a desk is made, filled, measured and thrown away."""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path

from longwatch.bench import (
    measure_alerts,
    measure_bare,
    measure_cmdb_postgres,
    measure_commands,
    measure_open,
    measure_openings,
    measure_pages,
    measure_storm,
    report,
    stock,
)
from longwatch.bench.desk import Desk
from longwatch.bench.load import until
from longwatch.bench.report import say
from longwatch.bench.rows import GROUPS
from longwatch.bench.sizes import Sizes
from longwatch.engine import port_free

Measure = Callable[[Desk, Sizes], Awaitable[dict[str, float]]]

ALONE: Mapping[str, Measure] = {
    "pages": measure_pages.measure,
    "alerts": measure_alerts.measure,
    "storm": measure_storm.measure,
    "cmdb": measure_cmdb_postgres.measure,
}
IN_TURNS: Mapping[str, Measure] = {
    "bare": measure_bare.measure,
    "openings": measure_openings.measure,
    "commands": measure_commands.measure,
}
"""Taken in turns, round after round, so that whatever else the machine does falls on all of them alike."""
LAST: Mapping[str, Measure] = {"open": measure_open.measure}
LONGEST = 3600
"""Seconds after which a run is given up."""


def run(sizes: Sizes, only: Sequence[str] = (), target: Path | None = None) -> int:
    """Measures, prints the table and keeps the figures as JSON if asked. Returns the exit code."""
    groups = [name for name in GROUPS if not only or name in only or name in _needed(only)]
    with tempfile.TemporaryDirectory(prefix="longwatch-bench-") as folder:
        desk = Desk(Path(folder))
        try:
            values = asyncio.run(_measured(desk, sizes, groups))
        finally:
            desk.stop()
    print(report.table(values, groups))
    if target is not None:
        target.write_text(json.dumps(report.data(values, groups), indent=2) + "\n")
    return 0


def _needed(only: Iterable[str]) -> list[str]:
    """What is set against the bare limits needs them from the same run."""
    return ["bare"] if {"openings", "commands", "storm"} & set(only) else []


async def _measured(desk: Desk, sizes: Sizes, groups: Sequence[str]) -> dict[str, float]:
    async with asyncio.timeout(LONGEST):
        say(f"filling a desk with {sizes.tickets:,} tickets ...")
        await asyncio.to_thread(desk.set_up)
        await asyncio.to_thread(stock.fill, desk.store.engine, sizes.tickets)
        await desk.start()
        await until(lambda: not port_free(desk.settings.port))
        values = await _each(desk, sizes, ALONE, groups)
        turns = [await _each(desk, sizes, IN_TURNS, groups) for _ in range(sizes.rounds)]
        values |= {key: statistics.median(turn[key] for turn in turns) for key in turns[0]}
        desk.bare.stop()
        return values | await _each(desk, sizes, LAST, groups)


async def _each(desk: Desk, sizes: Sizes, measures: Mapping[str, Measure], groups: Sequence[str]) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, measure in measures.items():
        if name in groups:
            begun = time.perf_counter()
            values |= await measure(desk, sizes)
            say(f"{name}: {time.perf_counter() - begun:.0f} s")
    return values
