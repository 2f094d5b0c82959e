"""Many threads that begin at the same instant."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def at_once(many: int, work: Callable[[int], T]) -> list[T]:
    """What each of `many` threads returned. Raises what one of them raised."""
    ready = threading.Barrier(many)

    def one(position: int) -> T:
        ready.wait(30)
        return work(position)

    with ThreadPoolExecutor(many) as pool:
        return [future.result(120) for future in [pool.submit(one, position) for position in range(many)]]
