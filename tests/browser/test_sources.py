"""Sources in a real browser: added, mapped while typing, tested; the pages fit on a phone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Window

Windows = Callable[..., Window]


def add(page: Page, kind: str, name: str) -> str:
    """Adds a source by the form; returns its key."""
    page.goto("/sources")
    page.select_option("#source-kind", kind)
    page.fill("#source-name", name)
    page.click("button:has-text('Add')")
    return page.locator("dt:has-text('Key') + dd code").first.inner_text()


def test_a_mapping_shows_what_it_makes_of_the_last_call_while_it_is_typed(window: Windows) -> None:
    page = window("admin").page
    key = add(page, "mapped", "own-tool")
    call = {"events": [{"check": "disk", "node": "db-1", "state": "BAD"}]}
    assert page.request.post(f"/hooks/mapped/{key}", data=call).status == 202
    page.goto("/sources/own-tool")
    expect(page.locator("#preview")).to_contain_text("The last call that came")

    page.fill("#mapping-each", "events")
    page.fill("#mapping-title", "{check} on {node}")
    page.fill("#mapping-identity", "{node}/{check}")

    expect(page.locator("#preview")).to_contain_text("disk on db-1")
    page.fill("#mapping-identity", "a..b")
    expect(page.locator("#preview")).to_contain_text("is no path")
    page.fill("#mapping-identity", "{node}/{check}")
    page.click("button:has-text('Save the mapping')")
    expect(page.locator("#toasts")).to_contain_text("The mapping is saved")


def test_a_test_alert_is_an_incident_within_moments_and_ends(window: Windows) -> None:
    page = window("admin").page
    add(page, "zabbix", "zabbix-1")
    page.goto("/sources/zabbix-1")

    page.click("button:has-text('Send a test alert')")
    expect(page.locator("#toasts")).to_contain_text("on its way")

    page.goto("/q/open")
    page.click("#pill .pill")
    expect(page.locator("#rows")).to_contain_text("Test alert of zabbix-1")
    page.goto("/sources/zabbix-1")
    page.click("button:has-text('End the test alert')")
    expect(page.locator("#toasts")).to_contain_text("on its way")


def test_the_pages_fit_on_a_phone(window: Windows) -> None:
    page = window("admin", viewport={"width": 360, "height": 800}).page
    add(page, "netdata", "netdata-1")

    wide = []
    for path in ("/sources", "/sources/netdata-1"):
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append(path)

    assert wide == []
