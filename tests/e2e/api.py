"""The doors of a desk as programs use them."""

from typing import Any

import requests

from tests.rig import Rig


class Api:
    """Requests in somebody's name; each answer knows how long it took (`elapsed`)."""

    def __init__(self, desk: Rig, login: str) -> None:
        self._desk = desk.address
        self._address = f"{desk.address}/api/v1"
        self._headers = {"Authorization": f"Bearer {desk.token(login)}"}

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self._address}{path}", headers=self._headers, timeout=30)

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return requests.post(f"{self._address}{path}", json=body, headers=self._headers, timeout=30)

    def health(self, page: str) -> int:
        """The status code of a page for operators."""
        return requests.get(f"{self._desk}{page}", timeout=30).status_code


def call(hook: str, alert: dict[str, Any]) -> requests.Response:
    """A monitoring tool's call."""
    return requests.post(hook, json=alert, timeout=30)
