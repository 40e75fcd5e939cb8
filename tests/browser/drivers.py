"""Three ways to use the same pages: with a mouse, with a keyboard alone, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import Locator, Page, expect

from tests.browser.site import Site

#: No page of this site has so many stops that a keyboard would need more.
_MOST_STOPS = 120

#: How many stops lie between the focus and an element, if nothing on the page does odd things with Tab.
_STOPS_UNTIL = """element => {
  const stops = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const all = [...document.querySelectorAll(stops)].filter(
    one => one.matches(':enabled, a, summary, [tabindex]') && one.checkVisibility());
  const at = document.activeElement;
  const before = all.filter(one => at === document.body ? false
    : one === at || one.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING);
  return all.indexOf(element) - before.length + 1;
}"""

#: Whether the element in focus, or what surrounds it closely, is drawn with an outline.
_SHOWS_FOCUS = """element => {
  if (!element.matches(':focus-visible')) return false;
  for (let at = element, up = 0; at && up < 4; at = at.parentElement, up++) {
    const style = getComputedStyle(at);
    if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) return true;
  }
  return false;
}"""


class Mouse:
    """Clicks, and types where it clicked."""

    options: ClassVar[dict[str, Any]] = {}

    def __init__(self, site: Site) -> None:
        self.site = site
        self.page = site.visitor(**self.options)
        # From now on no dialog for files is shown: asked for only when one opens, this may come too late.
        self.page.on("filechooser", lambda chosen: None)

    def another(self) -> Mouse:
        """Somebody else who uses the site in the same way."""
        return type(self)(self.site)

    def become_somebody_else(self) -> None:
        """Forget who used this browser: cheaper than another one."""
        self.page.context.clear_cookies()

    def goto(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)

    def link(self, name: str) -> None:
        """Follow a link."""
        self.press(self.page.get_by_role("link", name=name))

    def button(self, name: str) -> None:
        """Press a button."""
        self.press(self.page.get_by_role("button", name=name))

    def unfold(self, text: str) -> None:
        """Open what lies under a summary."""
        self.press(self.page.locator("summary", has_text=text))

    def field(self, label: str) -> Locator:
        """Return the field whose label begins so: “optional” may follow."""
        labelled = self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}"))
        return self.page.locator("input, select, textarea").and_(labelled)

    def press(self, target: Locator) -> None:
        """Press something, and wait for what it swaps."""
        target.click()
        self.settle()

    def fill(self, label: str, text: str) -> None:
        """Write into a field."""
        self.field(label).fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose of a list; what depends on it is shown afterwards."""
        self.field(label).select_option(label=option)
        self.settle()

    def attach(self, label: str, files: Sequence[Path]) -> None:
        """Choose files."""
        with self.page.expect_file_chooser() as chosen:
            self.field(label).click()
        chosen.value.set_files(list(files))

    def answer(self, option: str) -> None:
        """Answer the card before one."""
        self.press(self.page.locator(f".option[value='{option}']"))

    def settle(self) -> None:
        """Wait until nothing is being swapped."""
        expect(self.page.locator(".htmx-request")).to_have_count(0)

    def await_swap(self, awaited: Locator) -> None:
        """Wait for what a page shows by itself once it is there."""
        expect(awaited).to_be_visible()


class Keyboard(Mouse):
    """Tab, Enter, Space, arrows, letters and digits; every stop must show where the focus is."""

    def press(self, target: Locator) -> None:
        """Tab to something and press Enter."""
        self.reach(target)
        self.page.keyboard.press("Enter")
        self.settle()

    def fill(self, label: str, text: str) -> None:
        """Tab to a field and type."""
        self.reach(self.field(label))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, label: str, option: str) -> None:
        """Tab to a list and go down it; the focus must stay on it whatever is swapped."""
        field = self.field(label)
        self.reach(field)
        self.page.keyboard.press("Home")
        self.settle()
        for _ in range(field.locator("option").count()):
            chosen = field.evaluate("list => list.selectedOptions[0].label")
            assert self.is_in_focus(field), f"“{label}” lost the focus at “{chosen}”"
            if chosen == option:
                return
            self.page.keyboard.press("ArrowDown")
            self.settle()
        raise AssertionError(f"“{label}” has no “{option}”")

    def attach(self, label: str, files: Sequence[Path]) -> None:
        """Tab to the field for files and open the dialog with a key."""
        self.reach(self.field(label))
        with self.page.expect_file_chooser() as chosen:
            self.page.keyboard.press("Space")
        chosen.value.set_files(list(files))

    def answer(self, option: str) -> None:
        """Press the digit of an answer; the focus must wait at the next card."""
        options = self.page.locator(".option").evaluate_all(
            "all => all.map(one => one.value)"
        )
        self.page.keyboard.press(str(options.index(option) + 1))
        self.settle()

    def is_in_focus(self, target: Locator) -> bool:
        """Say whether this is where a key would go."""
        return bool(target.evaluate("element => element === document.activeElement"))

    def reach(self, target: Locator) -> None:
        """Tab until something is in focus, and see that it shows."""
        expect(target).to_be_visible()
        for _ in range(max(0, target.evaluate(_STOPS_UNTIL))):
            self.page.keyboard.press("Tab")
        for _ in range(_MOST_STOPS):
            if self.is_in_focus(target):
                assert target.evaluate(_SHOWS_FOCUS), f"no focus is seen on {target}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {target}")


class Plain(Mouse):
    """A mouse in a browser that runs no scripts."""

    options: ClassVar[dict[str, Any]] = {"java_script_enabled": False}

    def choose(self, label: str, option: str) -> None:
        """Choose of a list and ask for what depends on it."""
        self.field(label).select_option(label=option)
        self.button("Show the settings of these")

    def await_swap(self, awaited: Locator) -> None:
        """Ask again as the page offers it."""
        self.link("Look again")
        expect(awaited).to_be_visible()


def current(page: Page) -> str:
    """Return the key of the card that lies before a volunteer, or nothing."""
    key = page.locator("form[data-card] input[name=key]")
    return (key.get_attribute("value") or "") if key.count() else ""
