"""Heartbeats in a real browser: set up, told by the line that stands there, and pages that fit in both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Window
from tests.browser.test_layout import CONTRAST
from tests.browser.test_sources import add

Windows = Callable[..., Window]


def test_a_job_that_says_that_it_ran_is_alive_on_the_page(window: Windows) -> None:
    page = window("admin").page
    key = add(page, "generic", "jobs-1")
    page.goto("/heartbeats?source=jobs-1")
    page.fill("#heartbeat-signal", "nightly backup")
    page.fill("#heartbeat-interval", "1 d")
    page.click("button:has-text('Add')")
    expect(page.locator(".page-head")).to_contain_text("Waiting for the first")

    line = page.locator("pre").inner_text()
    address = line.split()[-1].replace("KEY", key)
    assert page.request.get(address).status == 200

    page.reload()
    expect(page.locator(".page-head")).to_contain_text("Alive")


def test_a_tool_that_nobody_can_reach_is_reported_on_its_page_without_a_reload(window: Windows) -> None:
    page = window("admin").page
    add(page, "alertmanager", "am-1")
    page.goto("/sources/am-1")
    page.fill("#poll-url", "https://am.invalid")
    page.fill("#poll-secret", "a token")

    page.click("button:has-text('Save and ask')")

    expect(page.locator("#asked")).to_contain_text("am.invalid could not be found", timeout=60_000)
    expect(page.locator("#asked")).to_contain_text("No answer")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_and_their_words_stand_out(window: Windows, width: int, scheme: str) -> None:
    page = window("admin", viewport={"width": width, "height": 800}, color_scheme=scheme).page
    name = f"am-{width}-{scheme}"
    add(page, "alertmanager", name)
    page.goto(f"/heartbeats?source={name}")
    page.fill("#heartbeat-signal", "alertname=Watchdog, cluster=" + "x" * 100)
    page.click("button:has-text('Add')")
    here = page.url

    found = {}
    for path in ("/heartbeats", here, f"/sources/{name}"):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth") > width
        found[path] = [*(["too wide"] if wide else []), *page.evaluate(CONTRAST)]

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
