"""Reading: the queue's page, a ticket's page and the JSON list on a full desk, with one client and with eight."""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from longwatch.bench.desk import Desk
from longwatch.bench.http import Caller, by_token, signed_in
from longwatch.bench.load import calling_in_threads
from longwatch.bench.sizes import Sizes

MANY = 8
QUEUE = "/q/open"
LIST = "/api/v1/tickets?status=open&order=due&limit=50"
WARM_UP = 8


async def measure(desk: Desk, sizes: Sizes) -> dict[str, float]:
    """Milliseconds at the median and at the 95th percentile."""
    numbers = random.Random(1).choices(range(1, sizes.tickets + 1), k=sizes.pages)  # noqa: S311 - the same tickets every time
    asked: dict[str, tuple[Callable[[Desk], Caller], Callable[[int], str]]] = {
        "queue": (signed_in, lambda _: QUEUE),
        "ticket": (signed_in, lambda number: f"/t/INC-{numbers[number % len(numbers)]:06d}"),
        "list": (by_token, lambda _: LIST),
    }
    values: dict[str, float] = {}
    for name, (connect, path) in asked.items():
        maker = partial(_caller, desk, connect, path)
        await asyncio.to_thread(calling_in_threads, WARM_UP, [maker] * 2)
        for clients in (1, MANY):
            took = await asyncio.to_thread(calling_in_threads, sizes.pages * (1 + clients // MANY), [maker] * clients)
            values |= {f"pages.{name}{clients}.p50": took.p50, f"pages.{name}{clients}.p95": took.p95}
    return values


@contextmanager
def _caller(
    desk: Desk, connect: Callable[[Desk], Caller], path: Callable[[int], str]
) -> Iterator[Callable[[int], object]]:
    with connect(desk) as caller:
        yield lambda number: caller.get(path(number))
