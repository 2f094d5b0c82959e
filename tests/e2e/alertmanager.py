"""The real Alertmanager as a process of the test."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from longwatch.up import Part
from tests.conftest import free_port
from tests.rig import until


def program() -> str:
    """Its program. Skips the test where it is missing; in continuous integration that is a failure."""
    found = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    if found:
        return found
    reason = "Alertmanager is not installed: apt install prometheus-alertmanager"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class Alertmanager:
    """One instance, alone in its cluster; tells the desk of every alert singly, and of its end within a second."""

    def __init__(self, part: Part, port: int) -> None:
        self.part = part
        self.address = f"http://127.0.0.1:{port}"

    def ready(self) -> bool:
        try:
            return requests.get(f"{self.address}/-/ready", timeout=2).ok
        except requests.RequestException:
            return False

    def fire(self, name: str, instance: str, severity: str, **more: str) -> None:
        """As Prometheus does, alert by alert."""
        self._post([alert(name, instance, severity, **more)])

    def resolve(self, name: str, instance: str, severity: str) -> None:
        """The same alert, ended."""
        self._post([{**alert(name, instance, severity), "endsAt": "2026-01-01T00:00:00Z"}])

    def alerts(self) -> list[dict[str, Any]]:
        """What it knows, with its fingerprints."""
        known: list[dict[str, Any]] = requests.get(f"{self.address}/api/v2/alerts", timeout=5).json()
        return known

    def silences(self, *states: str) -> list[dict[str, Any]]:
        """The silences it knows; those in one of these states alone, where any is named."""
        known = requests.get(f"{self.address}/api/v2/silences", timeout=5).json()
        return [each for each in known if not states or each["status"]["state"] in states]

    def silenced(self, name: str) -> bool:
        """Whether every alert of this name is silenced."""
        alerts = [each for each in self.alerts() if each["labels"]["alertname"] == name]
        return bool(alerts) and all(each["status"]["state"] == "suppressed" for each in alerts)

    def _post(self, alerts: list[dict[str, Any]]) -> None:
        requests.post(f"{self.address}/api/v2/alerts", json=alerts, timeout=5).raise_for_status()


def alert(name: str, instance: str, severity: str, **more: str) -> dict[str, Any]:
    labels = {"alertname": name, "instance": instance, "severity": severity, **more}
    return {"labels": labels, "annotations": {"summary": f"{name} on {instance}"}, "startsAt": "2025-12-31T23:00:00Z"}


@asynccontextmanager
async def alertmanager(folder: Path, hook: str) -> AsyncIterator[Alertmanager]:
    """A running Alertmanager that calls a hook, stopped at the end."""
    port = free_port()
    config = folder / f"alertmanager-{port}.yml"
    route = {
        "receiver": "desk",
        "group_by": ["..."],
        "group_wait": "0s",
        "group_interval": "1s",
        "repeat_interval": "2s",
    }
    receiver = {"name": "desk", "webhook_configs": [{"url": hook}]}
    await until(lambda: config.write_text(yaml.safe_dump({"route": route, "receivers": [receiver]})))
    line = [
        program(),
        f"--config.file={config}",
        f"--storage.path={folder / f'alertmanager-{port}'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    part = Part("alertmanager", line, folder / "alertmanager.log")
    running = Alertmanager(part, port)
    part.start()
    try:
        await until(running.ready)
        yield running
    finally:
        part.stop()
