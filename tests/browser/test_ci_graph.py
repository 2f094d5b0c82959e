"""The impact picture in a real browser: drawn within our policy, walked by keys, the same as its table."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Window

Windows = Callable[..., Window]


def test_the_picture_is_walked_by_keys_and_opens_an_item(window: Windows) -> None:
    page = window("agent2").page
    page.goto("/cis/db-1/graph")
    page.wait_for_selector("#graph[data-nodes='4']")

    page.focus("#graph")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#graph-said")).to_contain_text("Orders database")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#graph-said")).to_contain_text("Shop front")
    page.keyboard.press("Enter")

    page.wait_for_url("**/cis/web-*")
    expect(page.locator("h1")).to_contain_text("Shop front")


def test_a_search_finds_a_node_and_the_table_holds_the_same(window: Windows) -> None:
    page = window("agent2").page
    page.goto("/cis/sw-core/graph")
    page.wait_for_selector("#graph[data-nodes]")

    page.fill("#graph-find", "web shop")

    expect(page.locator("#graph-said")).to_contain_text("Web shop, Business service")
    drawn = int(page.get_attribute("#graph", "data-nodes") or 0)
    assert page.locator("table tbody tr").count() == drawn - 1
