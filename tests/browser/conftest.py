"""A whole desk (engine, worker, web) and a real browser in front of it."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.conftest import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ASSIGNED = '#ticket:not([data-version="0"]):has-text("assigned it"), .portal-state:has(.avatar:not(.none))'
STARTS_WITHIN = 90
STOPS_WITHIN = 30
PATIENCE_MS = 20_000
"""What a slow, busy machine may take; nothing is measured by it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A desk with the demo company, started as people start it, stopped by Ctrl-C."""
    folder = tmp_path_factory.mktemp("desk")
    port = free_port()
    environ = {
        **os.environ,
        "LONGWATCH_DATA": str(folder),
        "LONGWATCH_PORT": str(port),
        "LONGWATCH_ENGINE_PORT": str(free_port()),
        "LONGWATCH_ENGINE_UI_PORT": str(free_port()),
        "LONGWATCH_DEMO": "1",
    }
    with (folder / "up.log").open("wb") as log:
        line = [sys.executable, "-m", "longwatch.cli", "up"]
        process = subprocess.Popen(line, env=environ, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(f"http://127.0.0.1:{port}", process, folder / "up.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOPS_WITHIN)


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(f"The desk did not start:\n{log.read_text()}")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's browser."""
    if not CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium must be there in CI.")
        pytest.skip("Chromium is not installed here.")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@dataclass
class Window:
    """A person's browser window; `complaints` is everything the browser did not like."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, login: str) -> Page:
        """One press, as the demo offers."""
        self.page.goto("/sign-in")
        self.page.click(f'.demo-people button[value="{login}"]')
        self.page.wait_for_selector("#main")
        return self.page

    def report(self, title: str, **choices: str) -> str:
        """Opens an incident by the form; returns its number once the engine has it."""
        page = self.page
        page.goto("/new")
        page.fill("#new-title", title)
        for name, value in choices.items():
            page.select_option(f"#new-{name}", value)
        page.click("#new-form .btn-primary")
        page.wait_for_selector("#ticket")
        page.wait_for_selector(
            '#ticket:not([data-version="0"]):has-text("assigned"), .portal-state:has(.avatar:not(.none))'
        )
        return str(page.get_attribute("#ticket", "data-number"))


@pytest.fixture
def window(chromium: Browser, address: str) -> Iterator[Callable[..., Window]]:
    """Opens windows; at the end of the test none of them may have complained."""
    opened: list[tuple[BrowserContext, Window]] = []

    def open_one(login: str | None = None, *, strict: bool = True, **options: object) -> Window:
        context = chromium.new_context(base_url=address, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        new = Window(context.new_page())
        if strict:
            _listen(new)
        opened.append((context, new))
        if login:
            new.sign_in(login)
        return new

    yield open_one
    complaints = [complaint for _, one in opened for complaint in one.complaints]
    for context, _ in opened:
        context.close()
    assert complaints == []


def _listen(window: Window) -> None:
    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            window.complaints.append(f"{message.type}: {message.text}")

    window.page.on("console", heard)
    window.page.on("pageerror", lambda error: window.complaints.append(f"error: {error}"))
