"""What was made once of a recorded state need not be made again: it cannot change, for facts are never taken back."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

MOST = 4000
"""Lines of lists kept in a process, the latest used ones: some 2 kB each."""


class Remembered:
    """Values by key; the one that was not asked for the longest makes room for a new one."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """The value; none when it was never made, or made room."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key]

    def put(self, key: Hashable, value: Any) -> None:
        """Keeps a value."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            if len(self._held) > self._most:
                self._held.popitem(last=False)

    def forget(self) -> None:
        """Begins again with nothing."""
        with self._lock:
            self._held.clear()
