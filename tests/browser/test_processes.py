"""Changes and tasks in a real browser: planned on the form, made by tasks, readable on a phone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Window

PHONE = {"width": 360, "height": 740}


def plan(page: Page) -> str:
    """Plans an emergency change with two tasks by the form; returns its number once the engine has it."""
    begin = (datetime.now(UTC) + timedelta(days=3)).replace(hour=20, minute=0)
    page.goto("/new/change")
    page.fill("#c-title", "Replace the spooler of the printers")
    page.select_option("#c-type", "emergency")
    page.locator("input[name=cis]").first.fill("print-3")
    page.fill("#c-begin", begin.strftime("%Y-%m-%dT%H:%M"))
    page.fill("#c-end", (begin + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"))
    for name in ("plan", "backout", "test", "communication"):
        page.fill(f"#c-{name}", "In a few words.")
    page.fill("#task-0-title", "Stop the old spooler")
    page.select_option("#task-0-team", "servers")
    page.click("button[name=add]")
    page.fill("#task-1-title", "Install the new one")
    page.select_option("#task-1-person", "user:agent2")
    page.press("#task-1-title", "Control+Enter")
    page.wait_for_selector('#ticket:not([data-version="0"]) #change')
    return str(page.get_attribute("#ticket", "data-number"))


def test_a_change_is_planned_and_its_tasks_are_made_by_a_few_presses(window: Callable[..., Window]) -> None:
    page = window("agent").page
    number = plan(page)
    page.click("#action-implement_first > summary")
    page.fill("#action-implement_first textarea", "It burns.")
    page.click("#action-implement_first .btn-primary")

    page.click(f"#task-stop-the-old-spooler form[action*='{number}/actions/take_task'] button")
    page.click("#action-complete_task-stop-the-old-spooler > summary")
    page.fill("#action-complete_task-stop-the-old-spooler textarea", "All gone.")
    page.click("#action-complete_task-stop-the-old-spooler .btn-primary")

    expect(page.locator("#task-stop-the-old-spooler")).to_contain_text("All gone.")
    expect(page.locator("#tasks")).to_contain_text("1 of 2")


def test_pages_of_processes_fit_a_phone(window: Callable[..., Window]) -> None:
    page = window("agent", viewport=PHONE).page
    number = plan(page)

    for path in (f"/t/{number}", f"/t/{number}/plan", "/new/change", "/new/problem", "/q/changes", "/tasks?whose=all"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
