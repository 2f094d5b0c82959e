"""Group commit: who writes at the same moment is written together, and each waits until it is on the disk.

A durable commit costs the disk's own time, whatever is in it. Those who come while one is under way wait for it, then
one of them writes for all.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from longwatch.store.database import Store

T = TypeVar("T")

MOST = 64
"""Items in one transaction: it must stay short, for others write too."""


@dataclass
class _Item(Generic[T]):
    value: T
    settled: bool = False
    error: BaseException | None = None


class Together(Generic[T]):
    """Writes items of one sort; `write` puts several of them into one transaction."""

    def __init__(self, store: Store, write: Callable[[Session, Sequence[T]], None]) -> None:
        self._store = store
        self._write = write
        self._waiting: deque[_Item[T]] = deque()
        self._turn = threading.Lock()

    def put(self, value: T) -> None:
        """Returns when the item is durable. Raises what the database raised; nothing of it is written then."""
        item = _Item(value)
        self._waiting.append(item)
        while not item.settled:
            with self._turn:
                if not item.settled:  # nobody has taken it along
                    self._commit()
        if item.error is not None:
            raise item.error

    def _commit(self) -> None:
        items = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        try:
            with self._store.writing() as session:
                self._write(session, [item.value for item in items])
        except BaseException as error:  # each of them must hear of it
            for item in items:
                item.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            for item in items:
                item.settled = True
