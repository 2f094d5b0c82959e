"""The alerts in a real browser: they appear by themselves, fit on a phone, and can be read in both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.test_layout import CONTRAST

Windows = Callable[..., Window]

PATHS = ("/alerts", "/alerts/parked", "/reports/noise?by=title", "/reports/coverage")


def key_of(page: Page, name: str) -> str:
    """The key of a new source of small JSON; `page` is an administrator's."""
    page.goto("/sources")
    page.select_option("#source-kind", "generic")
    page.fill("#source-name", name)
    page.click("button:has-text('Add')")
    return page.locator("dt:has-text('Key') + dd code").first.inner_text()


def send(page: Page, key: str, fingerprint: str, title: str, **more: str) -> None:
    """What a tool says."""
    alert = {"title": title, "fingerprint": fingerprint, "severity": "critical", **more}
    assert page.request.post(f"/hooks/generic/{key}", data=alert).status == 202


def test_an_alert_appears_without_a_reload_beside_its_incident(window: Windows) -> None:
    admin, page = window("admin").page, window("agent2").page
    key = key_of(admin, "live-1")
    page.goto("/alerts?q=appears")
    expect(page.locator("#rows")).to_contain_text("Nothing fits")

    send(admin, key, "one", "The first that appears", ci="db-1")

    row = page.locator("#rows tbody tr").first
    expect(row).to_contain_text("The first that appears")
    expect(row).to_contain_text("INC-")
    expect(row).to_contain_text("Firing")


def test_a_row_under_the_hands_stays_where_it_is(window: Windows) -> None:
    admin, page = window("admin").page, window("agent2").page
    key = key_of(admin, "live-2")
    send(admin, key, "one", "A steady one", group="one")
    page.goto("/alerts?source=live-2")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.keyboard.press("j")
    expect(page.locator("#rows .subject a")).to_be_focused()

    send(admin, key, "two", "A steady two", group="two")

    expect(page.locator("#pill")).to_contain_text("1 new")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("A steady one")
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_have_text("Alerts")


def test_a_group_is_snoozed_by_keyboard(window: Windows) -> None:
    admin, page = window("admin").page, window("agent2").page
    key = key_of(admin, "live-3")
    send(admin, key, "one", "One to be snoozed")
    page.goto("/alerts?source=live-3")
    page.click("#rows .subject a")
    expect(page.locator("h1")).to_have_text("One to be snoozed")

    page.keyboard.press("z")
    page.fill("#snooze-reason", "It is being replaced")
    page.keyboard.press("Enter")

    expect(page.locator("#toasts")).to_contain_text("It is snoozed")
    page.goto("/alerts/parked")
    expect(page.locator("main")).to_contain_text("It is being replaced")


def group_path(page: Page) -> str:
    """The page of the first group in the list."""
    page.goto("/alerts")
    return str(page.locator("#rows .subject a").first.get_attribute("href"))


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_no_page_of_alerts_scrolls_sideways(window: Windows, width: int) -> None:
    admin = window("admin", viewport={"width": width, "height": 800}).page
    key = key_of(admin, f"wide-{width}")
    send(admin, key, "x" * 120, "A title without any blank " + "x" * 120, ci="mail-1")
    admin.goto("/alerts?q=blank")
    expect(admin.locator("#rows")).to_contain_text("without any blank")

    wide = []
    for path in (*PATHS, group_path(admin)):
        admin.goto(path)
        if admin.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)

    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_of_alerts_stand_out_from_their_ground(window: Windows, scheme: str) -> None:
    admin = window("admin", color_scheme=scheme).page
    key = key_of(admin, f"bright-{scheme}")
    send(admin, key, "one", "One to be read", ci="db-1")
    admin.goto("/alerts?q=read")
    expect(admin.locator("#rows")).to_contain_text("One to be read")

    weak = {}
    for path in (*PATHS, group_path(admin)):
        admin.goto(path)
        weak[path] = admin.evaluate(CONTRAST)

    assert {path: found for path, found in weak.items() if found} == {}
