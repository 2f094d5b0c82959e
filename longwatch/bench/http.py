"""Clients that keep their connection, as monitoring tools and browsers do."""

import http.client
import json
import re
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlencode

from longwatch.bench.desk import AGENT, PASSWORD, Desk

TIMEOUT = 60


class Unexpected(Exception):  # noqa: N818 - an answer, which the text tells
    """The desk answered something that the measure did not ask for."""


class Caller:
    """One kept connection to the web."""

    def __init__(self, desk: Desk, headers: Mapping[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", desk.settings.port, timeout=TIMEOUT)
        self._headers = dict(headers or {})

    def call(self, method: str, path: str, expected: int, body: bytes = b"", kind: str = "application/json") -> bytes:
        """The body of the answer. Raises Unexpected for any other status."""
        headers = {**self._headers, **({"Content-Type": kind} if body else {})}
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != expected:
            raise Unexpected(f"{method} {path}: {answer.status} {text[:300].decode(errors='replace')}")
        self._cookies(answer)
        return text

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str) -> bytes:
        """A page, or JSON."""
        return self.call("GET", path, 200)

    def post(self, path: str, data: Mapping[str, Any], expected: int) -> Any:
        """Sends JSON; returns what came back."""
        return json.loads(self.call("POST", path, expected, json.dumps(data).encode()))

    def _cookies(self, answer: http.client.HTTPResponse) -> None:
        kept = [value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        if kept:
            self._headers["Cookie"] = "; ".join(kept)


def by_token(desk: Desk) -> Caller:
    """A program that acts as the agent."""
    return Caller(desk, {"Authorization": f"Bearer {desk.token}"})


def signed_in(desk: Desk) -> Caller:
    """The agent's browser. Raises Unexpected when the sign-in page has changed."""
    browser = Caller(desk)
    page = browser.get("/sign-in").decode()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if found is None:
        raise Unexpected("The sign-in page has no csrf_token.")
    form = urlencode({"csrf_token": found[1], "login": AGENT, "password": PASSWORD}).encode()
    browser.call("POST", "/sign-in", 303, form, "application/x-www-form-urlencoded")
    return browser
