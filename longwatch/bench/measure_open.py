"""Many open tickets, each with its workflow: the memory they take, and their timers when all fall due at one moment."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from longwatch.bench.desk import AGENT, Desk
from longwatch.bench.load import until
from longwatch.bench.measure_openings import opening, settled
from longwatch.bench.memory import proportional
from longwatch.bench.sizes import Sizes
from longwatch.domain.ticket import stamp
from longwatch.messages import INCIDENT
from longwatch.store.acceptance import Request, accept, accept_opening
from longwatch.store.tables import Ticket

FIRST_SHARE, HALF, ALL = 0.0, 0.5, 1.0
SCOUTS = 10
"""One ticket in so many is opened first, to learn how long the others will take."""
MARGIN = 1.5
AHEAD = timedelta(seconds=15)
FAR = timedelta(days=1)
TOGETHER = 500


@dataclass(frozen=True)
class _Planned:
    """Tickets on hold until one moment."""

    numbers: list[str]
    due: datetime


async def measure(desk: Desk, sizes: Sizes) -> dict[str, float]:
    """Megabytes with all of them open; then timers handled a second, and seconds after the moment they were due."""
    scouts = max(1, sizes.open_tickets // SCOUTS)
    begun = time.perf_counter()
    await _opened(desk, scouts, datetime.now(UTC) + FAR)
    pace = (time.perf_counter() - begun) / scouts
    rest = sizes.open_tickets - scouts
    planned = await _opened(desk, rest, datetime.now(UTC) + AHEAD + timedelta(seconds=rest * pace * MARGIN))
    rate = sizes.open_tickets / (time.perf_counter() - begun)
    memory = await asyncio.to_thread(_memory, desk)
    late = await asyncio.to_thread(_lifted, desk, planned)
    return {"open.opened.rate": rate, **memory, **await _storm(desk, planned, late)}


async def _opened(desk: Desk, count: int, until_: datetime) -> _Planned:
    """Tickets that are open, taken, and on hold until a moment."""
    planned = await asyncio.to_thread(_plan, desk, count, until_)
    await settled(desk, planned.numbers)
    return planned


def _plan(desk: Desk, count: int, due: datetime) -> _Planned:
    """Accepts openings that are taken and put on hold at once."""
    numbers: list[str] = []
    for first in range(0, count, TOGETHER):
        with desk.store.writing() as session:
            numbers += [_held(desk, session, number, due) for number in range(first, min(first + TOGETHER, count))]
    return _Planned(numbers, due)


def _held(desk: Desk, session: Session, number: int, due: datetime) -> str:
    ticket = accept_opening(desk.store, session, INCIDENT, opening(number)).ticket
    for action, fields in (("take", {}), ("hold", {"reason": "planned_until", "until": stamp(due)})):
        accept(desk.store, session, Request(ticket, INCIDENT, action, f"user:{AGENT}", fields))
    return ticket


def _memory(desk: Desk) -> dict[str, float]:
    parts = {"engine": desk.engine, "worker": desk.worker, "web": desk.web}
    taken = {name: proportional(part.process.pid) for name, part in parts.items() if part.process is not None}
    return {"memory.all": sum(taken.values()), **{f"memory.{name}": value for name, value in taken.items()}}


async def _storm(desk: Desk, planned: _Planned, late: int) -> dict[str, float]:
    """When the first, half and all of those that waited for the moment were lifted, by the database.

    `late`: as many were opened only after the moment; they are not counted.
    """
    count = len(planned.numbers) - late
    await asyncio.sleep(max(0.0, (planned.due - datetime.now(UTC)).total_seconds()))
    seconds = {}
    for share in (FIRST_SHARE, HALF, ALL):
        wanted = late + min(count, max(1, round(count * share)))
        await until(lambda: _lifted(desk, planned) >= wanted, 0.1, 60 + count)  # noqa: B023 - waited for here
        seconds[share] = (datetime.now(UTC) - planned.due).total_seconds()
    return {
        "timers.count": float(count),
        "timers.rate": count / seconds[ALL],
        "timers.first": seconds[FIRST_SHARE],
        "timers.half": seconds[HALF],
        "timers.last": seconds[ALL],
    }


def _lifted(desk: Desk, planned: _Planned) -> int:
    mine = Ticket.number.between(planned.numbers[0], planned.numbers[-1])
    with desk.store.reading() as session:
        return session.scalar(select(func.count()).where(mine, Ticket.status != "on_hold")) or 0
