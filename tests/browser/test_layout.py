"""How pages look: they fit, targets are big enough, and words stand out in both themes (WCAG 2.2 AA)."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Window

Windows = Callable[..., Window]

PATHS = ("/q/open", "/q/mine", "/new", "/notifications", "/inbox", "/cis", "/account", "/approvals")


@pytest.mark.parametrize("width", [360, 800, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways(window: Windows, width: int, scheme: str) -> None:
    size = {"width": width, "height": 800}
    agent = window("agent2", viewport=size, color_scheme=scheme)
    number = agent.report("A title without any blank " + "x" * 120, ci="mail-1")
    tabs = tuple(f"/t/{number}?tab={tab}" for tab in ("conversation", "journal", "alerts"))

    wide = []
    for path in (*PATHS, *tabs):
        agent.page.goto(path)
        if agent.page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)

    assert wide == []


def test_targets_are_big_enough_for_a_thumb(window: Windows) -> None:
    agent = window("agent2", viewport={"width": 360, "height": 800})
    agent.report("Mail is slow", ci="mail-1")

    small = agent.page.evaluate(
        """() => [...document.querySelectorAll('button, .btn, summary, select, input:not([type=hidden])')]
            .filter((node) => node.checkVisibility())
            .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
            .filter(([, box]) => box.height < 24 || box.width < 24)
            .map(([html]) => html)"""
    )

    assert [html for html in small if 'id="keys-on"' not in html] == []


CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const linear = (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (rgb) => [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => sum + share * linear(rgb[i] / 255), 0);
  const ground = (node) => { for (let at = node; at; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor); if (colour[3] === 255) return colour; }
    return rgba(getComputedStyle(document.body).backgroundColor); };
  const weak = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    const text = walk.currentNode.textContent.trim().slice(0, 40);
    if (!text || !node.checkVisibility() || node.closest('[aria-hidden], .sr-only, option')) continue;
    const [a, b] = [light(rgba(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${ratio.toFixed(2)} ${node.className || node.tagName}: ${text}`);
  }
  return weak;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(window: Windows, scheme: str) -> None:
    agent = window("agent2", color_scheme=scheme)
    number = agent.report("Mail is slow", ci="mail-1")

    weak = {}
    for path in ("/q/open", f"/t/{number}", f"/t/{number}?tab=journal", "/new", "/notifications", "/account"):
        agent.page.goto(path)
        weak[path] = agent.page.evaluate(CONTRAST)

    assert {path: found for path, found in weak.items() if found} == {}


def test_the_stated_theme_wins_over_the_systems(window: Windows) -> None:
    page = window("agent2", color_scheme="light").page
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.click('.side-foot button[value="dark"]')

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
