"""Many open tickets, each with its workflow: the memory they take, and their timers when all fall due at one moment."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from longwatch.bench.desk import AGENT, Desk
from longwatch.bench.load import until
from longwatch.bench.measure_openings import opening, settled
from longwatch.bench.memory import proportional
from longwatch.bench.sizes import Sizes
from longwatch.domain.ticket import stamp
from longwatch.messages import INCIDENT
from longwatch.store.acceptance import Request, accept, accept_opening
from longwatch.store.tables import Ticket

SLOWEST = 25
"""Openings a second that are counted on when the moment is chosen."""
AHEAD = timedelta(seconds=20)
TOGETHER = 500
FIRST_SHARE, HALF, ALL = 0.0, 0.5, 1.0


@dataclass(frozen=True)
class _Planned:
    """Tickets on hold until one moment."""

    numbers: list[str]
    due: datetime


async def measure(desk: Desk, sizes: Sizes) -> dict[str, float]:
    """Megabytes with all of them open; then timers handled a second, and seconds after the moment they were due."""
    planned = await asyncio.to_thread(_plan, desk, sizes.open_tickets)
    begun = time.perf_counter()
    await settled(desk, planned.numbers)
    opened = len(planned.numbers) / (time.perf_counter() - begun)
    memory = await asyncio.to_thread(_memory, desk)
    early = len(planned.numbers) - await asyncio.to_thread(_lifted, desk, planned)
    return {"open.opened.rate": opened, **memory, **await _storm(desk, planned, early)}


def _plan(desk: Desk, count: int) -> _Planned:
    """Accepts openings that are taken and put on hold at once, until a moment by which all of them should be open."""
    due = datetime.now(UTC) + AHEAD + timedelta(seconds=count / SLOWEST)
    numbers: list[str] = []
    for first in range(0, count, TOGETHER):
        with desk.store.writing() as session:
            for number in range(first, min(first + TOGETHER, count)):
                ticket = accept_opening(desk.store, session, INCIDENT, opening(number)).ticket
                data = {"reason": "planned_until", "until": stamp(due)}
                for action, fields in (("take", {}), ("hold", data)):
                    accept(desk.store, session, Request(ticket, INCIDENT, action, f"user:{AGENT}", fields))
                numbers.append(ticket)
    return _Planned(numbers, due)


def _memory(desk: Desk) -> dict[str, float]:
    parts = {"engine": desk.engine, "worker": desk.worker, "web": desk.web}
    taken = {name: proportional(part.process.pid) for name, part in parts.items() if part.process is not None}
    return {"memory.all": sum(taken.values()), **{f"memory.{name}": value for name, value in taken.items()}}


async def _storm(desk: Desk, planned: _Planned, early: int) -> dict[str, float]:
    """When the first, half and all of those that waited for the moment were lifted, by the database."""
    before = len(planned.numbers) - early
    await asyncio.sleep(max(0.0, (planned.due - datetime.now(UTC)).total_seconds()))
    seconds = {}
    for share in (FIRST_SHARE, HALF, ALL):
        wanted = before + max(1, round(early * share))
        await until(lambda: _lifted(desk, planned) >= wanted, 0.1, 60 + len(planned.numbers))  # noqa: B023 - waited for here
        seconds[share] = (datetime.now(UTC) - planned.due).total_seconds()
    return {
        "timers.count": float(early),
        "timers.rate": early / seconds[ALL],
        "timers.first": seconds[FIRST_SHARE],
        "timers.half": seconds[HALF],
        "timers.last": seconds[ALL],
    }


def _lifted(desk: Desk, planned: _Planned) -> int:
    mine = Ticket.number.between(planned.numbers[0], planned.numbers[-1])
    with desk.store.reading() as session:
        return session.scalar(select(func.count()).where(mine, Ticket.status != "on_hold")) or 0
