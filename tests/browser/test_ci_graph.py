"""The impact picture in a real browser: drawn within our policy, walked by keys, the same as its table."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

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


def test_the_picture_is_saved_as_it_is_drawn(window: Windows, tmp_path: Path) -> None:
    page = window("agent2").page
    page.goto("/cis/sw-core/graph")
    page.wait_for_selector("#graph[data-nodes]")
    drawn = int(page.get_attribute("#graph", "data-nodes") or 0)
    kept = {}
    for kind in ("svg", "png"):
        with page.expect_download() as caught:
            page.click(f"#graph-{kind}")
        kept[kind] = tmp_path / caught.value.suggested_filename
        caught.value.save_as(kept[kind])

    picture = ET.parse(kept["svg"]).getroot()
    boxes = picture.findall("{http://www.w3.org/2000/svg}g")
    assert len(boxes) == drawn
    assert any("Web shop" in "".join(box.itertext()) for box in boxes)
    assert picture.findall("{http://www.w3.org/2000/svg}line")
    assert kept["svg"].name == "What-fails-with-it-Core-switch.svg"
    assert kept["png"].read_bytes().startswith(b"\x89PNG")
    expect(page.locator("#graph-said")).to_contain_text("saved as PNG")
