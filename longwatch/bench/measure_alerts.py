"""Alerts: how many calls of monitoring tools are stored and answered, and how soon all of them are carried out."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from longwatch.bench.desk import Desk
from longwatch.bench.http import Caller
from longwatch.bench.load import PATIENCE, Timed, calling_in_threads, until
from longwatch.bench.sizes import Sizes
from longwatch.bench.stories import ITEMS

CLIENTS = 8
IN_A_CALL = 20


async def measure(desk: Desk, sizes: Sizes) -> dict[str, float]:
    """Calls of twenty, then calls of one, then the rest until nothing waits."""
    begun = time.perf_counter()
    many = await asyncio.to_thread(_send, desk, sizes.alert_calls // 2, IN_A_CALL)
    one = await asyncio.to_thread(_send, desk, sizes.alert_calls * 2, 1)
    await until(lambda: desk.waiting() == 0, patience=5 * PATIENCE)
    alerts = sizes.alert_calls // 2 * IN_A_CALL + sizes.alert_calls * 2
    return {
        "alerts.many.rate": many.rate * IN_A_CALL,
        "alerts.many.p95": many.p95,
        "alerts.one.rate": one.rate,
        "alerts.one.p95": one.p95,
        "alerts.done.rate": alerts / (time.perf_counter() - begun),
    }


def _send(desk: Desk, calls: int, size: int) -> Timed:
    return calling_in_threads(calls, [partial(_caller, desk, size)] * CLIENTS)


@contextmanager
def _caller(desk: Desk, size: int) -> Iterator[Callable[[int], object]]:
    with Caller(desk) as connection:
        yield lambda number: connection.post(desk.hook, _call(number, size), 202)


def _call(number: int, size: int) -> dict[str, Any]:
    """Alerts about the demo company's items, as small scripts send them."""
    alerts = [_alert(number * size + place) for place in range(size)]
    return alerts[0] if size == 1 else {"alerts": alerts}


def _alert(number: int) -> dict[str, Any]:
    item = ITEMS[number % len(ITEMS)]
    return {
        "title": f"Disk {number % 40} of {item} is nearly full",
        "fingerprint": f"disk:{item}:{number % 40}",
        "severity": ("warning", "error", "critical")[number % 3],
        "text": "Less than 5 % are left; at the present rate it is full within two hours.",
        "ci": item,
        "labels": {"job": "node", "instance": f"{item}.example.net:9100", "mountpoint": f"/srv/{number % 40}"},
    }
