"""Every page in its states: axe finds nothing, light or dark, on a phone or a desk; nothing runs out of the screen."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import NO_PAGES, VIEWS, View
from tests.browser.viewing import Viewer, viewing

pytestmark = pytest.mark.browser

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL: dict[str, Any] = {"runOnly": TAGS, "resultTypes": ["violations"]}
#: What is too small for a thumb: all that can be pressed, but for links within sentences, the skip link,
#: and links that a rule spreads over their whole tile.
TOO_SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter(one => one.checkVisibility() && !one.closest('.skip-link, .prose') && one.type !== 'hidden')
  .filter(one => getComputedStyle(one, '::after').position !== 'absolute')
  .filter(one => !(getComputedStyle(one).display === 'inline'
    && one.parentElement.textContent.trim() !== one.textContent.trim()))
  .map(one => [one, (one.closest('label') || one).getBoundingClientRect()])
  .filter(([one, box]) => Math.min(box.width, box.height) < 43.5)
  .map(([one, box]) => `${one.outerHTML.slice(0, 120)}: ${box.width} x ${box.height}`)"""


@pytest.fixture(scope="module")
def viewer(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, browser: Browser
) -> Iterator[Viewer]:
    """Somebody who can see every page."""
    with viewing(tmp_path_factory.mktemp("views"), sqlite_template, browser) as viewer:
        yield viewer


def test_every_rule_that_answers_with_a_page_is_looked_at(viewer: Viewer) -> None:
    rules = viewer.stand.site.app.url_map.iter_rules()
    asked = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    assert asked - NO_PAGES == {view.endpoint for view in VIEWS}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_page_can_be_used_by_everybody(viewer: Viewer, view: View) -> None:
    page = viewer.open(view)
    found = violations(page)
    page.set_viewport_size({"width": 360, "height": 640})
    page.emulate_media(color_scheme="dark")
    found += [f"360 px, dark: {line}" for line in violations(page)]
    if view.is_for_volunteers:
        found += [f"small: {line}" for line in page.evaluate(TOO_SMALL)]
    found += runs_out(page)
    for guard in (viewer.stand.site.guard, viewer.bare.site.guard):
        guard.check()
    assert not found, "\n".join(found)


def test_what_is_wrong_is_seen(viewer: Viewer) -> None:
    page = viewer.open(VIEWS[0])
    page.evaluate("document.querySelector('h1').remove()")
    assert violations(page)
    page.evaluate("document.querySelector('.button').style.minHeight = 0")
    assert page.evaluate(TOO_SMALL)
    page.evaluate("document.querySelector('.tile').style.minWidth = '500px'")
    assert runs_out(page)


def violations(page: Page) -> list[str]:
    """Return what axe finds, a line for each element; the page's policy does not bind who tests it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    told = page.evaluate("options => axe.run(document, options)", ALL)
    return [
        f"{each['id']}: {node['html'][:160]} {node['any'][0]['message'][:160] if node['any'] else ''}"
        for each in told["violations"]
        for node in each["nodes"]
    ]


def runs_out(page: Page) -> list[str]:
    """Return where a page is wider than its screen: on the smallest phone, zoomed to 200 %, with large letters."""
    found = []
    for width, size in ((320, "100%"), (640, "100%"), (1280, "200%")):
        page.set_viewport_size({"width": width, "height": 640})
        page.evaluate("size => document.documentElement.style.fontSize = size", size)
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        if wide > width:
            found.append(f"{wide} px wide on {width} px with letters at {size}")
    return found
