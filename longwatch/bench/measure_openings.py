"""Openings: from accepted to applied, drained by relay and worker, and through the API."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import func, select

from longwatch.bench.desk import AGENT, Desk
from longwatch.bench.http import by_token
from longwatch.bench.load import calling_in_threads, until
from longwatch.bench.sizes import Sizes
from longwatch.bench.stories import ITEMS, WRONG
from longwatch.messages import INCIDENT
from longwatch.store.acceptance import Request, accept_opening
from longwatch.store.tables import Command

CLIENTS = 8


async def measure(desk: Desk, sizes: Sizes) -> dict[str, float]:
    """Applied a second: the incident is journalled with priority, policy, clocks and assignee."""
    numbers = await asyncio.to_thread(accept_openings, desk, sizes.openings)
    begun = time.perf_counter()
    await settled(desk, numbers)
    drained = len(numbers) / (time.perf_counter() - begun)
    one = await asyncio.to_thread(calling_in_threads, sizes.openings // 4, [partial(_caller, desk)])
    begun = time.perf_counter()
    many = await asyncio.to_thread(calling_in_threads, sizes.openings, [partial(_caller, desk)] * CLIENTS)
    await until(lambda: desk.waiting() == 0)
    return {
        "openings.relay.rate": drained,
        "openings.api.p50": one.p50,
        "openings.api.p95": one.p95,
        "openings.api.rate": sizes.openings / (time.perf_counter() - begun),
        "openings.api8.p95": many.p95,
    }


def accept_openings(desk: Desk, count: int) -> list[str]:
    """Accepts openings in one transaction, so that they become visible at one moment; returns their numbers."""
    with desk.store.writing() as session:
        return [accept_opening(desk.store, session, INCIDENT, opening(number)).ticket for number in range(count)]


def opening(number: int) -> Request:
    """An agent's opening for a requester."""
    data = {**_fields(number), "requester": "user:requester", "source": "api", "tags": []}
    return Request("", INCIDENT, "open", f"user:{AGENT}", data, {"title": WRONG[number % len(WRONG)]})


async def settled(desk: Desk, numbers: list[str]) -> None:
    """Returns when every opening is applied."""
    first, last = min(numbers), max(numbers)
    mine = Command.ticket.between(first, last)
    waiting = select(func.count()).where(mine, Command.outcome.is_(None))

    def done() -> bool:
        with desk.store.reading() as session:
            return session.scalar(waiting) == 0

    await until(done, patience=60 + len(numbers))


def _fields(number: int) -> dict[str, Any]:
    return {"impact": 2 + number % 2, "urgency": 2, "ci": ITEMS[number % len(ITEMS)]}


@contextmanager
def _caller(desk: Desk) -> Iterator[Callable[[int], object]]:
    with by_token(desk) as program:
        yield lambda number: program.post(
            "/api/v1/incidents", {**_fields(number), "title": WRONG[number % len(WRONG)]}, 201
        )
