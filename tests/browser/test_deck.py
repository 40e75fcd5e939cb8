"""The deck in a volunteer's hand: every kind of card on a phone and by keys, and what hurried fingers do to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from microtasks.models import Answer
from tests import cast as casts
from tests.browser import site as sites
from tests.browser.drivers import current
from tests.browser.furnished import LEDGER, MESSAGES, Furnisher
from tests.browser.piles import drawn
from tests.browser.site import Site

pytestmark = pytest.mark.browser

PHONE = {
    "viewport": {"width": 360, "height": 640},
    "has_touch": True,
    "is_mobile": True,
}

#: Where each kind of card is dealt, and what to touch to answer it.
DECKS = {
    "choice": "/c/sort-flood-messages/work",
    "picture": "/c/find-houses-after-the-flood/work",
    "choices": "/c/which-needs-are-named/work",
    "text": "/c/type-the-stock-ledger/work",
    "number": "/c/count-houses/work",
}


@pytest.fixture(scope="module")
def dealt(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, browser: Browser
) -> Iterator[Site]:
    """A site with a deck of every kind."""
    folder = tmp_path_factory.mktemp("decks")
    with sites.standing(folder, sqlite_template, browser) as site:
        with site.session() as session:
            make = Furnisher(site, session, casts.assemble(session))
            for name in ("messages", "choices"):
                make.campaign(name, {"messages.csv": MESSAGES})
            for name in ("pictures", "number"):
                make.campaign(name, {f"{n}.png": drawn(n) for n in range(12)})
            make.campaign("text", {"ledger.csv": LEDGER})
            session.get_bind().dispose()
        yield site


@pytest.fixture(scope="module")
def tabs(dealt: Site) -> dict[str, Page]:
    """A phone and a desk, each used by one newcomer after the other."""
    return {"phone": dealt.visitor(**PHONE), "desk": dealt.visitor()}


@pytest.fixture
def phone(dealt: Site, tabs: dict[str, Page]) -> Iterator[Page]:
    """A newcomer's phone; what its pages did wrong fails the test."""
    tabs["phone"].context.clear_cookies()
    yield tabs["phone"]
    dealt.guard.check()


@pytest.fixture
def desk(dealt: Site, tabs: dict[str, Page]) -> Iterator[Page]:
    """A newcomer at a desk."""
    tabs["desk"].set_viewport_size({"width": 1280, "height": 720})
    tabs["desk"].context.clear_cookies()
    yield tabs["desk"]
    dealt.guard.check()


def touch(page: Page, kind: str) -> None:
    """Answer the card before one as a thumb does."""
    if kind in {"choice", "picture"}:
        page.locator(".option").first.tap()
        return
    if kind == "choices":
        page.locator(".chip").nth(1).tap()
    else:
        page.locator("#value").fill("3")
    page.get_by_role("button", name="Save").tap()


def gone(page: Page, key: str) -> None:
    """The card of this key lies on the table no more."""
    expect(page.locator(f"input[name=key][value='{key}']")).to_have_count(0)


def answers(site: Site, key: str) -> int:
    """Count the answers that were kept for a lease's key."""
    with site.session() as session:
        found = session.scalar(select(func.count(Answer.id)).where(Answer.key == key))
        session.get_bind().dispose()
    return found or 0


@pytest.mark.parametrize("kind", DECKS)
def test_a_thumb_answers_every_kind_of_card(
    dealt: Site, phone: Page, kind: str
) -> None:
    phone.goto(DECKS[kind])
    key = current(phone)
    touch(phone, kind)
    gone(phone, key)
    expect(phone.get_by_text("Saved:")).to_be_visible()
    assert answers(dealt, key) == 1
    assert (
        phone.locator("#card").count() == phone.locator("form[data-card]").count() == 1
    )


@pytest.mark.parametrize("kind", DECKS)
def test_all_of_a_card_is_under_the_thumb_without_scrolling(
    phone: Page, kind: str
) -> None:
    phone.goto(DECKS[kind])
    parts = phone.locator(
        ".card-question, .option, .chip, .answer-input, .answer-save, .card-more > *"
    )
    for part in parts.all():
        expect(part).to_be_in_viewport(ratio=1)
    assert phone.evaluate("document.scrollingElement.scrollHeight <= innerHeight")


def test_a_picture_has_room_beside_three_answers(phone: Page) -> None:
    phone.goto(DECKS["picture"])
    expect(phone.locator(".option")).to_have_count(3)
    box = phone.locator(".well").bounding_box()
    assert box is not None
    assert box["height"] >= 200
    expect(phone.locator(".well img")).to_have_js_property("complete", True)
    assert phone.locator(".well img").evaluate("picture => picture.naturalWidth") > 0


def test_every_answer_is_reached_on_a_desk_that_is_zoomed_to_200_percent(
    desk: Page,
) -> None:
    desk.set_viewport_size({"width": 640, "height": 360})
    desk.goto(DECKS["picture"])
    for option in desk.locator(".option").all():
        option.click(trial=True)


def test_two_quick_taps_give_one_answer(dealt: Site, phone: Page) -> None:
    phone.goto(DECKS["picture"])
    key = current(phone)
    phone.evaluate(
        "() => { const one = document.querySelector('.option'); one.click(); one.click() }"
    )
    gone(phone, key)
    assert answers(dealt, key) == 1


def test_two_clicks_without_scripts_give_one_answer(dealt: Site) -> None:
    page = dealt.visitor(java_script_enabled=False)
    page.goto(DECKS["picture"])
    key = current(page)
    page.locator(".option").first.dblclick()
    gone(page, key)
    page.context.close()
    assert answers(dealt, key) == 1


def test_going_back_shows_a_whole_page_and_no_old_card(desk: Page) -> None:
    desk.goto("/c/find-houses-after-the-flood/")
    desk.get_by_role("link", name="Start answering").click()
    key = current(desk)
    desk.locator(".option").first.click()
    gone(desk, key)
    desk.get_by_role("link", name="Find houses after the flood").click()
    desk.go_back()
    expect(desk.get_by_role("banner")).to_be_visible()
    expect(desk.locator("form[data-card]")).to_have_count(1)
    desk.reload()
    expect(desk.get_by_role("banner")).to_be_visible()
    assert current(desk) != key


def test_a_card_that_the_history_brings_back_takes_no_second_answer(
    dealt: Site, desk: Page
) -> None:
    """The browser may show the card of before; what is said to it then is refused or counts once."""
    desk.goto(DECKS["choice"])
    key = current(desk)
    desk.locator(".option").first.click()
    gone(desk, key)
    desk.goto("/")
    desk.go_back()
    shown = current(desk)
    desk.locator(".option").nth(1).click()
    gone(desk, shown)
    assert answers(dealt, key) == 1


def test_digits_letters_and_enter_work_on_every_card_that_is_swapped_in(
    desk: Page,
) -> None:
    desk.goto(DECKS["picture"])
    for press in ("2", "s", "1"):
        key = current(desk)
        desk.keyboard.press(press)
        gone(desk, key)
    expect(desk.get_by_text("Saved: yes, whole")).to_be_visible()
    desk.keyboard.press("u")
    expect(desk.get_by_text("Saved: yes, damaged")).to_be_visible()
    desk.keyboard.press("u")
    expect(desk.get_by_text("Saved:")).to_have_count(0)


def test_several_answers_are_ticked_by_digits_and_saved_by_enter(
    dealt: Site, desk: Page
) -> None:
    desk.goto(DECKS["choices"])
    key = current(desk)
    for press in ("1", "3", "Enter"):
        desk.keyboard.press(press)
    gone(desk, key)
    expect(desk.get_by_text("Saved: water, medical help")).to_be_visible()


def test_who_types_may_begin_at_once(dealt: Site, desk: Page) -> None:
    desk.goto(DECKS["text"])
    for _ in range(2):
        key = current(desk)
        expect(desk.locator("#value")).to_be_focused()
        desk.keyboard.type("1931")
        desk.keyboard.press("Enter")
        gone(desk, key)
        assert answers(dealt, key) == 1


def test_can_t_tell_needs_no_value(dealt: Site, desk: Page) -> None:
    desk.goto(DECKS["number"])
    key = current(desk)
    desk.get_by_role("button", name="Can't tell").click()
    gone(desk, key)
    expect(desk.get_by_text("Saved: can't tell")).to_be_visible()


def test_a_number_that_is_none_is_refused_beside_the_card(desk: Page) -> None:
    desk.goto(DECKS["number"])
    key = current(desk)
    desk.locator("#value").fill("many")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator(".notice")).to_be_visible()
    assert current(desk) == key
