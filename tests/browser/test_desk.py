"""The coordinator's pages by keyboard: wherever a part of a page is swapped, the focus stays where work goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.viewing import Viewer, viewing

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def viewer(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, browser: Browser
) -> Iterator[Viewer]:
    """Somebody who can see every page."""
    with viewing(tmp_path_factory.mktemp("desk"), sqlite_template, browser) as viewer:
        yield viewer


@pytest.fixture
def page(viewer: Viewer) -> Iterator[Page]:
    """Amina's tab; what its pages did wrong fails the test."""
    yield viewer.tab("amina")
    viewer.stand.site.guard.check()


def press(page: Page, name: str) -> None:
    """Press a button by the keyboard."""
    page.get_by_role("button", name=name).first.press("Enter")


def test_a_question_that_is_added_has_the_focus(page: Page) -> None:
    page.goto("/manage/new")
    press(page, "Add a question")
    expect(page.locator("#stages-1-text")).to_be_focused()


def test_after_a_question_is_removed_another_one_can_be_added_at_once(
    page: Page,
) -> None:
    page.goto("/manage/new")
    press(page, "Add a question")
    press(page, "Remove this question")
    expect(page.locator(".stages > li")).to_have_count(1)
    expect(page.get_by_role("button", name="Add a question")).to_be_focused()


def test_another_kind_of_answer_brings_its_settings_and_keeps_what_was_typed(
    page: Page,
) -> None:
    page.goto("/manage/new")
    page.locator("#stages-0-text").fill("How many?")
    page.get_by_label("Kind of answer").select_option(label="A number")
    expect(page.get_by_label("Smallest number")).to_be_visible()
    expect(page.locator("#stages-0-text")).to_have_value("How many?")


def test_instructions_show_how_they_will_look_while_they_are_typed(page: Page) -> None:
    page.goto("/manage/new")
    page.get_by_label("Instructions").press_sequentially("Take **all** of it")
    expect(page.locator("#words strong")).to_have_text("all")
    expect(page.get_by_label("Instructions")).to_be_focused()


def test_cards_are_leafed_through_by_one_key(page: Page) -> None:
    page.goto("/manage/count-houses/preview?card=1")
    page.get_by_role("link", name="Next").press("Enter")
    expect(page.get_by_text("Card 2 of 4")).to_be_visible()
    expect(page.get_by_role("link", name="Next")).to_be_focused()
    page.go_back()
    expect(page.get_by_text("Card 1 of 4")).to_be_visible()
    expect(page.get_by_role("banner")).to_be_visible()


def test_the_link_to_share_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/manage/count-houses/")
    press(page, "Copy")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("/c/count-houses/")


def test_contested_cards_are_settled_by_digits_one_after_the_other(
    page: Page,
) -> None:
    page.goto("/manage/sort-flood-messages/review")
    first = page.locator(".record").inner_text()
    expect(page.locator(".card-question")).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator(".record")).not_to_have_text(first)
    expect(page.locator(".card-question")).to_be_focused()


def test_after_a_report_is_settled_the_focus_is_at_the_others(page: Page) -> None:
    page.goto("/manage/sort-flood-messages/reports")
    press(page, "Nothing wrong: serve it")
    expect(page.get_by_role("heading", name="No reports")).to_be_visible()
    expect(page.locator("#reports")).to_be_focused()
