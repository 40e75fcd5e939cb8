"""One real browser for each file of tests, and a whole site for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import site as sites
from tests.browser.site import Site
from tests.conftest import missing

QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, never a downloaded one."""
    chromium = shutil.which("chromium")
    if not chromium:
        missing("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path, browser: Browser) -> Iterator[Site]:
    """A whole site of this test's own; what a page did wrong fails the test at its end."""
    with sites.standing(tmp_path, sqlite_template, browser) as site:
        yield site
    site.guard.check()
