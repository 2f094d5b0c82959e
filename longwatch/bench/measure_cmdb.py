"""The CMDB: a made-up company imported twice, then the impact of its items, lists and searches."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import select

from cmdb.generate import company
from cmdb.impact import impact
from cmdb.reconcile import apply, stage
from longwatch.bench.desk import Desk
from longwatch.bench.http import by_token
from longwatch.bench.load import calling_in_threads
from longwatch.bench.sizes import Sizes
from longwatch.domain.ticket import Actor
from longwatch.store.database import Store
from longwatch.store.tables import Ci

EDITOR = Actor("user:cmdb-editor", roles=("cmdb-editor",))
RELATIONS = 4
"""Relations for each item."""
WARM_UP = 8
SOURCE = "bench"


async def measure(desk: Desk, sizes: Sizes) -> dict[str, float]:
    """Seconds of the imports, milliseconds of everything else."""
    values = {"cmdb.import": await asyncio.to_thread(_imported, desk.store, sizes)}
    values["cmdb.again"] = await asyncio.to_thread(_imported, desk.store, sizes)
    values |= await asyncio.to_thread(_impact, desk.store, sizes)
    asked: dict[str, Callable[[int], str]] = {
        "list": lambda _: "/api/v1/cis?limit=50",
        "search": lambda number: f"/api/v1/cis?limit=50&q=virtual-machine-{number % 100:03d}",
    }
    for name, path in asked.items():
        maker = partial(_caller, desk, path)
        await asyncio.to_thread(calling_in_threads, WARM_UP, [maker] * 2)
        took = await asyncio.to_thread(calling_in_threads, sizes.pages, [maker])
        values[f"cmdb.{name}.p95"] = took.p95
    return values


def _imported(store: Store, sizes: Sizes) -> float:
    begun = time.perf_counter()
    run = stage(store, SOURCE, company(sizes.items, sizes.items * RELATIONS), EDITOR, complete=True)
    apply(store, run, EDITOR)
    return time.perf_counter() - begun


def _impact(store: Store, sizes: Sizes) -> dict[str, float]:
    """Of items taken at random, each once."""
    took = []
    with store.reading() as session:
        items = list(session.scalars(select(Ci.id).order_by(Ci.id)))
        for ci in random.Random(1).sample(items, min(len(items), sizes.pages * 2)):  # noqa: S311 - the same items every time
            begun = time.perf_counter()
            impact(session, ci)
            took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    return {"cmdb.impact.p50": took[len(took) // 2], "cmdb.impact.p95": took[len(took) * 95 // 100]}


@contextmanager
def _caller(desk: Desk, path: Callable[[int], str]) -> Iterator[Callable[[int], object]]:
    with by_token(desk) as caller:
        yield lambda number: caller.get(path(number))
