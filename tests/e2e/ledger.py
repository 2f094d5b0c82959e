"""What clients asked and what they were told: written down on their side, compared with the desk's in the end."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

TIMEOUT = (1, 8)
"""Seconds to be let in, and to be answered."""
PAUSE = 0.2
"""Seconds before the same request is sent again."""


@dataclass
class Entry:
    """One intent and, once it came, the answer to it. No answer means unknown: it may have been done, but once."""

    what: str
    key: str
    body: Mapping[str, Any]
    status: int | None = None
    answer: dict[str, Any] = field(default_factory=dict)
    tries: int = 0

    @property
    def acknowledged(self) -> bool:
        """Whether the desk promised it."""
        return self.status is not None and self.status < 300


class Ledger:
    """The entries of all clients."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []

    def intend(self, what: str, key: str, body: Mapping[str, Any]) -> Entry:
        """Writes down what is about to be asked."""
        entry = Entry(what, key, body)
        with self._lock:
            self._entries.append(entry)
        return entry

    def answered(self) -> int:
        """How many intents have their answer."""
        with self._lock:
            return sum(entry.status is not None for entry in self._entries)

    def of(self, what: str) -> list[Entry]:
        """The entries of one kind."""
        with self._lock:
            return [entry for entry in self._entries if entry.what == what]


class Client(threading.Thread):
    """Sends one request after another; each with its own key, again and again until it is answered or time is up."""

    def __init__(
        self, ledger: Ledger, stopping: threading.Event, name: str, address: str, token: str | None = None
    ) -> None:
        super().__init__(name=name)
        self.ledger = ledger
        self.stopping = stopping
        self.address = address
        self._token = token

    def send(self, what: str, url: str, key: str, body: Mapping[str, Any]) -> Entry:
        """One request, until it is answered with anything but trouble of the desk's own."""
        entry = self.ledger.intend(what, key, body)
        while not self.stopping.is_set():
            entry.tries += 1
            response = self._try(url, key, body)
            if response is not None and response.status_code < 500:
                entry.answer = response.json()
                entry.status = response.status_code
                break
            self.stopping.wait(PAUSE)
        return entry

    def _try(self, url: str, key: str, body: Mapping[str, Any]) -> requests.Response | None:
        headers = {"Idempotency-Key": key, "Connection": "close"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            return requests.post(url, json=body, headers=headers, timeout=TIMEOUT)
        except requests.RequestException:
            return None
