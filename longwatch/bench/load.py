"""Callers that call as fast as they are answered, and how long each answer took."""

import asyncio
import math
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
Maker = Callable[[], AbstractContextManager[Callable[[int], object]]]
"""Makes a caller, which is closed afterwards."""
PATIENCE = 120.0
"""Seconds a condition may take before the run is given up."""


@dataclass(frozen=True)
class Timed:
    """Calls a second, and milliseconds a call."""

    rate: float
    p50: float
    p95: float


async def calling(calls: int, callers: int, call: Callable[[int], Awaitable[object]]) -> Timed:
    """So many calls by callers that share one event loop; each gets its number."""
    numbers = iter(range(calls))
    took: list[float] = []

    async def caller() -> None:
        for number in numbers:
            begun = time.perf_counter()
            await call(number)
            took.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return timed(took, time.perf_counter() - begun)


def calling_in_threads(calls: int, makers: Sequence[Maker]) -> Timed:
    """So many calls by callers in threads of their own; each maker makes one caller, outside the time taken."""
    numbers = iter(range(calls))
    lock, took, troubles = threading.Lock(), list[float](), list[BaseException]()
    ready = threading.Barrier(len(makers) + 1)

    def next_number() -> int | None:
        with lock:
            return None if troubles else next(numbers, None)

    def caller(make: Maker) -> None:
        try:
            with make() as call:
                ready.wait(PATIENCE)
                while (number := next_number()) is not None:
                    begun = time.perf_counter()
                    call(number)
                    took.append(time.perf_counter() - begun)
        except Exception as trouble:  # noqa: BLE001 - it is raised again by the thread that waits for all
            troubles.append(trouble)
            ready.abort()

    threads = [threading.Thread(target=caller, args=(make,), daemon=True) for make in makers]
    for thread in threads:
        thread.start()
    with suppress(threading.BrokenBarrierError):  # a caller could not be made: its trouble is raised below
        ready.wait(PATIENCE)
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return timed(took, time.perf_counter() - begun)


def timed(took: Sequence[float], seconds: float) -> Timed:
    """What the times of single calls and of all of them make."""
    return Timed(len(took) / seconds, 1000 * percentile(took, 50), 1000 * percentile(took, 95))


def percentile(values: Sequence[float], share: int) -> float:
    """The smallest value that so many per cent do not exceed (nearest rank). Raises ValueError for no values."""
    if not values:
        raise ValueError("there are no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


async def until(condition: Callable[[], T], every: float = 0.02, patience: float = PATIENCE) -> T:
    """The first true value of a condition that asks the database. Raises TimeoutError after `patience` seconds."""
    async with asyncio.timeout(patience):
        while True:
            value = await asyncio.to_thread(condition)
            if value:
                return value
            await asyncio.sleep(every)
