"""A storm: thousands of alerts of one source at once, while another source has something to say every second."""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import func, select

from longwatch.bench.desk import Desk
from longwatch.bench.http import Caller
from longwatch.bench.load import PATIENCE, Timed, calling_in_threads, until
from longwatch.bench.memory import proportional
from longwatch.bench.sizes import Sizes
from longwatch.store.tables import Ticket
from longwatch.store.tables_alerts import Episode, GroupLine, KnownAlert

CLIENTS = 8
IN_A_CALL = 20
NOISY, QUIET = "storm", "calm"
EVERY = 1.0
"""Seconds between two alerts of the quiet source."""
LONGEST = 10 * PATIENCE


async def measure(desk: Desk, sizes: Sizes) -> dict[str, float]:
    """Sends the storm; the quiet source speaks from its first call until all of it is journalled."""
    hook, calm = desk.source(NOISY, hold_down=0, storm_rate=0), desk.source(QUIET, hold_down=0, storm_rate=0)
    over, most = asyncio.Event(), {"worker": 0.0, "web": 0.0}
    quiet = asyncio.create_task(_quiet(desk, calm, over, most))
    begun = time.perf_counter()
    sending = asyncio.create_task(asyncio.to_thread(_send, desk, hook, sizes))
    await until(lambda: _incidents(desk) >= sizes.storm_groups, 0.2, LONGEST)
    last = time.perf_counter() - begun
    sent = await sending
    await until(lambda: desk.waiting() == 0, 0.2, LONGEST)
    done = time.perf_counter() - begun
    over.set()
    waits = await quiet
    return {
        "storm.accept.rate": sent.rate * IN_A_CALL,
        "storm.last": last,
        "storm.groups.rate": sizes.storm_groups / last,
        "storm.done": done,
        "storm.lost": float(sizes.storm_alerts - _journalled(desk)),
        "storm.quiet.p50": statistics.median(waits),
        "storm.quiet.last": max(waits),
        "storm.memory.worker": most["worker"],
        "storm.memory.web": most["web"],
    }


def _send(desk: Desk, hook: str, sizes: Sizes) -> Timed:
    calls = sizes.storm_alerts // IN_A_CALL
    return calling_in_threads(calls, [partial(_caller, desk, hook, sizes.storm_groups)] * CLIENTS)


@contextmanager
def _caller(desk: Desk, hook: str, groups: int) -> Iterator[Callable[[int], object]]:
    with Caller(desk) as connection:
        yield lambda number: connection.post(hook, {"alerts": _alerts(number, groups)}, 202)


def _alerts(call: int, groups: int) -> list[dict[str, Any]]:
    """Each of another group: no call is about one thing alone, as when a room loses its power."""
    return [_alert(f"rack {number % groups}", number) for number in range(call * IN_A_CALL, (call + 1) * IN_A_CALL)]


def _alert(group: str, number: int) -> dict[str, Any]:
    return {"id": f"{group}/{number}", "group": group, "title": f"{group}: host {number} is down", "severity": "error"}


async def _quiet(desk: Desk, hook: str, over: asyncio.Event, most: dict[str, float]) -> list[float]:
    """One alert a second, each a group of its own; the seconds from its answer until it is an incident."""
    waits: list[asyncio.Task[float]] = []
    number = 0
    while not over.is_set():
        await asyncio.to_thread(_speak, desk, hook, number)
        waits.append(asyncio.create_task(_heard(desk, f"{QUIET} {number}")))
        number += 1
        await asyncio.to_thread(_weigh, desk, most)
        await asyncio.sleep(EVERY)
    return list(await asyncio.gather(*waits))


def _speak(desk: Desk, hook: str, number: int) -> None:
    with Caller(desk) as connection:
        connection.post(hook, _alert(f"{QUIET} {number}", number), 202)


async def _heard(desk: Desk, group: str) -> float:
    begun = time.perf_counter()
    await until(lambda: _incident_of(desk, group), 0.1, LONGEST)
    return time.perf_counter() - begun


def _weigh(desk: Desk, most: dict[str, float]) -> None:
    for name, part in (("worker", desk.worker), ("web", desk.web)):
        if part.process is not None:
            most[name] = max(most[name], proportional(part.process.pid))


def _incidents(desk: Desk) -> int:
    """How many groups of the storm have an incident that stands on the desk."""
    query = select(func.count(Ticket.number)).select_from(Episode).join(Ticket, Ticket.number == Episode.incident)
    with desk.store.reading() as session:
        return session.scalar(query.where(Episode.source == NOISY)) or 0


def _incident_of(desk: Desk, group: str) -> bool:
    query = (
        select(Ticket.number)
        .select_from(KnownAlert)
        .join(Episode, Episode.group == KnownAlert.group)
        .join(Ticket, Ticket.number == Episode.incident)
    )
    with desk.store.reading() as session:
        return session.scalar(query.where(KnownAlert.source == QUIET, KnownAlert.title.like(f"{group}:%"))) is not None


def _journalled(desk: Desk) -> int:
    """The alerts of the storm that the journals of their groups have counted."""
    with desk.store.reading() as session:
        return session.scalar(select(func.sum(GroupLine.alerts)).where(GroupLine.source == NOISY)) or 0
