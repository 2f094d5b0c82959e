"""What a tool is told, in a real browser: set, tested, refused, tried again; the pages fit on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window

Windows = Callable[..., Window]
HERE = "http://127.0.0.1:9"
"""An address that this desk may not call: no network is listed."""


def added(page: Page, name: str) -> str:
    """A source whose tool is told at an address that may not be called; returns its key."""
    page.goto("/sources")
    page.select_option("#source-kind", "generic")
    page.fill("#source-name", name)
    page.click("button:has-text('Add')")
    key = page.locator("dt:has-text('Key') + dd code").first.inner_text()
    page.goto(f"/sources/{name}/back")
    page.fill("#address", HERE)
    page.fill("#secret", "a routing key")
    page.click("button:has-text('Save')")
    expect(page.locator("#toasts")).to_contain_text("Saved")
    return key


def test_the_answer_to_a_test_appears_by_itself(window: Windows) -> None:
    page = window("admin").page
    added(page, "told-1")

    page.click("button:has-text('Test')")

    expect(page.locator("#told")).to_contain_text("127.0.0.1 is not a public address")
    expect(page.locator("#secret")).to_have_value("")
    expect(page.locator("#address")).to_have_value(HERE)


def test_who_takes_an_incident_sees_that_the_tool_does_not_know_and_tries_again(window: Windows) -> None:
    admin, agent = window("admin").page, window("agent2").page
    key = added(admin, "told-2")
    alert = {"id": "queue-1", "title": "Queue told-2 is full", "severity": "critical"}
    assert admin.request.post(f"/hooks/generic/{key}", data=alert).status == 202
    agent.goto("/q/open")
    agent.click("#pill .pill")
    agent.click("#rows :text('Queue told-2 is full')")
    agent.click(".ticket-head button:has-text('Take'), .ticket-head button:has-text('Start')")

    expect(agent.locator("#ticket")).to_contain_text("could not be told of this ticket")
    agent.click("a:has-text('See what they answered')")
    expect(agent.locator("#ticket-told")).to_contain_text("is not a public address")
    agent.click("#ticket-told button:has-text('Try again')")

    expect(agent.locator("#ticket-told")).to_contain_text("Tried again")
    expect(agent.locator("#ticket-told")).to_contain_text("Not told")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_on_a_phone(window: Windows, scheme: str) -> None:
    page = window("admin", viewport={"width": 360, "height": 800}, color_scheme=scheme).page
    added(page, f"told-{scheme}")
    page.click("button:has-text('Test')")
    expect(page.locator("#told")).to_contain_text("Not told")

    wide = []
    for path in (f"/sources/told-{scheme}/back", f"/sources/told-{scheme}"):
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append(path)

    assert wide == []
