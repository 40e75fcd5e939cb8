"""Opens any page of `pages.py` as the person who looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import furnished, site
from tests.browser.furnished import Stand
from tests.browser.pages import View
from tests.cast import PASSWORD


@dataclass
class Viewer:
    """Two sites, one furnished and one bare, and a tab on them for each person."""

    stand: Stand
    bare: Stand
    tabs: dict[tuple[bool, str], Page] = field(default_factory=dict)

    def open(self, view: View) -> Page:
        """Return a tab that shows a page in its state."""
        stand = self.bare if view.is_bare else self.stand
        page = self.tab(view.who, view.is_bare)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")
        page.goto(view.path.format(**stand.names))
        if view.then:
            view.then(page)
        return page

    def tab(self, who: str, is_bare: bool = False) -> Page:
        """Return somebody's tab; at first it is opened, and they sign in."""
        if (is_bare, who) not in self.tabs:
            stand = self.bare if is_bare else self.stand
            page = self.tabs[is_bare, who] = stand.site.visitor()
            if who != "nobody":
                page.goto("/sign-in")
                page.get_by_label("E-mail address").fill(f"{who}@example.org")
                page.get_by_label("Password").fill(PASSWORD)
                page.get_by_role("button", name="Sign in").click()
                page.wait_for_url("**/me")
        return self.tabs[is_bare, who]


@contextmanager
def viewing(folder: Path, template: Path, browser: Browser) -> Iterator[Viewer]:
    """Furnish one site, leave another one bare, and look at both."""
    with ExitStack() as stack:
        stands = []
        for name, fill in (("full", furnished.furnish), ("bare", furnished.found)):
            stage = stack.enter_context(site.standing(folder / name, template, browser))
            with stage.session() as session:
                stands.append(fill(stage, session))
                session.get_bind().dispose()
        yield Viewer(*stands)
