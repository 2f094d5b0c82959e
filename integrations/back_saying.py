"""Carries an exchange with a tool out: request by request, all of them within one stretch of time."""

import time
from collections.abc import Callable

from integrations.back_call import Done, Exchange
from integrations.outbound import Outbound, Unreachable

LONGEST_REQUEST = 8.0
"""Seconds that one request may take."""


def carried(
    exchange: Exchange, outbound: Outbound, seconds: float, clock: Callable[[], float] = time.monotonic
) -> Done:
    """What came of it. Raises NotAllowed, Unreachable, Declined and TryAgain."""
    ends = clock() + seconds
    try:
        ask = next(exchange)
        while True:
            left = min(ends - clock(), LONGEST_REQUEST)
            if left <= 0:
                raise Unreachable("The tool took too long to answer.")
            ask = exchange.send(outbound.ask(ask.method, ask.url, ask.headers, ask.body, seconds=left, most=ask.most))
    except StopIteration as end:
        done: Done = end.value
        return done
    finally:
        exchange.close()
