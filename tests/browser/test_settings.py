"""The catalogue and the settings in a real browser: forms that show what is asked, pages that fit and can be read."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Window
from tests.browser.test_layout import CONTRAST

Windows = Callable[..., Window]

CATALOGUE = ("/catalogue", "/catalogue/new-laptop", "/catalogue/new-starter")
SETTINGS = (
    "/settings",
    "/settings/policy",
    "/settings/approval/cab-normal",
    "/settings/approval/cab-normal/form",
    "/settings/catalogue/new-laptop/form",
    "/settings/policy/incident-p1/edit",
)


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways(window: Windows, width: int) -> None:
    page = window("admin", viewport={"width": width, "height": 800}).page

    wide = []
    for path in (*CATALOGUE, *SETTINGS):
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)

    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(window: Windows, scheme: str) -> None:
    page = window("admin", color_scheme=scheme).page

    weak = {}
    for path in (*CATALOGUE, *SETTINGS):
        page.goto(path)
        weak[path] = page.evaluate(CONTRAST)

    assert {path: found for path, found in weak.items() if found} == {}


def test_a_question_appears_with_the_answer_it_hangs_on(window: Windows) -> None:
    page = window("requester").page
    page.goto("/catalogue/new-laptop")
    hidden = page.is_hidden("[name=a-memory]")
    page.select_option("[name=a-model]", "strong")
    shown = page.is_visible("[name=a-memory]")
    page.fill("[name=a-memory]", "32")
    page.fill("[name=a-purpose]", "To build software with.")
    page.fill("[name=a-cost]", "1200")

    page.click("#order-form .btn-primary")

    page.wait_for_selector("#order:has-text('Strong, for building software')")
    assert hidden
    assert shown


def test_a_search_narrows_the_catalogue_while_typing(window: Windows) -> None:
    page = window("requester").page
    page.goto("/catalogue")

    page.fill("#catalogue-q", "password")

    page.wait_for_selector("#shelves:not(:has-text('New laptop'))")
    assert page.is_visible("text=Password reset")


def test_a_stage_is_added_and_taken_out_by_buttons(window: Windows) -> None:
    page = window("change-manager").page
    page.goto("/settings/approval/ecab/form")

    page.click("text=Add a stage")
    page.wait_for_selector("text=Stage 2")
    page.locator("fieldset:has-text('Stage 2') button:has-text('Take out')").click()

    page.wait_for_selector("fieldset:has-text('Stage 1')")
    page.wait_for_function("document.querySelectorAll('fieldset.stage-form').length === 1")
