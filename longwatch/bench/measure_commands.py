"""Commands: what somebody waits for who writes into a ticket, through the web and through the engine's client alone."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from longwatch.bench.desk import AGENT, Desk
from longwatch.bench.http import by_token
from longwatch.bench.load import Timed, calling_in_threads, timed
from longwatch.bench.measure_openings import accept_openings, settled
from longwatch.bench.sizes import Sizes
from longwatch.bench.stories import SAID
from longwatch.domain.draft import Outcome
from longwatch.messages import INCIDENT
from longwatch.store.acceptance import Request, accept
from longwatch.temporal import connect

TICKETS = 16
CLIENTS = 8


async def measure(desk: Desk, sizes: Sizes) -> dict[str, float]:
    """Milliseconds of a message, each to the next of a few tickets that are in the worker's memory."""
    numbers = await asyncio.to_thread(accept_openings, desk, TICKETS)
    await settled(desk, numbers)
    await asyncio.to_thread(calling_in_threads, TICKETS, [partial(_web, desk, numbers)])
    web = await asyncio.to_thread(calling_in_threads, sizes.commands, [partial(_web, desk, numbers)])
    many = await asyncio.to_thread(calling_in_threads, sizes.commands * 2, [partial(_web, desk, numbers)] * CLIENTS)
    client = await _client(desk, numbers, sizes.commands)
    return {
        "commands.web.p50": web.p50,
        "commands.web.p95": web.p95,
        "commands.web8.rate": many.rate,
        "commands.web8.p95": many.p95,
        "commands.client.p50": client.p50,
        "commands.client.p95": client.p95,
    }


@contextmanager
def _web(desk: Desk, numbers: list[str]) -> Iterator[Callable[[int], object]]:
    with by_token(desk) as program:
        yield lambda number: program.post(
            f"/api/v1/tickets/{numbers[number % len(numbers)]}/messages",
            {"text": SAID[number % len(SAID)], "public": False},
            201,
        )


async def _client(desk: Desk, numbers: list[str], count: int) -> Timed:
    """Only the engine's part is timed: each command is accepted just before, as the web accepts it."""
    client = await connect(desk.settings)
    took = []
    for number in range(count):
        ticket = numbers[number % len(numbers)]
        command = await asyncio.to_thread(_accepted, desk, ticket)
        begun = time.perf_counter()
        handle = client.get_workflow_handle(ticket)
        await handle.execute_update("message", command, id=command, result_type=Outcome)
        took.append(time.perf_counter() - begun)
    return timed(took, sum(took))


def _accepted(desk: Desk, ticket: str) -> str:
    request = Request(ticket, INCIDENT, "message", f"user:{AGENT}", {"public": False}, {"body": SAID[0]}, at_once=True)
    with desk.store.writing() as session:
        return accept(desk.store, session, request).id
