"""A real Prometheus with a rule, watching a page of the test's own, and telling a real Alertmanager."""

import os
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from longwatch.up import Part
from tests.conftest import free_port
from tests.e2e.alertmanager import Alertmanager
from tests.rig import until

RULE = {
    "alert": "DiskNearlyFull",
    "expr": "disk_used_ratio > 0.9",
    "labels": {"severity": "critical"},
    "annotations": {"summary": "Disk of {{ $labels.ci }} is nearly full"},
}


def program() -> str:
    """Its program. Skips the test where it is missing; in continuous integration that is a failure."""
    found = shutil.which("prometheus")
    if found:
        return found
    reason = "Prometheus is not installed: apt install prometheus"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class Disk:
    """A page that tells how full a disk is, as exporters do."""

    def __init__(self, ci: str) -> None:
        self.used = 0.5
        self.ci = ci

    def page(self) -> bytes:
        """In Prometheus' text format."""
        return f'# TYPE disk_used_ratio gauge\ndisk_used_ratio{{ci="{self.ci}"}} {self.used}\n'.encode()


@contextmanager
def exporter(disk: Disk) -> Iterator[int]:
    """Serves the page; its port."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(disk.page())

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@asynccontextmanager
async def prometheus(folder: Path, monitor: Alertmanager, target: int) -> AsyncIterator[None]:
    """A running Prometheus that looks every second, stopped at the end."""
    port, home = free_port(), folder / "prometheus"
    home.mkdir()
    (home / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "disks", "rules": [RULE]}]}))
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": [monitor.address.removeprefix("http://")]}]}],
        },
        "scrape_configs": [{"job_name": "disks", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}],
    }
    (home / "prometheus.yml").write_text(yaml.safe_dump(config))
    line = [
        program(),
        f"--config.file={home / 'prometheus.yml'}",
        f"--storage.tsdb.path={home / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    part = Part("prometheus", line, home / "prometheus.log")
    part.start()
    try:
        await until(lambda: _ready(port))
        yield
    finally:
        part.stop()


def _ready(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/-/ready", timeout=2).ok
    except requests.RequestException:
        return False
